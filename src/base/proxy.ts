import { BlockList, isIP, isIPv4 } from 'node:net';
import type { Environment } from './environment.ts';

/** Where requests go through. A password in a proxy's URL is a secret: mask it, never print the URL. */
export interface ProxySettings {
  readonly httpProxy?: string | undefined;
  readonly httpsProxy?: string | undefined;
  readonly noProxy?: string | undefined;
}

// One set of rules for every request of the step: curl's, as the aws CLI and the runner itself have them, but for one: HTTP_PROXY
// in capitals counts as well. Node's own reading of NO_PROXY differs in each of the cases that __tests__/base/proxy.test.ts lists.
// No kept library has them: proxy-from-env takes a domain without a dot for that one host.
// https://everything.curl.dev/usingcurl/proxies/env.html

/**
 * Where requests go through: an input wins over every variable, the variable of a scheme over ALL_PROXY, and of a variable's two
 * letter cases the small one. HTTP_PROXY is for http alone. A URL without a scheme means HTTP.
 */
export function proxyFrom(env: Environment, given?: string, noProxy?: string): ProxySettings {
  const all = env.all_proxy || env.ALL_PROXY;
  return {
    httpProxy: proxyUrl(given ?? (env.http_proxy || env.HTTP_PROXY || all)),
    httpsProxy: proxyUrl(given ?? (env.https_proxy || env.HTTPS_PROXY || all)),
    noProxy: noProxy ?? (env.no_proxy || env.NO_PROXY || undefined),
  };
}

/** Node passes a URL by without a word when it has spaces around it, or its scheme in capitals. */
function proxyUrl(text: string | undefined): string | undefined {
  const url = text?.trim();
  if (!url) return undefined;
  return url.includes('://') ? url.replace(/^[a-z0-9+.-]+(?=:)/i, (scheme) => scheme.toLowerCase()) : `http://${url}`;
}

/** Whether Node can use it: HTTP or HTTPS, a host, and a user and password in which every `%` begins an escape. */
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

/**
 * Whether NO_PROXY takes a host out: a name is that host and all below it, with or without a dot or `*.` before it; an address is
 * itself, a network in CIDR form or a range what is in it; `*` is everything. With a port it counts for that port alone.
 * @param host as in a URL: an IPv6 address in brackets
 */
export function isBypassed(noProxy: string | undefined, host: string, port: number): boolean {
  const name = bare(host.toLowerCase().replace(/\.$/, ''));
  const entries = (noProxy ?? '').toLowerCase().split(/[\s,]+/);
  return entries.some((entry) => {
    if (entry === '' || entry === '*') return entry === '*';
    const [, withPort, wanted] = /^(\[[^\]]*\]|[^:]*):(\d+)$/.exec(entry) ?? [];
    if (wanted !== undefined && Number(wanted) !== port) return false;
    const rule = bare(withPort ?? entry);
    return isIP(name) ? isAddressIn(name, rule) : isBelow(name, rule.replace(/^\*?\./, '').replace(/\.$/, ''));
  });
}

function bare(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}

function isBelow(name: string, domain: string): boolean {
  return domain !== '' && (name === domain || name.endsWith(`.${domain}`));
}

function isAddressIn(address: string, rule: string): boolean {
  const family = (it: string) => (isIPv4(it) ? 'ipv4' : 'ipv6');
  const [network = '', bits] = rule.split('/');
  const [first = '', last] = rule.split('-');
  const list = new BlockList();
  try {
    if (bits !== undefined) list.addSubnet(network, Number(bits), family(network));
    else if (last !== undefined) list.addRange(first, last, family(first));
    else list.addAddress(rule, family(rule));
    return list.check(address, family(address));
  } catch {
    return false;
  }
}
