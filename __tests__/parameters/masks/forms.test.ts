import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ALPHABETS, passwords, runnerAfter, shown } from '../../../bench/masks/imitation.ts';
import { PRINTERS } from '../../../bench/masks/printers.ts';
import { makeMasker } from '../../../harness/masker.ts';
import { anyValue } from '../values/values.ts';

/** Values that a secret may have: of one line here, from six characters up, and no everyday word. */
const secret = anyValue
  .map((value) => value.replaceAll(/[\r\n]/g, ' ').trim())
  .filter((value) => value.length >= 6 && /[A-Za-z]/.test(value) && /[^A-Za-z ]/.test(value))
  .map((value) => `${value}q7Z`);
const runs = { numRuns: 300, seed: 20_261_122 };

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
  test.each(Object.entries(PRINTERS))('%s', (_, print) => {
    fc.assert(
      fc.property(secret, (value) => {
        expect([value, shown(`<${print(value)}>`, value).replaceAll('***', '')]).toEqual([value, '<>']);
      }),
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

  test.each(['C', 'C.UTF-8'])('printf %%q and set -x of bash, in locale %s', (locale) => {
    // What is not a character yet is printable for one release of Unicode and not for another.
    const values = fc.sample(secret, { numRuns: 500, seed: 1 }).filter((value) => !/\p{Cn}|\p{Co}/u.test(value));
    const scripts = ['printf "%q\\0" "$v"', 'printf "%s\\0" "${v@Q}"', 'x=$v; printf "%s\\0" "$(declare -p x)"'];
    for (const script of scripts.map((one) => `for v in "$@"; do ${one}; done`)) {
      const printed = execFileSync('bash', ['-c', script, 'bash', ...values], {
        env: { LC_ALL: locale },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const quoted = printed.toString('utf8').split('\0').slice(0, -1);
      expect(quoted).toHaveLength(values.length);
      quoted.forEach((text, nth) => {
        const left = shown(text, values[nth] ?? '').replace(/^(declare -- x=)?\$?['"]?\*\*\*['"]?$/, '');
        expect([values[nth], text, left]).toEqual([values[nth], text, '']);
      });
    }
  });

  const hasDash = spawnSync('dash', ['-c', ':']).status === 0;
  (hasDash ? test : test.skip)("dash's export -p", () => {
    const values = fc.sample(secret, { numRuns: 300, seed: 2 });
    const printed = execFileSync(
      'dash',
      ['-c', 'for v in "$@"; do export x="$v"; export -p | tr "\\n" " "; printf "\\0"; done', 'dash', ...values],
      {
        env: {},
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    for (const [nth, text] of printed.toString().split('\0').slice(0, -1).entries()) {
      const left = shown(text, values[nth] ?? '');
      expect([values[nth], left]).toEqual([values[nth], expect.stringMatching(/ export x=['"]*\*\*\*['"]* $/)]);
    }
  });
});

describe('masks have a budget', () => {
  const LIKELY = [
    "Go's net/url userinfo",
    ".NET's System.Text.Json",
    "Go's html.EscapeString",
    'docker compose config',
    "Python's shlex.quote",
  ];

  test.each(Object.entries(ALPHABETS))(
    '200 passwords of %s: at most five times their own patterns, and every likely form',
    (_, alphabet) => {
      const values = passwords(200, alphabet);
      const own = makeMasker();
      for (const value of values) own.add(value);
      const { masker } = runnerAfter(values.map((value) => ({ value, secret: true })));
      expect(masker.patterns).toBeLessThanOrEqual(5 * own.patterns);
      for (const name of LIKELY) {
        for (const value of values)
          expect([value, name, masker.mask(PRINTERS[name]?.(value) ?? '')]).toEqual([value, name, '***']);
      }
    },
  );

  test('the runner searches each command for all that it knows: twice the values cost four times that, and one command holds many forms', () => {
    const values = passwords(1_000, ALPHABETS['a password manager'] ?? '');
    const { commands, masker } = runnerAfter(values.map((value) => ({ value, secret: true })));
    expect(commands.length).toBeLessThan(1_250);
    expect(masker.patterns).toBeLessThan(28_000);
  });

  test.each([1, 2, 3, 4])('64 KiB of parts (%i): the masks stay below a bound', (kind) => {
    const part = (nth: number) => `${nth}s3cr3t${nth}`;
    const value = {
      1: JSON.stringify(Array.from({ length: 5_000 }, (_, nth) => part(nth))),
      2: Array.from({ length: 4_000 }, (_, nth) => `K${nth}=${part(nth)}`).join('\n'),
      3: "A='\n".repeat(16_384),
      4: 'https://u:p@h/ '.repeat(4_369),
    }[kind];
    const { commands } = runnerAfter([{ value: value ?? '', secret: true }]);
    expect(commands.flatMap((command) => command.split('\n')).length).toBeLessThan(8_000);
  });
});
