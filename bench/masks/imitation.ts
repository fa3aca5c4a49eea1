import { type Masker, makeMasker } from '../../harness/masker.ts';
import { makeHider } from '../../src/parameters/masks/index.ts';
import type { PartsOf } from '../../src/parameters/masks/parts.ts';

/** What a runner knows after a step with these values; and the commands that told it, in their order. */
export function runnerAfter(values: readonly PartsOf[], batch = 10): { masker: Masker; commands: string[] } {
  const masker = makeMasker();
  const commands: string[] = [];
  const hider = makeHider({
    mask: (text) => {
      commands.push(text);
      masker.add(text);
    },
  });
  for (let at = 0; at < values.length; at += batch) hider.hide(values.slice(at, at + batch));
  hider.finish();
  return { masker, commands };
}

const afterOne = new Map<string, Masker>();

/** What the log shows of a text after a step with one secret; the step with the same one is made once. */
export function shown(text: string, value: string, more: Partial<PartsOf> = {}): string {
  const secret = { value, secret: true, ...more };
  const key = JSON.stringify(secret);
  const masker = afterOne.get(key) ?? runnerAfter([secret]).masker;
  afterOne.set(key, masker);
  return text
    .split('\n')
    .map((line) => masker.mask(line))
    .join('\n');
}

/** Passwords as generators make them, the same ones each time. */
export function passwords(count: number, alphabet: string, length = 20): string[] {
  let state = 20_261_127;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return Array.from({ length: count }, () =>
    Array.from({ length }, () => alphabet[Math.floor(next() * alphabet.length)]).join(''),
  );
}

export const ALPHABETS: Readonly<Record<string, string>> = {
  'letters and digits': 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
  'a password manager': 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!@#$%^&*()-_=+',
  'RDS and Secrets Manager': 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&()*+,-.:;<=>?[]^_{|}~',
  'all of ASCII': Array.from({ length: 94 }, (_, nth) => String.fromCharCode(33 + nth)).join(''),
};
