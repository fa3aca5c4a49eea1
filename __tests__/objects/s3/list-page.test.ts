import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Problem } from '../../../src/base/problem.ts';
import { readPage } from '../../../src/objects/s3/list-page.ts';

const ETAG = 'd41d8cd98f00b204e9800998ecf8427e';
const entry = (key: string, owner = '') =>
  `<Contents><Key>${key}</Key><LastModified>2026-11-22T00:00:00.000Z</LastModified><ETag>&quot;${ETAG}&quot;</ETag><Size>7</Size>${owner}<StorageClass>STANDARD</StorageClass></Contents>`;
const page = (inner: string) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="x">${inner}</ListBucketResult>`;

/** In pieces of this many bytes, as a connection may deliver them. */
async function* pieces(text: string, size = 1_000): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe('a page of a listing', () => {
  test.each([
    ['empty', '<IsTruncated>false</IsTruncated>', { objects: [], next: undefined }],
    [
      'the last one, an owner, no encoding',
      `<IsTruncated>false</IsTruncated>${entry('a&amp;b+%20', '<Owner><ID>c0ffee</ID></Owner>')}`,
      {
        objects: [{ key: 'a&b+%20', size: 7, etag: ETAG, owner: 'c0ffee', modified: 1795305600000, isArchived: false }],
        next: undefined,
      },
    ],
    [
      'encoded, which a server may say at the end',
      `<NextContinuationToken>t&#61;1</NextContinuationToken><IsTruncated>true</IsTruncated>${entry('a+b%2B')}<EncodingType>url</EncodingType>`,
      {
        objects: [{ key: 'a b+', size: 7, etag: ETAG, owner: undefined, modified: 1795305600000, isArchived: false }],
        next: 't=1',
      },
    ],
  ])('%s', async (_what, inner, expected) => {
    expect(await readPage(pieces(page(inner)))).toEqual(expected);
  });

  test('comes out whole in whatever pieces it comes in', async () => {
    const keys = fc.array(fc.string({ unit: 'grapheme', minLength: 1 }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(keys, fc.integer({ min: 1, max: 50 }), async (names, size) => {
        const text = page(
          `<EncodingType>url</EncodingType>${names.map((name) => entry(encodeURIComponent(name))).join('')}`,
        );
        const { objects } = await readPage(pieces(text, size));
        expect(objects.map(({ key }) => key)).toEqual(names);
      }),
    );
  });

  test.each([
    ["a proxy's page", '<!doctype html><html><body>Log in</body></html>'],
    ['nothing', ''],
    ['another element', '<Error><Code>x</Code></Error>'],
    ['a listing inside a page', `<html>${page(entry('a'))}</html>`],
    ['entries that do not fit together', page('</Contents><Contents>')],
    ['a key that is not encoded as it says', page(`<EncodingType>url</EncodingType>${entry('100%')}`)],
    ['a part that does not say how it goes on', page(`<IsTruncated>true</IsTruncated>${entry('a')}`)],
    ['something without end', `<ListBucketResult>${'x'.repeat(70_000)}`],
  ])('%s is not a listing', async (_what, text) => {
    await expect(readPage(pieces(text))).rejects.toBeInstanceOf(Problem);
  });

  test('one that ends too early is asked for again', async () => {
    const cut = page(entry('a')).slice(0, -9);
    await expect(readPage(pieces(cut))).rejects.toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' });
  });
});
