import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Masker, makeMasker } from '../../../harness/masker.ts';
import { isTrivial, type Maskable, masksOf } from '../../../src/parameters/values/masks.ts';
import { anyValue } from './values.ts';

const known = new Map<string, Masker>();

/** What the log shows of a text after the masks of a value are registered. */
function shown(text: string, value: string, { list = false }: Partial<Maskable> = {}): string {
  const masker = known.get(value) ?? makeMasker();
  if (!known.has(value)) for (const mask of masksOf({ value, secret: true, list })) masker.add(mask);
  known.set(value, masker);
  return text
    .split('\n')
    .map((line) => masker.mask(line))
    .join('\n');
}

/** Values that a secret may have: of one line here, from four characters up. */
const secret = anyValue.map((value) => value.replaceAll(/[\r\n]/g, ' ').trim()).filter((value) => value.length >= 4);
const runs = { numRuns: 1_000, seed: 20_261_122 };

/** Every piece of four bytes of the value; as many characters as no two values share by chance. */
function piecesOf(value: string): string[] {
  const bytes = Buffer.from(value);
  return Array.from({ length: bytes.length - 3 }, (_, at) => bytes.subarray(at, at + 4).toString('latin1'));
}

/** Whether what is left of base64 still gives a piece of the value, at whatever alignment it is decoded. */
function leaksBase64(left: string, value: string, around: string): string | undefined {
  const known = Buffer.from(around).toString('latin1');
  const pieces = piecesOf(value).filter((piece) => !known.includes(piece));
  const segments = left.split(/\*\*\*|\s/).flatMap((segment) => [0, 1, 2, 3].map((skip) => segment.slice(skip)));
  const decoded = segments.map((segment) => Buffer.from(segment, 'base64').toString('latin1'));
  return pieces.find((piece) => decoded.some((text) => text.includes(piece)));
}

const wrapped = (base64: string, columns: number) => base64.replaceAll(new RegExp(`.{${columns}}`, 'g'), '$&\n');

