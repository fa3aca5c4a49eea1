import { describe, expect, test } from '@jest/globals';
import { LayoutBuilder, tarOf } from '../../harness/image.ts';
import { ROLE, scene } from '../../harness/scene.ts';

/** A step of a peer, and the step that docs/moving-over.md makes of it. */
interface Move {
  readonly from: string;
  /** The peer's inputs, as they are when only `uses:` is changed. */
  readonly there: Readonly<Record<string, string>>;
  /** What the error tells of them. */
  readonly told: RegExp;
  readonly here: Readonly<Record<string, string>>;
  readonly output: string;
}

const MOVES: readonly Move[] = [
  {
    from: 'amazon-ecr-login',
    there: { registries: '111122223333', 'mask-password': 'true' },
    told: /ecr-registries, one a line/,
    here: { 'ecr-login': 'true', 'ecr-registries': '111122223333' },
    output: 'registry',
  },
  {
    from: 'docker/build-push-action',
    there: { push: 'true', tags: 'shop:v1', 'build-args': 'A=1' },
    told: /build-args: there is no such input/,
    here: { images: 'oci-archive:image.tar => shop:v1\nshop:latest' },
    output: 'image-digest',
  },
  {
    from: 's3-sync-action',
    there: { args: '--delete --acl public-read' },
    told: /s3-delete: true for --delete/,
    here: { 's3-upload': 'site => s3://shop-artifacts/moved/', 's3-delete': 'true' },
    output: 's3-uploaded',
  },
  {
    from: 's3-deploy',
    there: { folder: 'site', bucket: 'shop-artifacts', 'bucket-region': 'eu-west-1', 'delete-removed': 'true' },
    told: /the region of a bucket is looked up/,
    here: { 's3-upload': 'site => s3://shop-artifacts/deployed/' },
    output: 's3-bytes',
  },
  {
    from: 'aws-ssm-getparameters-action',
    there: { parameterPairs: '/shop/prod/db-url = DB_URL', withDecryption: 'true' },
    told: /ssm-parameters: NAME=\/path\/of\/parameter/,
    here: { 'ssm-parameters': 'DB_URL=/shop/prod/db-url' },
    output: 'ssm-resolved',
  },
];

describe.each(MOVES)('from $from', ({ there, told, here, output }) => {
  test("changing uses: alone ends the step, with the names here; the page's step works", async () => {
    const layout = new LayoutBuilder();
    const image = await tarOf(layout.layout(await layout.image(['content'])));
    const { step, sandbox } = await scene({ files: { 'image.tar': image, 'site/index.html': 'x' } });
    const env = Object.fromEntries(
      Object.entries(there).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
    );
    const before = await step({ 'role-to-assume': ROLE }, { env });
    expect([before.code, before.exported]).toEqual([1, {}]);
    expect(before.errors.join('\n')).toMatch(told);
    expect(sandbox.log.entries).toEqual([]);
    const after = await step({ 'role-to-assume': ROLE, ...here });
    expect([after.code, after.errors]).toEqual([0, []]);
    expect(after.outputs[output]).toBeTruthy();
  });
});

test('from configure-aws-credentials: changing uses: is enough', async () => {
  const { step } = await scene();
  const { code, exported } = await step({
    'role-to-assume': ROLE,
    'aws-region': 'eu-west-1',
    'role-session-name': 'release',
    'role-duration-seconds': '900',
    'mask-aws-account-id': 'true',
    'output-credentials': 'true',
  });
  expect(code).toBe(0);
  expect(Object.keys(exported)).toEqual(
    expect.arrayContaining(['AWS_ACCESS_KEY_ID', 'AWS_SESSION_TOKEN', 'AWS_REGION']),
  );
});
