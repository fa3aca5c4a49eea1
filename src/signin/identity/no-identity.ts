import { actLike, type Environment } from '../../base/environment.ts';
import { Problem } from '../../base/problem.ts';
import { readText } from '../../base/read-text.ts';

/**
 * Why this job gets no id token from GitHub: one sentence, and what to change.
 * https://docs.github.com/actions/reference/security/oidc and
 * https://docs.github.com/actions/reference/workflows-and-actions/reusing-workflow-configurations
 */
export function noIdToken(env: Environment, pullRequest: PullRequestEvent | undefined, tried?: string): Problem {
  const also = tried ? `\n${tried}` : '';
  // Jobs of pull_request_target run the base's own workflow, which may have any permission.
  if (pullRequest && pullRequest.head !== pullRequest.base && env.GITHUB_EVENT_NAME !== 'pull_request_target') {
    return new Problem({
      what: `this pull request comes from a fork (${pullRequest.head}), and GitHub gives jobs of forks no id token`,
      why: `no permissions block can change that: code from a stranger must not reach your AWS account${also}`,
      fix: 'skip the step for forks: if: github.event.pull_request.head.repo.full_name == github.repository; or publish after the merge, on push',
    });
  }
  if (env.GITHUB_ACTOR === 'dependabot[bot]') {
    return new Problem({
      what: "the job was started by Dependabot, whose jobs get GitHub's read-only token and Dependabot's secrets",
      why: `such a job has no id-token: write unless its permissions block says so${also}`,
      fix: `write in the job:\n${PERMISSIONS}\nand give the role's ARN as a variable: such a job cannot read the secrets of Actions`,
    });
  }
  const other = actLike(env);
  if (other) {
    return new Problem({
      what: `the job has no id token: it runs on ${other}, which gave it none`,
      why: `AWS trusts the tokens of an issuer that it can reach${also}`,
      // https://forgejo.org/docs/next/user/actions/security-openid-connect
      fix: `${other === 'act' ? '' : 'on Forgejo, write enable-openid-connect: true in the job; otherwise '}give the job keys of a session, a profile (AWS_PROFILE), or the identity of its machine, with credentials-source: ambient`,
    });
  }
  const called = calledWorkflow(env);
  return new Problem({
    what: 'the job has no permission to ask GitHub for an id token: id-token: write is missing',
    why: `a job's permissions block replaces the workflow's block entirely${also}`,
    fix: `write in the job, or at the top of the workflow:\n${PERMISSIONS}${called}`,
  });
}

const PERMISSIONS = 'permissions:\n  id-token: write\n  contents: read';

/** A called workflow runs under its own ref's file; the runner tells the caller's only. */
function calledWorkflow(env: Environment): string {
  const job = env.GITHUB_JOB ? ` (here: ${env.GITHUB_JOB})` : '';
  return `\nIf this job is in a reusable workflow, the caller's job must grant id-token: write as well${job}: permissions only shrink on the way down`;
}

export interface PullRequestEvent {
  /** `owner/name` that the change comes from, and that it goes to. */
  readonly head: string;
  readonly base: string;
}

/** The pull request of the event file; `undefined` when the event is not one. */
export function readPullRequest(env: Environment): PullRequestEvent | undefined {
  try {
    const event = JSON.parse(readText(env.GITHUB_EVENT_PATH ?? '')) as EventFile;
    const { head, base } = event.pull_request ?? {};
    // The repository of a fork that was deleted since is null.
    return base?.repo?.full_name ? { head: head?.repo?.full_name ?? 'deleted', base: base.repo.full_name } : undefined;
  } catch {
    return undefined;
  }
}

interface Side {
  readonly repo?: { readonly full_name?: string } | null;
}

interface EventFile {
  readonly pull_request?: { readonly head?: Side; readonly base?: Side };
}