describe('what a job prints of a secret', () => {
  test('itself', () => {
    fc.assert(
      fc.property(secret, (value) => expect(shown(`<${value}>`, value)).toBe('<***>')),
      runs,
    );
  });

  test.each<[string, (value: string) => string]>([
    ['echo "$X" | base64', (value) => wrapped(Buffer.from(`${value}\n`).toString('base64'), 76)],
    ['printf %s "$X" | openssl base64', (value) => wrapped(Buffer.from(value).toString('base64'), 64)],
    ['echo "$X" | base64 -w0', (value) => Buffer.from(`${value}\n`).toString('base64')],
    ['base64url without padding', (value) => Buffer.from(value).toString('base64url')],
    ['basic authentication', (value) => Buffer.from(`AWS:${value}`).toString('base64')],
    ['in the middle of a text', (value) => Buffer.from(`x${value}yz`).toString('base64')],
    ['after two bytes', (value) => Buffer.from(`zz${value}, and more`).toString('base64url')],
  ])('base64: %s', (_, print) => {
    fc.assert(
      fc.property(secret, (value) => expect(leaksBase64(shown(print(value), value), value, '')).toBeUndefined()),
      runs,
    );
  });

  test('a .dockerconfigjson, as a Kubernetes Secret has it', () => {
    fc.assert(
      fc.property(secret, fc.stringMatching(/^[a-z0-9.]{1,12}$/), (value, host) => {
        const auth = Buffer.from(`AWS:${value}`).toString('base64');
        const config = JSON.stringify({ auths: { [host]: { username: 'AWS', password: value, auth } } });
        expect(shown(config, value)).not.toContain(JSON.stringify(value).slice(1, -1));
        const around = config
          .replaceAll(JSON.stringify(value), '""')
          .replaceAll(auth, Buffer.from('AWS:').toString('base64'));
        const printed = shown(Buffer.from(config).toString('base64'), value);
        expect(leaksBase64(printed, value, around)).toBeUndefined();
        expect(leaksBase64(printed, auth.slice(8, -4), around)).toBeUndefined();
      }),
      runs,
    );
  });

  test.each<[string, (value: string) => string]>([
    ['encodeURIComponent', encodeURIComponent],
    ['a form', (value) => new URLSearchParams([['k', value]]).toString()],
    ['a path of a URL', (value) => new URL(`https://h/${encodeURIComponent(value)}?q`).href],
    ['JSON', (value) => JSON.stringify({ 1: value })],
    ['a shell that quotes', (value) => `export X='${value.replaceAll("'", "'\\''")}'`],
  ])('%s', (_, print) => {
    fc.assert(
      fc.property(secret, (value) => {
        const text = print(value);
        const empty = print('');
        const masked = shown(text, value);
        expect(masked.replaceAll('***', '')).toHaveLength(empty.length);
      }),
      runs,
    );
  });

  // macOS has bash 3.2, which quotes otherwise and has no `@Q`.
  const bash = Number(execFileSync('bash', ['-c', 'echo "${BASH_VERSINFO[0]}"']).toString());
  (bash >= 5 ? test : test.skip).each(['C', 'C.UTF-8'])('printf %%q and set -x of bash, in locale %s', (locale) => {
    for (const seed of [1, 2, 3, 4]) {
      // What is no character yet is printable for one release of Unicode and not for another.
      const values = fc.sample(secret, { numRuns: 500, seed }).filter((value) => !/\p{Cn}|\p{Co}/u.test(value));
      for (const script of [
        `for v in "$@"; do printf '%q\\0' "$v"; done`,
        `for v in "$@"; do printf '%s\\0' "\${v@Q}"; done`,
      ]) {
        const printed = execFileSync('bash', ['-c', script, 'bash', ...values], {
          env: { LC_ALL: locale },
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        const quoted = printed.toString('utf8').split('\0').slice(0, -1);
        expect(quoted).toHaveLength(values.length);
        quoted.forEach((text, nth) => {
          expect([values[nth], text, shown(text, values[nth] ?? '').replace(/^\$?'?\*\*\*'?$/, '')]).toEqual([
            values[nth],
            text,
            '',
          ]);
        });
      }
    }
  });
});

describe('the parts of a value', () => {
  const pem = `-----BEGIN PRIVATE KEY-----\n${'MIIEvQIBADANBgkqhkiG9w0B'.repeat(2)}\n7wIDAQABAoIBAG\n-----END PRIVATE KEY-----\n`;
  test.each<[string, string, string, string]>([
    ['a line of a key', pem, '  7wIDAQABAoIBAG', '  ***'],
    ['a key in one line of JSON', pem, JSON.stringify(pem.trim()), '"***"'],
    ['a key in base64', pem, Buffer.from(pem.trim()).toString('base64').slice(0, -4), '***'],
    [
      'a key in JSON, in base64',
      JSON.stringify({ key: pem }),
      Buffer.from(pem.trim()).toString('base64').slice(0, -4),
      '***',
    ],
    ['a field of JSON', '{"user":"app","password":"s3cr3t/Value"}', 'PASSWORD=s3cr3t/Value', 'PASSWORD=***'],
    ['a number of JSON, exactly', '{\n  "pin": 12345678901234567890\n}', 'PIN=12345678901234567890', 'PIN=***'],
    ['a field deep in a list', '[{"a":["first","second!"]}]', 'second!', '***'],
    ['an entry of a .env', '# db\nexport PW="p@ss word"\nB=other', 'p@ss word, other', '***, ***'],
    ['an entry of several lines', 'PW="line one\nline two"\nB=other', 'line two', '***'],
    ['what was trimmed', '  padded-secret \n', 'x padded-secret', 'x ***'],
  ])('%s is masked', (_, value, text, expected) => {
    expect(shown(text, value)).toBe(expected);
  });

  test.each<[string, string]>([
    ['braces and brackets of pretty-printed JSON', '{\n  "a": [\n    "secret-a"\n  ]\n}'],
    ['numbers and booleans of JSON', '{"port":5432,"tls":true,"none":null,"password":"secret-a"}'],
    ['short lines', 'secret-a\nEOF\n'],
  ])('%s are not', (_, value) => {
    const line = '{ "x": [ 5432, true, null ] } EOF';
    expect(shown(line, value)).toBe(line);
    expect(shown('secret-a', value)).toBe('***');
  });

  test('items of a list are masked when the list is', () => {
    expect(shown('host-a.internal', 'host-a.internal,host-b.internal', { list: true })).toBe('***');
  });
});

describe('what is not worth a mask', () => {
  test.each([
    'true',
    'False',
    'null',
    '5',
    '8443',
    '1.50',
    '-1',
    'abc',
    'eu-west-1',
    'us-gov-west-1',
    'prod',
    'INFO',
    ' on ',
    '',
  ])('%j', (value) => {
    expect(isTrivial(value)).toBe(true);
    expect(masksOf({ value, secret: false })).toEqual([]);
  });
  test.each(['prods', '123456', 'truely', 'a1b2', '10.0.0.1', 'eu-west'])('%j is', (value) => {
    expect(isTrivial(value)).toBe(false);
    expect(masksOf({ value, secret: false })).toContain(value);
  });
  test.each(['5', 'true', 'ab'])('a secret is always masked, also %j', (value) => {
    expect(masksOf({ value, secret: true })).toContain(value);
  });
});

test('a .env makes some twenty masks a line, no more: the runner looks for each of them in every line of the log', () => {
  const file = Array.from({ length: 60 }, (_, n) => `VARIABLE_${n}="s3cr3t/${n}+${'abc='.repeat(n % 9)}"`).join('\n');
  expect(masksOf({ value: file, secret: true }).length).toBeLessThan(60 * 25);
});
