import { Problem } from '../base/problem.ts';
import type { Runner } from '../base/runner.ts';
import { ambientSource, type Choice } from './identity/choose.ts';
import type { SignInRequest } from './request.ts';
import type { Assumed } from './sts/sts.ts';
import { OWN_TAG_KEYS } from './tags.ts';

/** Before anything is exported: a session of another account must not reach a later step. */
export function checkAccount(arn: string, allowed: readonly string[]): void {
  const account = arn.split(':')[4] ?? '';
  if (allowed.length === 0 || allowed.includes(account)) return;
  throw new Problem({
    what: `Signed in to account ${account}, which is not allowed here`,
    on: arn,
    why: `allowed-account-ids is ${allowed.join(', ')}`,
    fix: 'correct role-to-assume, or add the account; nothing was exported',
  });
}

/** Says which identity was chosen, before it is tried: a denial is easier to read then. */
export function tellChoice(runner: Runner, { source, why }: Choice): void {
  const ambient = source === 'ambient' ? ambientSource(runner.env) : undefined;
  runner.info(`Identity: ${ambient?.described ?? NAMES[source as keyof typeof NAMES]} (${why})`);
  if (ambient?.kind === 'keys' && runner.env.AWS_ACCESS_KEY_ID?.startsWith('AKIA')) {
    runner.warning(
      'The environment holds a long-lived access key. The job’s own identity needs none: permissions id-token: write, and role-to-assume.',
    );
  }
}

/** Says who the step is, and what of its inputs had no effect. */
export function tellSession(request: SignInRequest, runner: Runner, source: Choice['source'], session: Assumed): void {
  const { arn, credentials } = session;
  if (request.maskAccountId) for (const value of [arn, arn.split(':')[4] ?? '']) runner.mask(value);
  const until = credentials.expiration ? `, until ${credentials.expiration.toISOString()}` : '';
  runner.info(`Signed in as ${arn}${until}`);
  for (const text of withoutEffect(request, source)) runner.warning(text);
}

const NAMES = { 'github-oidc': 'GitHub OIDC', 'token-file': 'web identity token file' };

/** AssumeRoleWithWebIdentity takes neither tags nor an external id: AWS reads tags from inside the token alone. */
function withoutEffect(request: SignInRequest, source: Choice['source']): string[] {
  const { tags, externalIds, roles } = request;
  const tagKeys = tags.skip ? Object.keys(tags.custom) : [...OWN_TAG_KEYS, ...Object.keys(tags.custom)];
  const assumes = source === 'ambient' ? roles.length > 0 : roles.length > 1;
  const given = {
    'custom-tags': !assumes && Object.keys(tags.custom).length > 0,
    'transitive-tag-keys': assumes ? tags.transitiveKeys.some((key) => !tagKeys.includes(key)) : tags.transitiveKeys[0],
    'role-external-id': !assumes && externalIds.length > 0,
  };
  const names = Object.entries(given).filter(([, unused]) => unused);
  if (names.length === 0) return [];
  const list = names.map(([name]) => name).join(', ');
  const why = assumes
    ? 'The session has no tag of such a key; letter case counts.'
    : 'Only a role that is assumed with the credentials of another identity takes them, not one of a web identity token.';
  return [`No effect: ${list}. ${why}`];
}
