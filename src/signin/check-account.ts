import { Problem } from '../base/problem.ts';

/** Before anything is exported: a session of another account must not reach a later step. */
export function checkAccount(arn: string, allowed: readonly string[]): void {
  const account = arn.split(':')[4] ?? '';
  if (allowed.length === 0 || allowed.includes(account)) return;
  throw new Problem({
    what: `signed in to account ${account}, which is not allowed here`,
    on: arn,
    why: `allowed-account-ids is ${allowed.join(', ')}`,
    fix: 'correct role-to-assume, or add the account; nothing was exported',
  });
}

/** A session that is renewed must be of the same account and role; its session's name may differ. */
export function checkSame(arn: string, before: string): void {
  const [was, is] = [before, arn].map((it) => it.replace(/(:assumed-role\/[^/]+)\/.*$/, '$1'));
  if (was === is) return;
  throw new Problem({
    on: arn,
    what: `the new session would belong to another identity; the step signed in as ${before}`,
    why: 'what the step signs in with has changed since: the role of the machine, the token file, or the server that gives the credentials',
    fix: 'to use another identity, sign in in a separate step; otherwise find out what changed the identity of this machine',
  });
}
