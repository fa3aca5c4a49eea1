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

/** GitHub's API for the comments of a pull request, as far as one is kept up to date. https://docs.github.com/rest/issues/comments */
export async function startComments({
  token,
  mayWrite = true,
  limited = 0,
  retryAfter = 0,
  comments = [],
  deletedMeanwhile = false,
  page = false,
  locked = false,
}: CommentsOptions) {
  const all: Comment[] = comments.map((given, at) => ({
    id: at + 1,
    ...(typeof given === 'string' ? { body: given } : given),
  }));
  const requests: string[] = [];
  let refusals = limited;
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '', 'http://localhost');
    requests.push(`${request.method} ${url.pathname}${url.search}`);
    const answer = (status: number, value: unknown, headers: Record<string, string> = {}) =>
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
    const shown = ({ id, body, by = 'Bot', association = 'NONE' }: Comment) => ({
      id,
      body,
      user: { login: by === 'Bot' ? 'github-actions[bot]' : 'somebody', type: by },
      author_association: association,
      html_url: `https://github.com/octo-org/shop/pull/7#issuecomment-${id}`,
    });
    if (
      !/^(token|bearer) /i.test(request.headers.authorization ?? '') ||
      !request.headers.authorization?.endsWith(` ${token}`)
    ) {
      return answer(401, { message: 'Bad credentials' });
    }
    if (refusals-- > 0)
      return answer(
        429,
        { message: 'You have exceeded a secondary rate limit' },
        { 'retry-after': String(retryAfter) },
      );
    const list = /^\/repos\/octo-org\/shop\/issues\/7\/comments$/.test(url.pathname);
    const [, one] = /^\/repos\/octo-org\/shop\/issues\/comments\/(\d+)$/.exec(url.pathname) ?? [];
    if (request.method === 'GET' && list) {
      const size = Number(url.searchParams.get('per_page') ?? 30);
      const page = Number(url.searchParams.get('page') ?? 1);
      const next = `http://${request.headers.host}${url.pathname}?per_page=${size}&page=${page + 1}`;
      return answer(
        200,
        all.slice((page - 1) * size, page * size).map(shown),
        page * size < all.length ? { link: `<${next}>; rel="next"` } : {},
      );
    }
    if (!mayWrite) return answer(403, { message: 'Resource not accessible by integration' });
    if (locked) return answer(403, { message: 'Unable to create comment because issue is locked.' });
    if (page) return response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sign in</html>');
    const { body } = (await readJson(request)) as { body: string };
    if (request.method === 'POST' && list) {
      const made = { id: all.length + 1, body };
      all.push(made);
      return answer(201, shown(made));
    }
    const found = all.find(({ id }) => id === Number(one));
    if (request.method === 'PATCH' && found && !deletedMeanwhile) {
      found.body = body;
      return answer(200, shown(found));
    }
    return answer(404, { message: 'Not Found' });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    comments: all as readonly Comment[],
    requests: requests as readonly string[],
    stop: () => {
      server.closeAllConnections();
      return new Promise((done) => server.close(done));
    },
  };
}
