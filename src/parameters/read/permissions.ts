import type { Statement } from '../../aws/policy.ts';
import { parameterArn, secretArn } from './arn.ts';
import type { Reads } from './batches.ts';
import type { Place } from './place.ts';

/**
 * The least permissions for the reads: a path is authorized on the path alone, everything else on each parameter.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/ps-retrieval-authorization.html
 *
 * `GetParameters` does not tell which key encrypts a SecureString, and finding out would take more permissions. So
 * `kms:Decrypt` names any key, and is bound to SSM and to exactly what may be read: KMS decrypts nothing else with it. The
 * key `aws/ssm` does not need it.
 * Too many names for any policy become the folders that they are in: more than what is read, and still a policy.
 * @param encrypted ARNs of the SecureStrings that were read by name, and patterns for the paths that have some
 */
export function permissionsFor(reads: Reads, encrypted: readonly string[], place: Place): Statement[] {
  const { paths, batches } = reads;
  const names = batches.flatMap((batch) => batch.names.map(({ name }) => name));
  const secrets = names.map((name) => secretArn(name, place)).filter((arn) => arn !== undefined);
  const statements: Statement[] = [];
  if (paths.length > 0) {
    const resources = paths.map(({ path }) => parameterArn(path, place));
    statements.push({ actions: ['ssm:GetParametersByPath'], resources });
  }
  if (names.length > 0) {
    const resources = names.map((name) => parameterArn(name, place));
    statements.push({
      actions: ['ssm:GetParameters'],
      resources: namesFolders(reads) ? foldersOf(resources) : resources,
    });
  }
  if (secrets.length > 0) {
    statements.push({ actions: ['secretsmanager:GetSecretValue'], resources: secrets });
    statements.push(decryptSecretStatement(secrets, place));
  }
  for (const arns of Map.groupBy(encrypted, keyHome).values()) {
    statements.push(decryptStatement(namesFolders(reads) ? foldersOf(arns) : arns, place));
  }
  return statements;
}

/**
 * IAM takes 10,240 characters of a role's inline policies, and GitHub hands an output on in a variable, of at most 128 KiB: with
 * their ARNs, and once more for their keys, so many characters of names come near to that.
 */
const MAX_NAME_CHARACTERS = 15_000;

/** Whether the policy names folders, since the names would not fit. */
export function namesFolders({ batches }: Reads): boolean {
  const names = batches.flatMap((batch) => batch.names);
  return names.reduce((sum, { name }) => sum + name.length, 0) > MAX_NAME_CHARACTERS;
}

/** `…/shop/prod/*` for all that is in it; the root where there are too many folders as well. */
function foldersOf(arns: readonly string[]): string[] {
  const folders = new Set(arns.map((arn) => arn.replace(/[^/]*$/, '*')));
  if (folders.size <= MAX_FOLDERS) return [...folders];
  return [...new Set(arns.map((arn) => arn.replace(/:parameter\/.*$/, ':parameter/*')))];
}

const MAX_FOLDERS = 100;

/**
 * `kms:Decrypt` for parameters of one account and region.
 * https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html
 */
export function decryptStatement(arns: readonly string[], place: Place, key?: string): Statement {
  const [, , , region = place.region, account = place.accountId] = (arns[0] ?? '').split(':');
  return {
    actions: ['kms:Decrypt'],
    resources: [key ?? anyKey({ ...place, region, accountId: account })],
    conditions: {
      StringEquals: { 'kms:ViaService': `ssm.${region}.amazonaws.com` },
      StringLike: { 'kms:EncryptionContext:PARAMETER_ARN': arns },
    },
  };
}

/** `kms:Decrypt` for secrets, by their ARNs. https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html */
export function decryptSecretStatement(secrets: readonly string[], place: Place, key?: string): Statement {
  return {
    actions: ['kms:Decrypt'],
    resources: [key ?? anyKey(place)],
    conditions: {
      StringEquals: { 'kms:ViaService': `secretsmanager.${place.region}.amazonaws.com` },
      StringLike: { 'kms:EncryptionContext:SecretARN': secrets },
    },
  };
}

function anyKey({ partition, region, accountId }: Place): string {
  return `arn:${partition}:kms:${region}:${accountId}:key/*`;
}

/** Region and account of a parameter, where its key is too. */
function keyHome(arn: string): string {
  return arn.split(':').slice(3, 5).join(':');
}
