import { createHash } from 'node:crypto';
import { ListMultipartUploadsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { Scene } from '../../../harness/scene.ts';
import { OWNER, s3As } from './scene.ts';

/** 40 objects, one of them in three parts. */
const SITE: Readonly<Record<string, string>> = Object.fromEntries([
  ...Array.from({ length: 39 }, (_, n) => [
    n % 5 === 0 ? `page-${n}.html` : `asset-${n}.js`,
    `content ${n} `.repeat(50 * n),
  ]),
  ['video.mp4', '0123456789abcdef'.repeat((17 << 20) / 16)],
]);
export const FILES: Record<string, string> = Object.fromEntries(
  Object.entries(SITE).map(([name, text]) => [`site/${name}`, text]),
);
/** HeadBucket, listings, Object Ownership, 39 PUTs, 5 requests of the upload in parts: 49, and what is tried again. */
export const REQUESTS = 56;
/** How many runs it takes to hit every index once. */
export const RUNS = 4;

/** Objects that are there and differ from their file, or are missing; and uploads that were left behind. */
export async function damageOf({
  sandbox,
}: Scene): Promise<{ missing: string[]; wrong: string[]; unfinished: number }> {
  const s3 = s3As(sandbox, OWNER);
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: 'shop-site' }));
  const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: 'shop-site' }));
  const etags = new Map(Contents.map(({ Key = '', ETag = '' }) => [Key, ETag.replaceAll('"', '')]));
  const md5 = (text: string | Buffer) => createHash('md5').update(text);
  const etagOf = (text: string) => {
    if (text.length <= 16 << 20) return md5(text).digest('hex');
    const parts = [0, 1, 2].map((n) => md5(text.slice(n * (8 << 20), (n + 1) * (8 << 20))).digest());
    return `${md5(Buffer.concat(parts)).digest('hex')}-3`;
  };
  const names = Object.keys(SITE);
  return {
    missing: names.filter((name) => !etags.has(name)),
    wrong: names.filter((name) => etags.has(name) && etags.get(name) !== etagOf(SITE[name]!)),
    unfinished: Uploads.length,
  };
}
