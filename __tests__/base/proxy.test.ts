import { expect, test } from '@jest/globals';
import { isProxyUrl, nodeKnowsProxies, proxyFrom } from '../../src/base/proxy.ts';

test.each<[Parameters<typeof proxyFrom>, string | undefined, string | undefined, string | undefined]>([
  [[{}], undefined, undefined, undefined],
  [[{ HTTPS_PROXY: 'proxy:3128' }], undefined, 'http://proxy:3128', undefined],
  [[{ HTTP_PROXY: 'https://a', http_proxy: 'http://b', NO_PROXY: 'c' }], 'http://b', undefined, 'c'],
  [[{ HTTP_PROXY: 'http://a', no_proxy: 'c', NO_PROXY: 'd' }, 'in'], 'http://in', 'http://in', 'c'],
  [[{ HTTP_PROXY: 'http://a', no_proxy: 'c' }, undefined, 'd'], 'http://a', undefined, 'd'],
])('%j', (given, httpProxy, httpsProxy, noProxy) => {
  expect(proxyFrom(...given)).toEqual({ httpProxy, httpsProxy, noProxy });
});

test.each([
  ['http://proxy', true],
  ['https://me:p%40ss@proxy:3128/', true],
  ['http://me:p%zz@proxy', false],
  ['socks5://proxy', false],
  ['http://', false],
])('%s is the URL of a proxy: %s', (url, is) => {
  expect(isProxyUrl(url)).toBe(is);
});

test.each([
  ['24.0.0', false],
  ['24.4.1', false],
  ['24.5.0', true],
  ['24.21.0', true],
  ['26.0.0', true],
])('Node %s knows proxies: %s', (version, knows) => {
  expect(nodeKnowsProxies(version)).toBe(knows);
});
