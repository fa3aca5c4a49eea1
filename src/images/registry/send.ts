import { type Http, type HttpAnswer, readBody } from '../../base/http.ts';
import { isLoopback } from '../../base/plain-http.ts';
import { Problem } from '../../base/problem.ts';
import { quote } from '../../base/quote.ts';
import { UPLOAD_IDLE_MS } from '../../base/timeouts.ts';
import { noRegistry, RegistryRefused, readErrorBody } from './denied.ts';
import { type Registry, repositoryArn } from './registry.ts';
import type { Get, Send } from './repository.ts';

/** Docker Hub and ECR take one, registry.k8s.io two. */
const MAX_REDIRECTS = 5;
/** https://www.rfc-editor.org/rfc/rfc9110#section-15.4 */
export const REDIRECTS = [301, 302, 303, 307, 308];

export function sender(registry: Registry, name: string, http: Http): Send {
  return async ({ action, method, path, headers, body, expect }, signal) => {
    const url = URL.parse(path, rootOf(registry, name));
    // Neither the login nor an image goes to another host, whatever a Location says: ECR's uploads stay on its own.
    if (!url || !isOwn(registry, url)) {
      throw noRegistry(repositoryArn(registry, name), 'an upload is to go to another host');
    }
    const authorization = await registry.authorization(name);
    const answer = await http.request({
      method,
      url,
      headers: { ...(authorization ? { authorization } : {}), ...headers },
      ...(body === undefined ? {} : { body }),
      signal,
    });
    if (expect.includes(answer.status)) return answer;
    const refused = await notExpected(answer, { action, on: repositoryArn(registry, name) });
    if (refused.isExpired) await registry.renew(answer.headers['www-authenticate']);
    throw refused;
  };
}

/** Reads with redirects: blobs lie behind one to S3 or a CDN, whole images behind one to another registry (registry.k8s.io). */
export function getter(registry: Registry, name: string, { http, send }: { http: Http; send: Send }): Get {
  const on = repositoryArn(registry, name);
  return async ({ action, path, headers = {} }, signal) => {
    // ECR keeps its blobs elsewhere, and nothing else.
    const isFollowed = registry.account === '' || action === 'ecr:GetDownloadUrlForLayer';
    const expect = [200, 206, ...(isFollowed ? REDIRECTS : [])];
    let url = new URL(path, rootOf(registry, name));
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      // Another host has its own signature in the address: the login is not sent along.
      const answer = isOwn(registry, url)
        ? await send({ action, method: 'GET', path: url.href, headers, expect }, signal)
        : await elsewhere(url, http.request({ method: 'GET', url, headers, signal, idleMs: UPLOAD_IDLE_MS }));
      if (answer.status < 300) return answer;
      if (!REDIRECTS.includes(answer.status)) throw await notExpected(answer, { action, on });
      await readBody(answer);
      url = redirected(answer.headers.location, { from: url, on, http });
    }
    throw noRegistry(on, `it redirects more than ${MAX_REDIRECTS} times`);
  };
}

/** A runner that reaches ECR need not reach the S3 that it keeps its blobs in: an error says which of the two it was. */
async function elsewhere<T>(url: URL, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (thrown) {
    throw typeof thrown === 'object' ? Object.assign(thrown as object, { redirectedTo: url.host }) : thrown;
  }
}

interface Redirection {
  /** The address that answered so. */
  readonly from: URL;
  /** The repository, for messages. */
  readonly on: string;
  readonly http: Http;
}

/** @throws Problem for a place that is not asked: plain HTTP to a host that may not have it, or to this machine from another one */
function redirected(location: string | undefined, { from, on, http }: Redirection): URL {
  const url = location ? URL.parse(location, from.href) : null;
  if (url?.protocol === 'https:') return url;
  if (url?.protocol !== 'http:' || (isLoopback(url.hostname) && !isLoopback(from.hostname))) {
    throw noRegistry(on, `it redirects to ${quote(location ?? '')}`);
  }
  try {
    http.check(url);
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown;
    throw new Problem({ ...thrown.details, on, why: `the registry redirects to ${url.host}` });
  }
  return url;
}

async function notExpected(answer: HttpAnswer, { action, on }: { readonly action: string; readonly on: string }) {
  const said = readErrorBody(await readBody(answer, 64 << 10));
  const isPage = /^text\/html\b/.test(answer.headers['content-type'] ?? '');
  // What forbids something with a page is on the way to ECR, which writes none: a permission would not help.
  if (isPage && on.startsWith('arn:') && answer.status >= 400 && answer.status < 500 && answer.status !== 429)
    throw noRegistry(on, `it is a web page (HTTP ${answer.status})`);
  return new RegistryRefused({ action, on, status: answer.status, ...said });
}

function rootOf({ base }: Registry, name: string): string {
  return new URL(`/v2/${name}/`, base).href;
}

/** ECR may answer under another name of the same registry: dual-stack, FIPS. */
function isOwn({ base, hosts }: Registry, { origin, protocol, host }: URL): boolean {
  return origin === base.origin || (protocol === 'https:' && hosts.includes(host));
}
