import { createHash } from 'node:crypto';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { expect } from '@jest/globals';
import { refusal, type Sentence } from './contract.ts';

export type Ownership = 'BucketOwnerEnforced' | 'BucketOwnerPreferred' | 'ObjectWriter';

/** Two accounts: one owns the buckets, the other may put objects with ACLs, read, and list by bucket policy and its own. */
export interface S3Ground {
  readonly owner: S3Client;
  readonly uploader: S3Client;
  /** An uploader with a wrong secret. */
  readonly impostor: S3Client;
  /** An uploader who may `s3:PutObject` but not `s3:PutObjectAcl`. */
  readonly withoutAcl: S3Client;
  /** An empty bucket of the owner. */
  bucket(ownership: Ownership): Promise<string>;
}

const MIB = 1 << 20;
const md5 = (data: Buffer) => createHash('md5').update(data).digest();

async function put(client: S3Client, Bucket: string, given: Partial<PutObjectCommandInput> = {}) {
  return client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'hello', ...given }));
}

async function get(client: S3Client, Bucket: string, Key: string): Promise<string> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
  return (await Body?.transformToString()) ?? '';
}

async function multipart(client: S3Client, Bucket: string, parts: readonly Buffer[]) {
  const Key = 'k';
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  const Parts = [];
  for (const [index, Body] of parts.entries()) {
    const PartNumber = index + 1;
    const { ETag } = await client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
    Parts.push({ ETag, PartNumber });
  }
  return client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html and the API reference of each call. */
export const S3_SENTENCES: readonly Sentence<S3Ground>[] = [
  {
    says: 'ObjectWriter: what another account puts without an ACL is dark for the owner of the bucket',
    holds: async ({ owner, uploader, bucket }) => {
      const name = await bucket('ObjectWriter');
      await put(uploader, name);
      expect(await refusal(get(owner, name, 'k'))).toMatchObject({ status: 403 });
    },
  },
  {
    says: 'ObjectWriter: bucket-owner-full-control lets the owner of the bucket read it',
    holds: async ({ owner, uploader, bucket }) => {
      const name = await bucket('ObjectWriter');
      await put(uploader, name, { ACL: 'bucket-owner-full-control' });
      expect(await get(owner, name, 'k')).toBe('hello');
    },
  },
  {
    says: 'BucketOwnerPreferred: without bucket-owner-full-control the object is as dark as in ObjectWriter',
    holds: async ({ owner, uploader, bucket }) => {
      const name = await bucket('BucketOwnerPreferred');
      await put(uploader, name);
      expect(await refusal(get(owner, name, 'k'))).toMatchObject({ status: 403 });
    },
  },
  {
    says: 'BucketOwnerEnforced: the owner of the bucket reads what another account puts without an ACL',
    holds: async ({ owner, uploader, bucket }) => {
      const name = await bucket('BucketOwnerEnforced');
      await put(uploader, name);
      expect(await get(owner, name, 'k')).toBe('hello');
    },
  },
  {
    says: 'BucketOwnerEnforced: public-read is refused as AccessControlListNotSupported',
    holds: async ({ uploader, bucket }) => {
      const name = await bucket('BucketOwnerEnforced');
      expect(await refusal(put(uploader, name, { ACL: 'public-read' }))).toEqual({
        name: 'AccessControlListNotSupported',
        status: 400,
      });
    },
  },
  {
    says: 'an ACL header needs s3:PutObjectAcl',
    holds: async ({ withoutAcl, bucket }) => {
      const name = await bucket('ObjectWriter');
      expect(await refusal(put(withoutAcl, name, { ACL: 'bucket-owner-full-control' }))).toMatchObject({
        status: 403,
      });
    },
  },
  {
    says: 'another expected owner of the bucket is 403',
    holds: async ({ uploader, bucket }) => {
      const name = await bucket('BucketOwnerEnforced');
      expect(await refusal(put(uploader, name, { ExpectedBucketOwner: '999999999999' }))).toMatchObject({
        status: 403,
      });
    },
  },
  {
    says: 'a wrong secret is 403',
    holds: async ({ impostor, bucket }) => {
      const name = await bucket('ObjectWriter');
      expect(await refusal(put(impostor, name))).toMatchObject({ status: 403 });
    },
  },
  {
    says: 'a body that does not match its CRC32 is refused',
    holds: async ({ uploader, bucket }) => {
      const name = await bucket('ObjectWriter');
      expect(await refusal(put(uploader, name, { ChecksumCRC32: 'AAAAAA==' }))).toMatchObject({ status: 400 });
    },
  },
  {
    says: 'a body that does not match its Content-MD5 is refused as BadDigest',
    holds: async ({ uploader, bucket }) => {
      const name = await bucket('ObjectWriter');
      const ContentMD5 = md5(Buffer.from('other')).toString('base64');
      expect(await refusal(put(uploader, name, { ContentMD5 }))).toEqual({ name: 'BadDigest', status: 400 });
    },
  },
  {
    says: 'the ETag of a single PUT is the MD5 of its body',
    holds: async ({ uploader, bucket }) => {
      const { ETag } = await put(uploader, await bucket('ObjectWriter'));
      expect(ETag).toBe(`"${md5(Buffer.from('hello')).toString('hex')}"`);
    },
  },
  {
    says: "the ETag of a multipart object is the MD5 of its parts' MD5s, and how many there are",
    holds: async ({ uploader, bucket }) => {
      const parts = [Buffer.alloc(5 * MIB, 'a'), Buffer.from('b')];
      const name = await bucket('ObjectWriter');
      await multipart(uploader, name, parts);
      const { ETag } = await uploader.send(new HeadObjectCommand({ Bucket: name, Key: 'k' }));
      expect(ETag).toBe(`"${md5(Buffer.concat(parts.map(md5))).toString('hex')}-2"`);
    },
  },
  {
    says: 'a part under 5 MiB that is not the last is EntityTooSmall',
    holds: async ({ uploader, bucket }) => {
      const parts = [Buffer.from('a'), Buffer.from('b')];
      expect(await refusal(multipart(uploader, await bucket('ObjectWriter'), parts))).toEqual({
        name: 'EntityTooSmall',
        status: 400,
      });
    },
  },
  {
    says: 'If-None-Match: * does not overwrite',
    holds: async ({ uploader, bucket }) => {
      const name = await bucket('ObjectWriter');
      await put(uploader, name, { IfNoneMatch: '*' });
      expect(await refusal(put(uploader, name, { IfNoneMatch: '*' }))).toEqual({
        name: 'PreconditionFailed',
        status: 412,
      });
    },
  },
  {
    says: 'headers and metadata are kept',
    holds: async ({ owner, bucket }) => {
      const name = await bucket('BucketOwnerEnforced');
      const given = { ContentType: 'text/html; charset=utf-8', CacheControl: 'no-cache', Metadata: { build: '7' } };
      await put(owner, name, given);
      expect(await owner.send(new HeadObjectCommand({ Bucket: name, Key: 'k' }))).toMatchObject(given);
    },
  },
  {
    says: 'a list gives keys of any characters as they were put, in pages',
    holds: async ({ owner, bucket }) => {
      const name = await bucket('BucketOwnerEnforced');
      const keys = ["a b+c%20&d'.txt", 'e\u0301.txt', 'x/(1)*~!.js', '\u00e9.txt', '日本.txt'];
      for (const key of keys) await put(owner, name, { Key: key });
      const listed: string[] = [];
      let next: string | undefined;
      do {
        const page = await owner.send(
          new ListObjectsV2Command({ Bucket: name, MaxKeys: 2, ContinuationToken: next, EncodingType: 'url' }),
        );
        // S3 writes a space as + in an encoded list.
        listed.push(...(page.Contents ?? []).map(({ Key = '' }) => decodeURIComponent(Key.replaceAll('+', ' '))));
        next = page.NextContinuationToken;
      } while (next);
      expect(listed.sort()).toEqual([...keys].sort());
    },
  },
];
