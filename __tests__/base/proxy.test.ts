import { expect, test } from '@jest/globals';
import { isBypassed, isProxyUrl, nodeKnowsProxies, proxyFrom } from '../../src/base/proxy.ts';

test.each<[Parameters<typeof proxyFrom>, string | undefined, string | undefined, string | undefined]>([
  [[{}], undefined, undefined, undefined],
  [[{ HTTPS_PROXY: 'proxy:3128' }], undefined, 'http://proxy:3128', undefined],
  [[{ HTTP_PROXY: 'https://a', http_proxy: 'http://b', NO_PROXY: 'c' }], 'http://b', undefined, 'c'],
  [[{ HTTP_PROXY: 'http://a', no_proxy: 'c', NO_PROXY: 'd' }, 'in'], 'http://in', 'http://in', 'c'],
  [[{ HTTP_PROXY: 'http://a', no_proxy: 'c' }, undefined, 'd'], 'http://a', undefined, 'd'],
  [[{ HTTPS_PROXY: ' http://a:1\t' }], undefined, 'http://a:1', undefined],
  [[{ https_proxy: 'HTTP://A:1' }], undefined, 'http://A:1', undefined],
  [[{ ALL_PROXY: 'http://a', HTTPS_PROXY: 'http://b' }], 'http://a', 'http://b', undefined],
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

test.each([
  ['amazonaws.com', 'sts.eu-west-1.amazonaws.com', 443, true],
  ['.amazonaws.com', 'sts.eu-west-1.amazonaws.com', 443, true],
  ['*.amazonaws.com', 'sts.eu-west-1.amazonaws.com', 443, true],
  ['.amazonaws.com', 'amazonaws.com', 443, true],
  ['amazonaws.com', 'notamazonaws.com', 443, false],
  ['AmazonAWS.com.', 'STS.amazonaws.com', 443, true],
  ['.amazonaws.com:443', 'sts.amazonaws.com', 443, true],
  ['amazonaws.com:4566', 'sts.amazonaws.com', 443, false],
  ['localhost, 10.0.0.0/8', '10.1.2.3', 80, true],
  ['10.0.0.0/8', '11.1.2.3', 80, false],
  ['10.0.0.0/99', '10.1.2.3', 80, false],
  ['10.0.0.1-10.0.0.9', '10.0.0.5', 80, true],
  ['fd00:ec2::/32', '[fd00:ec2::23]', 80, true],
  ['[::1]:8080', '[::1]', 8080, true],
  ['::1', '[::1]', 80, true],
  ['0.0.1', '127.0.0.1', 80, false],
  ['a b\tc', 'x.b', 80, true],
  ['*', 'anything', 80, true],
  ['', 'anything', 80, false],
  [undefined, 'anything', 80, false],
])('NO_PROXY=%s takes %s:%s out: %s', (noProxy, host, port, is) => {
  expect(isBypassed(noProxy, host, port)).toBe(is);
});
