import { CreateBucketCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ROLE, scene } from '../../harness/scene.ts';
import { describeWithMoto, type Moto, startMoto } from './moto.ts';

const FILES: Readonly<Record<string, string>> = {
  'index.html': '<h1>Shop</h1>',
  'a b+c/ü (1).txt': 'odd names',
  'video.mp4': '0123456789abcdef'.repeat((17 << 20) / 16),
  empty: '',
};

/** The shipped action uploads to an S3 that nobody here wrote; who may do what is not its subject. Its STS is the sandbox's. */
describeWithMoto('moto', () => {
  let moto: Moto;
  beforeAll(async () => {
    moto = await startMoto();
  }, 60_000);
  afterAll(() => moto.stop());

  test('what was uploaded is there as it was, and is not sent again', async () => {
    const files = Object.fromEntries(Object.entries(FILES).map(([name, text]) => [`site/${name}`, text]));
    const { sandbox, step } = await scene({ files, env: { AWS_ENDPOINT_URL_S3: moto.url } });
    const { region } = sandbox.world;
    const credentials = { accessKeyId: 'AKIAANY', secretAccessKey: 'any' };
    const s3 = new S3Client({ endpoint: moto.url, region, credentials, forcePathStyle: true });
    await s3.send(
      new CreateBucketCommand({
        Bucket: 'shop',
        CreateBucketConfiguration: { LocationConstraint: region as 'eu-west-1' },
      }),
    );
    const inputs = {
      'role-to-assume': ROLE,
      's3-upload': 'site => s3://shop/v1',
      's3-cache-control': '**/*.html => no-cache',
    };

    const first = await step(inputs);
    expect(first.errors).toEqual([]);
    expect(first.outputs).toMatchObject({ 's3-uploaded': '4', 's3-unchanged': '0' });
    for (const [name, text] of Object.entries(FILES)) {
      const { Body, CacheControl } = await s3.send(new GetObjectCommand({ Bucket: 'shop', Key: `v1/${name}` }));
      const isPage = name.endsWith('.html');
      expect([name, await Body?.transformToString(), CacheControl]).toEqual([
        name,
        text,
        isPage ? 'no-cache' : undefined,
      ]);
    }

    const second = await step(inputs);
    expect(second.errors).toEqual([]);
    expect(second.outputs).toMatchObject({ 's3-uploaded': '0', 's3-unchanged': '4', 's3-bytes': '0' });
  }, 60_000);
});
