import { PutObjectCommand } from '@aws-sdk/client-s3';
import { expect, test } from '@jest/globals';
import { FILES, OWNER, read, s3As, siteScene, upload } from './scene.ts';

/** One file in parts, the others whole. */
const files = { ...FILES, 'site/video.mp4': '0123456789'.repeat(1_800_000) };

test.each(['alibaba', 'google', 'minio'] as const)('a store that is not AWS: %s', async (dialect) => {
  const { sandbox, step } = await siteScene({ dialect }, { files });
  const s3 = s3As(sandbox, OWNER);
  await s3.send(new PutObjectCommand({ Bucket: 'shop-site', Key: 'old.txt', Body: 'old' }));
  const first = await step(upload({ 's3-delete': 'true' }));
  expect(first.errors).toEqual([]);
  expect([first.outputs['s3-uploaded'], first.outputs['s3-deleted']]).toEqual(['6', '1']);
  expect(await read(sandbox, OWNER, 'video.mp4')).toBe(files['site/video.mp4']);
  // What is the same is found to be the same: by its ETag, or, where that is a number by chance, by its checksum.
  const again = await step(upload({ 's3-delete': 'true' }));
  expect([again.errors, again.outputs['s3-unchanged'], again.outputs['s3-uploaded']]).toEqual([[], '6', '0']);
});
