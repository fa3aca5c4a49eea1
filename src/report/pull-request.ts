import { readText } from '../base/read-text.ts';

/** The pull request that a job is of. */
export interface PullRequest {
  readonly number: number;
  /** Its head is in another repository, whose jobs have no token that may write. */
  readonly fork: boolean;
}

/** @returns undefined when the event is not one of a pull request */
export function pullRequestOf(env: Readonly<Record<string, string | undefined>>): PullRequest | undefined {
  try {
    const { number, head, base } = JSON.parse(readText(env.GITHUB_EVENT_PATH ?? '')).pull_request ?? {};
    if (!Number.isSafeInteger(number)) return undefined;
    // The repository of a fork that was deleted since is null.
    return { number, fork: head?.repo?.full_name !== base?.repo?.full_name };
  } catch {
    return undefined;
  }
}
