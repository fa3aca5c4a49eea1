import type { Refused } from '../aws.ts';
import type { Statement } from '../job.ts';
import { policyOf } from '../policy.ts';
import { Problem } from '../problem.ts';
import type { ParameterSource, PathSource } from './batches.ts';
import { SECRET_REFERENCE, sourceText } from './line.ts';
import { decryptStatement, parameterArn, secretArn } from './permissions.ts';

/** Where parameters are looked for, and as whom. */
export interface Place {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  /** ARN of the caller. */
  readonly caller: string;
}

/** What is missing; nobody's permission. */
export function missing(source: ParameterSource, { accountId, region }: Place): Problem {
  const { name, selector } = source;
  const on = sourceText(source);
  const where = source.region
    ? `there is no such parameter`
    : `account ${accountId} has no such parameter in ${region}`;
  const allowIt = 'or write NAME?= if it may be missing, ?? for a default';
  if (selector === '') {
    const create = name.startsWith(SECRET_REFERENCE) ? 'create the secret' : 'create it';
    return new Problem({
      on,
      what: 'it is not there',
      why: where,
      fix: `${create}, look at the account, the region and the spelling, ${allowIt}`,
    });
  }
  const chosen = selector.slice(1);
  const isVersion = /^\d+$/.test(chosen);
  return new Problem({
    on,
    what: `${isVersion ? 'version' : 'label'} ${chosen} of it is not there`,
    why: `either ${where}, or it has no ${isVersion ? 'version' : 'label'} ${chosen} (the latest 100 versions are kept)`,
    fix: `aws ssm get-parameter-history --name ${name} shows its versions and labels; choose one, ${allowIt}`,
  });
}

/** @param decryptionOnly whether reading is allowed and decrypting is not */
export function refusedParameter(
  source: ParameterSource,
  refused: Refused,
  decryptionOnly: boolean,
  place: Place,
): Problem {
  const on = sourceText(source);
  const arn = parameterArn(source.name, place);
  if (decryptionOnly) return undecryptable(on, [arn], refused, place);
  if (refused.code !== 'AccessDeniedException') {
    return new Problem({ on, what: `AWS refused it with ${refused.code}`, why: awsSays(refused), cause: refused });
  }
  const secret = secretArn(source.name, place);
  const ofSecret = secret && saysAction(refused, 'secretsmanager:');
  const [action, resource] = ofSecret ? ['secretsmanager:GetSecretValue', secret] : ['ssm:GetParameters', arn];
  const needed: Statement[] = [{ actions: ['ssm:GetParameters'], resources: [arn] }];
  if (secret) needed.push({ actions: ['secretsmanager:GetSecretValue'], resources: [secret] });
  return denied(on, action, resource, needed, refused, place);
}

/** @param encrypted names below the path that need decryption; `undefined` when reading the path is what is denied */
export function deniedPath(
  source: PathSource,
  refused: Refused,
  encrypted: readonly string[] | undefined,
  place: Place,
): Problem {
  const on = sourceText(source);
  const arn = parameterArn(source.path, place);
  if (encrypted?.length) {
    const all = encrypted.map((name) => parameterArn(name, place));
    return undecryptable(`${on}: one of ${encrypted.join(', ')}`, all, refused, place);
  }
  if (refused.code !== 'AccessDeniedException') {
    return new Problem({ on, what: `AWS refused it with ${refused.code}`, why: awsSays(refused), cause: refused });
  }
  const action = 'ssm:GetParametersByPath';
  return denied(on, action, arn, [{ actions: [action], resources: [arn] }], refused, place);
}

function denied(
  on: string,
  action: string,
  resource: string,
  needed: readonly Statement[],
  refused: Refused,
  { caller, accountId }: Place,
): Problem {
  const service = action.startsWith('ssm:') ? 'SSM' : 'Secrets Manager';
  const owner = resource.split(':')[4];
  const foreign = owner !== '' && owner !== accountId;
  const share = foreign ? `share it with account ${accountId} (AWS RAM), and ` : '';
  return new Problem({
    on,
    what: `${service} denies reading it`,
    why: `${caller} may not ${action} on ${resource}`,
    fix: `${share}let the role do it:\n${policyText(needed)}`,
    cause: refused,
  });
}

function undecryptable(on: string, arns: readonly string[], refused: Refused, place: Place): Problem {
  if (refused.code === 'InvalidKeyId') {
    return new Problem({
      on,
      what: 'KMS can not decrypt it: its key is missing, disabled or about to be deleted',
      fix: 'enable the key, or store the parameter anew with another one',
      cause: refused,
    });
  }
  const key = /arn:[\w-]+:kms:[\w-]+:\d+:key\/[\w-]+/.exec(awsSays(refused) ?? '')?.[0];
  return new Problem({
    on,
    what: 'KMS denies decrypting it; reading it is allowed',
    why: `${place.caller} may not kms:Decrypt on ${key ?? "the parameter's key"}`,
    fix: `let the role do it, and the key's own policy too:\n${policyText([decryptStatement(arns, place, key)])}`,
    cause: refused,
  });
}

/** Two services answer for a secret, and only the text of the denial tells which one denied. */
function saysAction(refused: Refused, prefix: string): boolean {
  return awsSays(refused)?.includes(`perform: ${prefix}`) ?? false;
}

function awsSays(refused: Refused): string | undefined {
  return refused.details.why;
}

function policyText(statements: readonly Statement[]): string {
  return JSON.stringify(policyOf(statements).Statement, undefined, 2);
}
