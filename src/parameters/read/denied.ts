import type { Refused } from '../../aws/client.ts';
import { allowing, readDenial } from '../../aws/denied.ts';
import type { Statement } from '../../aws/policy.ts';
import { policyOf } from '../../aws/policy.ts';
import { Problem } from '../../base/problem.ts';
import { sourceText } from '../line.ts';
import { SECRET_REFERENCE, SECRETS } from '../secret.ts';
import { parameterArn, secretArn } from './arn.ts';
import type { ParameterSource, PathSource } from './batches.ts';
import { decryptSecretStatement, decryptStatement } from './permissions.ts';
import type { Place } from './place.ts';

/** A field as other tools write it behind a secret: `ID.field`, `ID/password`. */
const FIELD_BEHIND = /^(.+)(?:\.|\/(?=(?:user(?:name)?|pass(?:word)?|host|port|dbname|engine|token)$))(\w+)$/i;

/** What is missing; nobody's permission. */
export function missing(source: ParameterSource, { accountId, region }: Place): Problem {
  const { name, selector } = source;
  const on = sourceText(source);
  const secret = name.startsWith(SECRET_REFERENCE);
  const where = source.region
    ? `there is no such parameter`
    : `account ${accountId} has no such ${secret ? 'secret' : 'parameter'} in ${region}`;
  const allowIt = 'or write NAME?= if it may be missing, ?? for a default';
  if (selector === '') {
    const path = source.region || secret || !name.startsWith('/') ? '' : `, write ${name}/ for all that is below it`;
    const create = secret ? 'create the secret' : 'create it';
    const [, id, field] = (secret && FIELD_BEHIND.exec(name.slice(SECRET_REFERENCE.length))) || [];
    const fieldOf = field ? `; the field ${field} of ${id} is written ${SECRETS}${id} as json .${field}` : '';
    return new Problem({
      on,
      what: 'it is not there',
      why: where,
      fix: `${create}, check the account, the region and the spelling (letter case counts)${path}, ${allowIt}${fieldOf}`,
    });
  }
  const chosen = selector.slice(1);
  if (secret) {
    const id = name.slice(SECRET_REFERENCE.length);
    return new Problem({
      on,
      what: `its version ${chosen} is not there`,
      why: `either account ${accountId} has no such secret in ${region}, or no version of it has that stage or id`,
      fix: `aws secretsmanager list-secret-version-ids --secret-id ${id} shows its versions; choose one, ${allowIt}; a field of JSON is written ${SECRETS}${id} as json .${chosen}`,
    });
  }
  const isVersion = /^\d+$/.test(chosen);
  return new Problem({
    on,
    what: `${isVersion ? 'version' : 'label'} ${chosen} of it is not there`,
    why: `either ${where}, or it has no ${isVersion ? 'version' : 'label'} ${chosen} (the latest 100 versions are kept)`,
    fix: `aws ssm get-parameter-history --name ${name} shows its versions and labels; choose one, ${allowIt}`,
  });
}

export function deniedParameter(
  source: ParameterSource,
  {
    refused,
    decryptionOnly,
  }: {
    readonly refused: Refused;
    /** Reading is allowed, and decrypting is not. */
    readonly decryptionOnly: boolean;
  },
  place: Place,
): Problem {
  const on = sourceText(source);
  const arn = parameterArn(source.name, place);
  const secret = secretArn(source.name, place);
  const key = keyIn(refused);
  if (decryptionOnly || (!secret && says(refused, 'kms:')))
    return undecryptable({ on, refused }, decryptStatement([arn], place, key), place);
  if (secret && refused.code === 'ValidationException' && source.name.includes('!')) return managedSecret(on, refused);
  if (refused.code !== 'AccessDeniedException') return otherwiseRefused(on, refused);
  if (!secret) return denied({ on, refused }, [{ actions: ['ssm:GetParameters'], resources: [arn] }], place);
  // Three services answer for a secret, and only the text of the denial tells which one denied. KMS's names no action.
  const reading: Statement = { actions: ['ssm:GetParameters'], resources: [arn] };
  const getting: Statement = { actions: ['secretsmanager:GetSecretValue'], resources: [secret] };
  if (says(refused, 'ssm:')) return denied({ on, refused }, [reading, getting], place);
  if (says(refused, 'secretsmanager:')) return denied({ on, refused }, [getting, reading], place);
  return undecryptable({ on, refused }, decryptSecretStatement([secret], place, key), place);
}

