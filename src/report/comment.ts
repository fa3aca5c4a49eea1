import { setTimeout as sleep } from 'node:timers/promises';
import { getOctokit } from '@actions/github';
import { deadlineOf } from '../base/deadline.ts';
import { shortly } from '../base/edge/network.ts';
import type { Environment } from '../base/environment.ts';
import { type Http, readBody } from '../base/http.ts';
import { Problem } from '../base/problem.ts';
import { CALL_MS } from '../base/timeouts.ts';
import type { Access } from '../job.ts';
import type { PullRequest } from './pull-request.ts';

/** What a comment needs of the step. */
export interface CommentRequest {
  readonly token: string;
  /** The plan, in GitHub's markdown. */
  readonly text: string;
  /** Tells this step from others on one pull request: account, region, and the name that the workflow gives it. */
  readonly scope: string;
}

/** A comment holds 65,536 characters. */
const MAX_COMMENT_LENGTH = 65_000;
/** A rate limit that lasts longer than this is not waited for: the deployment matters more. */
const LONGEST_WAIT_S = 30;
const TRIES = 3;
/** All of it, waits included, in milliseconds: a list of pages that never ends is given up then. */
const COMMENT_MS = 120_000;
/** A page of a hundred comments, in bytes: each has up to 65,536 characters. */
const MAX_ANSWER = 32 << 20;

/**
 * Writes the plan to the pull request of this job: one comment per step, which later runs update. Says why when it cannot, and never
 * fails the step.
 * https://docs.github.com/rest/issues/comments
 */
export async function commentOnPullRequest(
  request: CommentRequest,
  {
    runner,
    http,
    signal,
    pullRequest,
  }: Pick<Access, 'runner' | 'http' | 'signal'> & { readonly pullRequest: PullRequest | undefined },
): Promise<void> {
  if (!pullRequest) return runner.notice('No comment is written: this job is not of a pull request');
  if (pullRequest.fork)
    return runner.notice('No comment is written: a pull request of a fork has no token that may write');
  if (!request.token)
    return runner.warning(
      'No comment is written: github-token is empty. Leave the input out, or check the secret that it is given',
    );
  const deadline = deadlineOf(COMMENT_MS, signal);
  try {
    const { GITHUB_API_URL: baseUrl, GITHUB_REPOSITORY = '' } = runner.env;
    const [owner = '', repo = ''] = GITHUB_REPOSITORY.split('/');
    const fetch = fetchBy(http, deadline.signal);
    const github = getOctokit(request.token, { ...(baseUrl ? { baseUrl } : {}), request: { fetch } });
    const issue = { owner, repo, issue_number: pullRequest.number };
    const url = await writeComment(github, issue, { ...commentOf(request, runner.env), signal: deadline.signal });
    if (typeof url !== 'string') return runner.warning(`No comment is written on the pull request: ${ODD}`);
    runner.info(`The plan is in a comment: ${url}`);
  } catch (thrown) {
    runner.warning(`No comment is written on the pull request: ${reason(thrown)}`);
  } finally {
    deadline.end();
  }
}

interface MarkedComment {
  /** What a later run finds the comment by. */
  readonly marker: string;
  readonly body: string;
}

function commentOf({ scope, text }: CommentRequest, env: Environment): MarkedComment {
  const step = [env.GITHUB_WORKFLOW, env.GITHUB_JOB, env.GITHUB_ACTION, scope].join(' / ');
  const marker = `<!-- keyless-aws ${Buffer.from(step).toString('base64url')} -->`;
  return { marker, body: `${marker}\n${text}`.slice(0, MAX_COMMENT_LENGTH) };
}

