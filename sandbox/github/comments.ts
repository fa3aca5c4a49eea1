import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json as readJson } from 'node:stream/consumers';

export interface Comment {
  readonly id: number;
  body: string;
  /** `Bot` for the job's token. */
  readonly by?: 'Bot' | 'User';
  /** To whom it belongs: a stranger's is `NONE`. */
  readonly association?: string;
}

export interface CommentsOptions {
  /** The token that may write; others get 401. */
  readonly token: string;
  /** Without `pull-requests: write` GitHub answers 403. */
  readonly mayWrite?: boolean;
  /** So many requests are answered with a rate limit first. */
  readonly limited?: number;
  /** How long that lasts, in seconds. */
  readonly retryAfter?: number;
  readonly comments?: readonly (string | Omit<Comment, 'id'>)[];
  /** Comments that are gone when they are corrected. */
  readonly deletedMeanwhile?: boolean;
  /** Answers to writes with 200 and a page, as a proxy does. */
  readonly page?: boolean;
  /** The conversation is locked. */
  readonly locked?: boolean;
}

/** What GitHub answers to one request; a text is a page of HTML. */
interface Answered {
  readonly status: number;
  readonly value: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly authorization: string;
  readonly body: () => Promise<unknown>;
}

/** GitHub's API for the comments of a pull request, as far as one is kept up to date. https://docs.github.com/rest/issues/comments */
export async function startComments(options: CommentsOptions) {
  const comments: Comment[] = (options.comments ?? []).map((given, at) => ({
    id: at + 1,
    ...(typeof given === 'string' ? { body: given } : given),
  }));
  const requests: string[] = [];
  const state = { comments, refusals: options.limited ?? 0 };
  const server = createServer(async (request, response) => {
    const { method = '', headers: given } = request;
    const url = new URL(request.url ?? '', `http://${given.host}`);
    requests.push(`${method} ${url.pathname}${url.search}`);
    const asked = { method, url, authorization: given.authorization ?? '', body: () => readJson(request) };
    const { status, value, headers } = await answerTo(asked, options, state);
    const [type, text] = typeof value === 'string' ? ['text/html', value] : ['application/json', JSON.stringify(value)];
    response.writeHead(status, { 'content-type': type, ...headers }).end(text);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    comments: comments as readonly Comment[],
    requests: requests as readonly string[],
    stop: () => {
      server.closeAllConnections();
      return new Promise((done) => server.close(done));
    },
  };
}

async function answerTo(
  { method, url, authorization, body }: Asked,
  { token, mayWrite = true, retryAfter = 0, deletedMeanwhile = false, page = false, locked = false }: CommentsOptions,
  state: { readonly comments: Comment[]; refusals: number },
): Promise<Answered> {
  const { comments } = state;
  if (!/^(token|bearer) /i.test(authorization) || !authorization.endsWith(` ${token}`))
    return { status: 401, value: { message: 'Bad credentials' } };
  if (state.refusals-- > 0) {
    const headers = { 'retry-after': String(retryAfter) };
    return { status: 429, value: { message: 'You have exceeded a secondary rate limit' }, headers };
  }
  const list = url.pathname === '/repos/octo-org/shop/issues/7/comments';
  const [, one] = /^\/repos\/octo-org\/shop\/issues\/comments\/(\d+)$/.exec(url.pathname) ?? [];
  if (method === 'GET' && list) return pageOf(comments, url);
  if (!mayWrite) return { status: 403, value: { message: 'Resource not accessible by integration' } };
  if (locked) return { status: 403, value: { message: 'Unable to create comment because issue is locked.' } };
  if (page) return { status: 200, value: '<html>Sign in</html>' };
  const { body: text } = (await body()) as { body: string };
  if (method === 'POST' && list) {
    const made = { id: comments.length + 1, body: text };
    comments.push(made);
    return { status: 201, value: shown(made) };
  }
  const found = comments.find(({ id }) => id === Number(one));
  if (method !== 'PATCH' || !found || deletedMeanwhile) return { status: 404, value: { message: 'Not Found' } };
  found.body = text;
  return { status: 200, value: shown(found) };
}

function pageOf(comments: readonly Comment[], { origin, pathname, searchParams }: URL): Answered {
  const size = Number(searchParams.get('per_page') ?? 30);
  const page = Number(searchParams.get('page') ?? 1);
  const value = comments.slice((page - 1) * size, page * size).map(shown);
  if (page * size >= comments.length) return { status: 200, value };
  return {
    status: 200,
    value,
    headers: { link: `<${origin}${pathname}?per_page=${size}&page=${page + 1}>; rel="next"` },
  };
}

function shown({ id, body, by = 'Bot', association = 'NONE' }: Comment) {
  return {
    id,
    body,
    user: { login: by === 'Bot' ? 'github-actions[bot]' : 'somebody', type: by },
    author_association: association,
    html_url: `https://github.com/octo-org/shop/pull/7#issuecomment-${id}`,
  };
}
