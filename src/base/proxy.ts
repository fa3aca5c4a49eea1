import type { ProxySettings } from './http.ts';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Where requests go through: an input wins over every variable, and of a variable's two letter cases the small one. A URL
 * without a scheme means HTTP, as curl reads it. https://everything.curl.dev/usingcurl/proxies/env.html
 */
export function proxyFrom(env: Env, given?: string, noProxy?: string): ProxySettings {
  const withScheme = (url: string | undefined) => (!url || url.includes('://') ? url || undefined : `http://${url}`);
  return {
    httpProxy: withScheme(given ?? (env.http_proxy || env.HTTP_PROXY)),
    httpsProxy: withScheme(given ?? (env.https_proxy || env.HTTPS_PROXY)),
    noProxy: noProxy ?? (env.no_proxy || env.NO_PROXY || undefined),
  };
}

/** Whether Node can use it: HTTP or HTTPS, a host, and a user and password whose every `%` begins an escape. */
export function isProxyUrl(url: string): boolean {
  try {
    const { protocol, hostname, username, password } = new URL(url);
    decodeURIComponent(username + password);
    return /^https?:$/.test(protocol) && hostname !== '';
  } catch {
    return false;
  }
}

/** Older ones leave an agent's `proxyEnv` out without a word. https://nodejs.org/api/http.html#built-in-proxy-support */
export function nodeKnowsProxies(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 24 || (major === 24 && minor >= 5);
}
