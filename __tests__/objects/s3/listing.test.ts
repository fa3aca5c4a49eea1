import { Readable } from 'node:stream';
import { expect, test } from '@jest/globals';
import type { ProvenCall } from '../../../src/aws/client.ts';
import { listObjects } from '../../../src/objects/s3/listing.ts';
import type { Wire } from '../../../src/objects/s3/wire.ts';

const page = (key: string, next = '') =>
  `<ListBucketResult><IsTruncated>${next !== ''}</IsTruncated><NextContinuationToken>${next}</NextContinuationToken><Contents><Key>${key}</Key></Contents></ListBucketResult>`;

/** Keys of a listing whose pages are these, by their token; the first has none. At most ten requests are answered, one a second. */
async function keysOf(pages: Readonly<Record<string, string>>, began?: (at: number) => void): Promise<string[]> {
  let asked = 0;
  const get: Wire['get'] = async (query) => {
    if (++asked > 10) throw new Error('the listing goes on for ever');
    const text = pages[query['continuation-token'] ?? ''] ?? '';
    const headers = { date: new Date(asked * 1_000).toUTCString() };
    return { status: 200, headers, body: Readable.from([Buffer.from(text)]) } as never;
  };
  const nothing = () => Promise.reject(new Error('it is only listed'));
  const wire: Wire = { checksums: 'always', get, put: nothing, ask: nothing };
  const call: ProvenCall = (_action, send, ..._how) => send(AbortSignal.timeout(60_000));
  const keys: string[] = [];
  const options = { prefix: '', ...(began ? { began } : {}) };
  for await (const { key } of listObjects({ call }, { name: 'shop', owner: undefined, wire }, options)) keys.push(key);
  return keys;
}

test.each([
  ['one page', { '': page('a') }, ['a']],
  ['three pages', { '': page('a', '1'), 1: page('b', '2'), 2: page('c') }, ['a', 'b', 'c']],
])('%s', async (_what, pages, keys) => {
  expect(await keysOf(pages)).toEqual(keys);
});

test.each([
  ['the second page', { '': page('a', '1'), 1: page('b', '1') }],
  ['a later page', { '': page('a', '1'), 1: page('b', '2'), 2: page('c', '2') }],
])('%s has itself as the next one: an error, no loop', async (_what, pages) => {
  await expect(keysOf(pages)).rejects.toMatchObject({
    details: { what: 's3:ListBucket was answered with a page that has itself as the next one', on: 's3://shop' },
  });
});

test('a listing begins when its first page is answered', async () => {
  const times: number[] = [];
  await keysOf({ '': page('a', '1'), 1: page('b', '2'), 2: page('c') }, (at) => times.push(at));
  expect(times).toEqual([1_000]);
});
