import { expect, test } from '@jest/globals';
import { renewing } from '../../src/signin/renew.ts';
import type { Credentials } from '../../src/signin/sts/sts.ts';

const MINUTE = 60_000;
const session = (id: string, minutes: number | undefined): Credentials => ({
  accessKeyId: id,
  secretAccessKey: 'secret',
  ...(minutes === undefined ? {} : { expiration: new Date(minutes * MINUTE) }),
});

function setUp(minutes: number | undefined, again: () => Promise<Credentials>) {
  let now = 0;
  let renewals = 0;
  const credentials = renewing(
    session('first', minutes),
    () => {
      renewals++;
      return again();
    },
    () => now,
  );
  return {
    credentials,
    id: async () => (await credentials()).accessKeyId,
    at: (minute: number) => {
      now = minute * MINUTE;
    },
    renewals: () => renewals,
  };
}

test('renewed five minutes before the end, once for all who ask', async () => {
  const it = setUp(60, async () => session('second', 120));
  it.at(54);
  expect(await it.id()).toBe('first');
  it.at(55);
  expect(await Promise.all([it.id(), it.id(), it.id()])).toEqual(['second', 'second', 'second']);
  expect(it.renewals()).toBe(1);
});

test('keys without an end are not renewed', async () => {
  const it = setUp(undefined, async () => session('second', 120));
  it.at(100_000);
  expect(await it.id()).toBe('first');
});

test('what AWS says has ended is renewed; what was got since is kept', async () => {
  const it = setUp(60, async () => session('second', 120));
  it.at(10);
  it.credentials.forget(9 * MINUTE);
  expect(await it.id()).toBe('second');
  it.credentials.forget(9 * MINUTE);
  expect(await it.id()).toBe('second');
  expect(it.renewals()).toBe(1);
});

test('a failed renewal is not a failure while the old ones hold, and is tried again', async () => {
  const it = setUp(60, async () => Promise.reject(new Error('denied')));
  it.at(57);
  expect(await it.id()).toBe('first');
  it.at(61);
  await expect(it.id()).rejects.toThrow('denied');
  expect(it.renewals()).toBe(2);
});
