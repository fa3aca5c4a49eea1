import { type HttpRequest, readBody } from '../../base/http.ts';
import { Problem } from '../../base/problem.ts';
import type { Access } from '../../job.ts';
import { RegistryRefused, readErrorBody } from '../registry/denied.ts';
import type { Registry } from '../registry/registry.ts';
import { credentialsIn, type RegistryCredentials } from './credentials.ts';
import { readExisting } from './index.ts';

/** Docker Hub is spoken to under another name than it has in the names of images. */
const ADDRESSES: Readonly<Record<string, string>> = { 'docker.io': 'registry-1.docker.io' };

/** Registries that are not the step's own, each with the login that the job has for it, looked up when the first image is pulled. */
export function pullsFrom(access: Access): (host: string) => Registry {
  return (host) =>
    pullRegistry(host, access, async (repository) => {
      const { docker, containers, variable } = await readExisting(access.runner);
      for (const config of [{ auths: variable }, docker, containers]) {
        const found = await credentialsIn(config, { host, repository });
        if (found) return found;
      }
      return undefined;
    });
}

/** A registry to be pulled from with the login that the job has for it, or with none. */
function pullRegistry(
  host: string,
  access: Access,
  credentials: (repository: string) => Promise<RegistryCredentials | undefined>,
): Registry {
  const base = new URL(`${mayBePlain(host, access.http) ? 'http' : 'https'}://${ADDRESSES[host] ?? host}`);
  const logins = new Map<string, Promise<string | undefined>>();
  let refusal: string | undefined;
  return {
    host,
    hosts: [host],
    base,
    account: '',
    region: '',
    partition: '',
    isPublic: false,
    password: '',
    authorization: (repository) => {
      const before =
        logins.get(repository) ?? naming(host, login({ host, base, repository, credentials, refusal }, access));
      logins.set(repository, before);
      return before;
    },
    renew: async (challenge) => {
      logins.clear();
      refusal = challenge ?? refusal;
    },
  };
}

/** A problem of the network names the call alone; a host that is written wrong must be seen. */
async function naming<T>(host: string, asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (thrown) {
    if (!(thrown instanceof Problem) || thrown.details.on !== undefined) throw thrown;
    throw new Problem({ ...thrown.details, on: host });
  }
}

interface Login {
  readonly host: string;
  readonly base: URL;
  readonly repository: string;
  readonly credentials: (repository: string) => Promise<RegistryCredentials | undefined>;
  /**
   * How a repository asked for a login that its registry did not ask for: where some are public, the registry itself may be
   * (containers/image#2754).
   */
  readonly refusal: string | undefined;
}

/** The value of the Authorization header, in the way that the registry asks for; undefined: it wants none, or the job has none. */
async function login(
  { host, base, repository, credentials, refusal }: Login,
  { aws, http, runner }: Access,
): Promise<string | undefined> {
  const ping = async (signal: AbortSignal) => {
    const answer = await http.request({ method: 'GET', url: new URL('/v2/', base), signal });
    await readBody(answer);
    if (answer.status >= 500 || answer.status === 429) throw refused('registry:Ping', host, { status: answer.status });
    return { status: answer.status, challenge: answer.headers['www-authenticate'] };
  };
  const asked = refusal ?? (await aws.call('registry:Ping', ping)).challenge;
  if (!asked) return undefined;
  const has = await credentials(repository);
  if (has) for (const secret of Object.values(has).slice(-1)) runner.mask(secret);
  const challenge = pickChallenge(asked, has);
  if (challenge === 'basic') return has && 'password' in has ? basicOf(has) : undefined;
  if (!challenge) {
    throw new Problem({
      what: 'the registry asks for a login in a way that is not understood',
      on: host,
      fix: 'this action answers Basic and Bearer: copy the image with another tool (skopeo copy) to a folder, and name that as oci:FOLDER',
    });
  }
  const question = tokenRequest({ ...challenge, scope: `repository:${repository}:pull`, has });
  const { token = '' } = await aws.call('registry:Token', async (signal) => {
    const answer = await http.request({ ...question, signal });
    const body = await readBody(answer);
    if (answer.status !== 200) throw refused('registry:Token', host, { status: answer.status, body });
    return { token: tokenIn(body) };
  });
  runner.mask(token);
  return `Bearer ${token}`;
}

interface TokenQuestion {
  readonly url: URL;
  readonly service: string | undefined;
  readonly scope: string;
  readonly has: RegistryCredentials | undefined;
}

/** With a name and password, or with none, by GET; with an identity token by a form. https://distribution.github.io/distribution/spec/auth/oauth/ */
function tokenRequest({ url, service, scope, has }: TokenQuestion): HttpRequest {
  const form = new URLSearchParams({ ...(service ? { service } : {}), scope });
  if (has && 'identityToken' in has) {
    form.set('grant_type', 'refresh_token');
    form.set('refresh_token', has.identityToken);
    form.set('client_id', 'keyless-aws');
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return { method: 'POST', url, headers, body: Buffer.from(form.toString()) };
  }
  const to = new URL(url);
  for (const [name, value] of form) to.searchParams.set(name, value);
  return { method: 'GET', url: to, headers: has ? { authorization: basicOf(has) } : {} };
}

/** This machine, and what plain-http-hosts names, has no TLS. */
function mayBePlain(host: string, { check }: Access['http']): boolean {
  try {
    check(new URL(`http://${host}`));
    return true;
  } catch {
    return false;
  }
}

function basicOf({ username, password }: { username: string; password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

type Challenge = 'basic' | { readonly url: URL; readonly service: string | undefined };

/**
 * One way to log in of those that a registry offers, in one header or several (Negotiate and Basic, Basic and Bearer): the first that the
 * job has a login for; a token is also given to nobody.
 * https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1, https://distribution.github.io/distribution/spec/auth/token/
 */
function pickChallenge(asked: string, has: RegistryCredentials | undefined): Challenge | undefined {
  const offered = asked.split(/,\s*(?=[a-z][\w-]*\s+[\w-]+\s*=)/i).flatMap((text): Challenge[] => {
    if (/^basic\b/i.test(text)) return ['basic'];
    const fields = [...text.matchAll(/([\w-]+)\s*=\s*(?:"([^"]*)"|([^\s,"]+))/g)];
    const { realm = '', service } = Object.fromEntries(
      fields.map(([, name, quoted, plain]) => [name, quoted ?? plain]),
    );
    const url = /^bearer\b/i.test(text) ? URL.parse(realm) : null;
    return url && /^https?:$/.test(url.protocol) ? [{ url, service }] : [];
  });
  return offered.find((it) => it !== 'basic' || (has && 'password' in has)) ?? offered[0];
}

function tokenIn(body: Buffer): string | undefined {
  try {
    const { token, access_token } = JSON.parse(body.toString('utf8')) as { token?: unknown; access_token?: unknown };
    return [token, access_token].find((it): it is string => typeof it === 'string' && it !== '');
  } catch {
    return undefined;
  }
}

function refused(action: string, on: string, { status, body }: { status: number; body?: Buffer }): RegistryRefused {
  return new RegistryRefused({ action, on, status, ...readErrorBody(body ?? Buffer.alloc(0)) });
}