/** Updates the step's comment, or creates it. @returns its address, where GitHub answers with one */
async function writeComment(
  { rest, paginate }: ReturnType<typeof getOctokit>,
  issue: { readonly owner: string; readonly repo: string; readonly issue_number: number },
  { marker, body, signal }: MarkedComment & { readonly signal: AbortSignal },
): Promise<unknown> {
  const list = () => paginate(rest.issues.listComments, { ...issue, per_page: 100 });
  const comments = await afterRateLimits(list, signal);
  const own = comments.find((comment) => comment.body?.startsWith(marker) && isTrusted(comment));
  const create = () => rest.issues.createComment({ ...issue, body });
  const { owner, repo } = issue;
  const write = async () => {
    if (!own) return create();
    try {
      return await rest.issues.updateComment({ owner, repo, comment_id: own.id, body });
    } catch (thrown) {
      // It was deleted since it was listed, or belongs to a token whose comments this one may not edit.
      if (!isGone(thrown)) throw thrown;
      return create();
    }
  };
  const written = await afterRateLimits(write, signal);
  return (written.data as { html_url?: unknown }).html_url;
}

const ODD = "the answer is not one of GitHub's: something between this step and GitHub answers in its place";

/** Who may comment may write the marker, and could then change what the step wrote into such a comment. */
function isTrusted({
  user,
  author_association: association = '',
}: {
  readonly user?: { readonly type?: string } | null;
  readonly author_association?: string;
}): boolean {
  return user?.type === 'Bot' || ['OWNER', 'MEMBER', 'COLLABORATOR'].includes(association);
}

function isGone(thrown: unknown): boolean {
  const { status } = thrown as { status?: number };
  return (status === 403 || status === 404) && limitedFor(thrown) === undefined;
}

/** Tries again after a rate limit that ends soon. https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api */
async function afterRateLimits<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await work();
    } catch (thrown) {
      const seconds = limitedFor(thrown);
      if (seconds === undefined || seconds > LONGEST_WAIT_S || tried === TRIES) throw thrown;
      await sleep(seconds * 1000, undefined, { signal });
    }
  }
}

/** How many seconds a rate limit lasts; `undefined` for any other error. */
function limitedFor(thrown: unknown): number | undefined {
  const { status = 0, response } = thrown as {
    status?: number;
    response?: { headers: Record<string, string | undefined> };
  };
  const headers = response?.headers ?? {};
  if (status !== 403 && status !== 429) return undefined;
  if (headers['retry-after'] !== undefined) return Number(headers['retry-after']);
  if (headers['x-ratelimit-remaining'] !== '0') return undefined;
  return Math.max(0, Number(headers['x-ratelimit-reset']) - Date.now() / 1000);
}

function reason(thrown: unknown): string {
  const {
    status,
    response,
    cause,
    message = '',
  } = thrown as {
    status?: number;
    response?: unknown;
    cause?: unknown;
    message?: string;
  };
  // Octokit says 500 of a request that got no answer.
  if (response === undefined) return cause instanceof Problem ? cause.message : shortly(cause ?? thrown);
  if (/\blocked\b/i.test(message)) return 'its conversation is locked; the plan is in the job summary';
  if (limitedFor(thrown) !== undefined) return "GitHub's rate limit is reached; the plan is in the job summary";
  if (status === 403 || status === 404) {
    return `GitHub answered ${status}: give the job the permission pull-requests: write, or a github-token that has it`;
  }
  if (status === 401) return 'GitHub does not accept github-token (401)';
  return status ? `GitHub answered ${status}` : shortly(thrown);
}

/** Octokit's requests by the step's own connections: proxy, time-outs and fences are the same everywhere. */
function fetchBy(http: Http, until: AbortSignal): typeof fetch {
  const send = async (input: Parameters<typeof fetch>[0], init: RequestInit, signal: AbortSignal) => {
    const { method = 'GET', headers = {}, body } = init;
    const answer = await http.request({
      method,
      url: new URL(String(input)),
      headers: headers as Record<string, string>,
      body: typeof body === 'string' ? Buffer.from(body) : undefined,
      signal,
      // The job's token is one of GitHub's.
      plain: 'loopback',
    });
    const shown = Object.entries(answer.headers).map(([name, value]): [string, string] => [
      name,
      [value].flat().join(', '),
    ]);
    const text = await readBody(answer, MAX_ANSWER);
    return new Response(text.length > 0 ? new Uint8Array(text) : null, { status: answer.status, headers: shown });
  };
  return async (input, init = {}) => {
    const { signal, passed, end } = deadlineOf(CALL_MS, until);
    try {
      return await Promise.race([send(input, init, signal), passed]);
    } finally {
      end();
    }
  };
}
