import { describe, expect, test } from '@jest/globals';
import { checkPlain, isPlainAllowed, type PlainUse, parsePlainHost } from '../../src/base/plain-http.ts';
import { Problem } from '../../src/base/problem.ts';

const NAMED = ['localstack', 'minio:9000'];

const allowed = (url: string, use: PlainUse, named: readonly string[] = []) => isPlainAllowed(new URL(url), use, named);

describe('plain HTTP', () => {
  test.each([
    'http://127.0.0.1:4566',
    'http://127.0.0.1',
    'http://127.1',
    'http://127.255.255.254',
    'http://0x7f.1',
    'http://2130706433',
    'http://localhost:4566',
    'http://LOCALHOST',
    'http://localhost.',
    'http://[::1]:9000',
    'http://[::ffff:127.0.0.1]',
    'https://anything.example',
  ])('may go to %s, whatever it carries', (url) => {
    for (const use of ['named', 'loopback', 'metadata'] as const) expect(allowed(url, use)).toBe(true);
  });

  test.each([
    'http://127.0.0.1.evil.com',
    'http://localhost.evil',
    'http://evil.localhost',
    'http://127.0.0.1.nip.io',
    'http://localhost@evil.com',
    'http://127.0.0.1@evil.com',
    'http://128.0.0.1',
    'http://0.0.0.0',
    'http://10.0.0.1',
    'http://[::2]',
    'http://[::ffff:10.0.0.1]',
    'http://[::ffff:7f00:1.evil.com',
    'http://ⓛocalhost.evil.com',
    'http://s3.amazonaws.com',
    'http://localstack:4566',
  ])('may not go to %s', (url) => {
    if (!URL.canParse(url)) return;
    for (const use of ['named', 'loopback', 'metadata'] as const) expect(allowed(url, use)).toBe(false);
    expect(() => checkPlain(new URL(url), 'named', [])).toThrow(Problem);
  });

  test.each(['169.254.169.254', '169.254.170.2', '169.254.170.23', '[fd00:ec2::23]', '[fd00:ec2::254]'])(
    'goes to the metadata service %s for what the machine is, and for nothing else',
    (host) => {
      expect(allowed(`http://${host}`, 'metadata')).toBe(true);
      expect(allowed(`http://${host}`, 'named')).toBe(false);
      expect(allowed(`http://${host}`, 'loopback')).toBe(false);
    },
  );

  test.each([
    ['http://localstack', true],
    ['http://localstack:4566', true],
    ['http://LocalStack.:4566', true],
    ['http://minio:9000', true],
    ['http://minio:9001', false],
    ['http://minio', false],
    ['http://localstack.evil', false],
    ['http://evil-localstack', false],
  ])("goes to hosts that are named: %s, %s; never with a token of GitHub's", (url, yes) => {
    expect(allowed(url, 'named', NAMED)).toBe(yes);
    expect(allowed(url, 'loopback', NAMED)).toBe(false);
  });

  test('the error says which host, and what to write', () => {
    expect(() => checkPlain(new URL('http://minio:9000/x'), 'named', [])).toThrow(
      /^minio: plain HTTP to this host is not allowed\.[\s\S]*plain-http-hosts: minio$/,
    );
    expect(() => checkPlain(new URL('http://minio:9000/x'), 'loopback', ['minio'])).toThrow(
      /never goes over plain HTTP/,
    );
  });
});

describe('a host of plain-http-hosts', () => {
  test.each([
    ['localstack', 'localstack'],
    ['LocalStack:4566', 'localstack:4566'],
    ['minio:80', 'minio:80'],
    ['10.0.0.7', '10.0.0.7'],
    ['[fd00::7]:9000', '[fd00::7]:9000'],
    ['minio.', 'minio'],
  ])('%s', (text, host) => {
    expect(parsePlainHost(text)).toBe(host);
  });

  test.each([
    'http://minio',
    'minio/',
    'minio/path',
    '*',
    'a b',
    'user@minio',
    'minio:',
    'minio:99999',
    '*.corp',
    ':80',
    'a,b',
  ])('%s is not one', (text) => {
    expect(() => parsePlainHost(text)).toThrow(/is not a host/);
  });
});
