import { partitionOf } from '../aws/partition.ts';
import type { Identity } from '../aws/session.ts';
import type { Runner } from '../base/runner.ts';
import type { SignedIn } from './acquire.ts';
import type { Choice } from './identity/choose.ts';
import type { SignInRequest } from './request.ts';
import { JOB_TAG_KEYS } from './session-tags.ts';

/** Says which identity was chosen, before it is tried: a denial is easier to read then. Of `ambient` it is found out. */
export function tellChoice(runner: Runner, { source, why }: Choice, existing: Identity | undefined): void {
  if (existing) runner.info(`Identity: ${existing.described} (${why})`);
  else if (source !== 'ambient') runner.info(`Identity: ${NAMES[source]} (${why})`);
}

const NAMES = { 'github-oidc': 'GitHub OIDC', 'token-file': 'web identity token file' };

interface SessionToTell {
  readonly source: Choice['source'];
  readonly session: SignedIn;
  /** Where STS was asked. */
  readonly endpoint: URL;
  readonly region: string;
}

/** Somebody signed in to LocalStack, for example, is nobody at AWS. */
function isOfAws({ hostname }: URL, region: string): boolean {
  const { domain, dualStackDomain } = partitionOf(region);
  return [domain, dualStackDomain].some((it) => hostname.endsWith(`.${it}`));
}

/** Logs who the step is, and which of its inputs had no effect. */
export function tellSession(
  request: SignInRequest,
  runner: Runner,
  { source, session, endpoint, region }: SessionToTell,
): void {
  const { arn, credentials, identity } = session;
  if (request.maskAccountId) for (const value of [arn, arn.split(':')[4] ?? '']) runner.mask(value);
  const until = credentials.expiration ? `, until ${credentials.expiration.toISOString()}` : '';
  runner.info(`Signed in as ${arn}${until}`);
  if (!request.endpoint && !isOfAws(endpoint, region)) {
    runner.info(
      `Asked ${endpoint.host}, which is not AWS: AWS_ENDPOINT_URL, or endpoint_url of the profile, names it.`,
    );
  }
  if (identity.kind === 'keys' && runner.env.AWS_ACCESS_KEY_ID?.startsWith('AKIA')) {
    runner.warning(
      "The environment holds a long-lived access key. The job's own identity needs none: permissions id-token: write, and role-to-assume.",
    );
  }
  for (const text of withoutEffect(request, source)) runner.warning(text);
}

/** AssumeRoleWithWebIdentity takes neither tags nor an external id: AWS reads tags from inside the token alone. */
function withoutEffect(request: SignInRequest, source: Choice['source']): string[] {
  const { tags, externalIds, roles } = request;
  const tagKeys = tags.skip ? [] : [...JOB_TAG_KEYS, ...Object.keys(tags.custom)];
  const assumes = source === 'ambient' ? roles.length > 0 : roles.length > 1;
  const given = {
    'custom-tags': (tags.skip || !assumes) && Object.keys(tags.custom).length > 0,
    'transitive-tag-keys': assumes ? tags.transitiveKeys.some((key) => !tagKeys.includes(key)) : tags.transitiveKeys[0],
    'role-external-id': !assumes && externalIds.length > 0,
  };
  const names = Object.entries(given).filter(([, unused]) => unused);
  if (names.length === 0) return [];
  const list = names.map(([name]) => name).join(', ');
  const untagged = tags.skip
    ? 'The session has no tags (role-skip-session-tagging).'
    : 'The session has no tag of such a key; letter case counts.';
  const why = assumes
    ? untagged
    : 'Only a role that is assumed with the credentials of another identity takes them, not one of a web identity token.';
  return [`No effect: ${list}. ${why}`];
}
