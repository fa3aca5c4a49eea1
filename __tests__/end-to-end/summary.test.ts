import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { LayoutBuilder, tarOf } from '../../harness/image.ts';
import { startJob } from '../../harness/runner.ts';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.stop());

const INPUTS = {
  'role-to-assume': 'arn:aws:iam::111122223333:role/publish',
  images: 'oci-archive:image.tar => shop:v1',
  's3-upload': 'site => s3://shop-artifacts/site/',
  'ssm-parameters': '/shop/prod/log-level',
};

async function step(more: Record<string, string>) {
  const layout = new LayoutBuilder();
  const image = await tarOf(layout.layout(await layout.image(['content'])));
  const files = { 'image.tar': image, 'site/a|b `c` <d>.txt': 'x' };
  const job = startJob({ env: sandbox.env(), files, secrets: sandbox.secrets });
  const result = await job.step({ ...INPUTS, ...more });
  job.end();
  expect(result.errors).toEqual([]);
  return result;
}

test('of a dry run: the plan of every job, and the policy to copy', async () => {
  const { summary, outputs } = await step({ 'dry-run': 'true' });
  expect(summary).toContain('## Keyless AWS: the plan (dry run, nothing was written)');
  expect(summary).toContain('role `publish` of account `111122223333` · eu-west-1');
  expect(summary).toMatch(/### Images \(ECR\)\n\n\| image \| tags \| to send \|/);
  expect(summary).toContain('**1** new');
  expect(summary).toContain('| `LOG_LEVEL` | `/shop/prod/log-level` | 1 | String |');
  const [, policy = ''] = /```json\n([\s\S]+?)\n```/.exec(summary) ?? [];
  expect(JSON.parse(policy)).toEqual(JSON.parse(outputs['iam-policy'] ?? ''));
});

test('of a run: a key can be neither markdown nor HTML', async () => {
  const { summary } = await step({});
  expect(summary).not.toMatch(/<d>|a\|b|\| `s3:[^|]*`c`/);
  expect(summary.replaceAll('<!-- -->', '')).toContain('site&#47;a&#124;b &#96;c&#96; &#60;d&#62;&#46;txt</code>');
});

test('is left out when that is asked for', async () => {
  expect((await step({ summary: 'false' })).summary).toBe('');
});