export function deniedPath(
  source: PathSource,
  {
    refused,
    encrypted,
  }: {
    readonly refused: Refused;
    /** Names below the path that need decryption; `undefined` when reading the path is what is denied. */
    readonly encrypted: readonly string[] | undefined;
  },
  place: Place,
): Problem {
  const on = sourceText(source);
  const arn = parameterArn(source.path, place);
  if (encrypted?.length) {
    const all = encrypted.map((name) => parameterArn(name, place));
    const statement = decryptStatement(all, place, keyIn(refused));
    return undecryptable({ on: `${on}: one of ${encrypted.join(', ')}`, refused }, statement, place);
  }
  if (refused.code !== 'AccessDeniedException') return otherwiseRefused(on, refused);
  return denied({ on, refused }, [{ actions: ['ssm:GetParametersByPath'], resources: [arn] }], place);
}

interface DeniedRead {
  readonly on: string;
  readonly refused: Refused;
}

/** @param needed the first statement is what was denied, others are needed as well */
function denied(
  { on, refused }: DeniedRead,
  needed: readonly [Statement, ...Statement[]],
  { caller, accountId }: Place,
): Problem {
  const [action = '', resource = ''] = [needed[0].actions[0], needed[0].resources[0]];
  const service = action.startsWith('ssm:') ? 'SSM' : 'Secrets Manager';
  const owner = resource.split(':')[4];
  const said = refused.details.why;
  const { denies, lacks } = readDenial(said);
  // The policy of a parameter is its share.
  const unshared = owner !== '' && owner !== accountId && !denies && (!lacks || lacks === 'resource-based');
  const share = unshared ? `share it with account ${accountId} (AWS RAM), and ` : '';
  return new Problem({
    on,
    what: `${service} denies reading it`,
    why: `${caller} may not ${action} on ${resource}`,
    fix: share + allowing({ said: share ? undefined : said, needed }),
    cause: refused,
  });
}

function undecryptable({ on, refused }: DeniedRead, needed: Statement, { caller }: Place): Problem {
  if (refused.code === 'InvalidKeyId') {
    return new Problem({
      on,
      what: 'KMS cannot decrypt it: its key is missing, disabled or about to be deleted',
      fix: 'enable the key, or store the value again with another one',
      cause: refused,
    });
  }
  return new Problem({
    on,
    what: 'KMS denies decrypting it; reading it is allowed',
    why: `${caller} may not kms:Decrypt on ${keyIn(refused) ?? 'the key of it'}`,
    fix: says(refused, 'kms:')
      ? allowing({ said: refused.details.why, needed: [needed] })
      : `let the role do it, and the key's own policy too:\n${policyText([needed])}`,
    cause: refused,
  });
}

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/service-linked-secrets.html */
function managedSecret(on: string, refused: Refused): Problem {
  return new Problem({
    on,
    what: `AWS refused it with ${refused.code}`,
    why: `${refused.details.why ?? ''}\nits name has a !, as those of secrets that a service manages, and Parameter Store may not take such a reference`.trim(),
    fix: 'read it in a later step: aws secretsmanager get-secret-value, with output-env-credentials: true here',
    cause: refused,
  });
}

function otherwiseRefused(on: string, refused: Refused): Problem {
  return new Problem({
    on,
    what: `AWS refused it with ${refused.code}`,
    why: refused.details.why,
    fix: 'check the name and the version or label in the line of ssm-parameters',
    cause: refused,
  });
}

/** Whether the text of a denial names an action of a service: `… is not authorized to perform: ssm:GetParameters on …`. */
function says(refused: Refused, prefix: string): boolean {
  return refused.details.why?.includes(`perform: ${prefix}`) ?? false;
}

/** ARN of the key, where the text of a denial has one. */
function keyIn(refused: Refused): string | undefined {
  return /arn:[\w-]+:kms:[\w-]+:\d+:key\/[\w-]+/.exec(refused.details.why ?? '')?.[0];
}

function policyText(statements: readonly Statement[]): string {
  return JSON.stringify(policyOf(statements), undefined, 2);
}
