import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
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
  return result;
}

/** The JSON blocks of a summary. */
const blocks = (summary: string) =>
  [...summary.matchAll(/```json\n([\s\S]+?)\n```/g)].map(([, text = '']) => JSON.parse(text));

test('of a dry run: the plan of every job, and the policy to copy; the same is an output', async () => {
  const { summary, outputs, raw } = await step({ 'dry-run': 'true' });
  expect(summary).toMatch(/^## 🔎 Keyless AWS: dry run\n\n\*\*Nothing was written\.\*\*/);
  expect(summary).toContain('role `publish` of account `111122223333` · eu-west-1');
  expect(summary).toMatch(/\| 🔎 \| Images \(ECR\) \| 1 image to push, \d+ B; login for later steps \|/);
  expect(summary).toMatch(/### Images \(ECR\)\n\n\| image \| tags \| to send \|/);
  expect(summary).toContain('| 🔎 | Objects (S3) | 1 new |');
  expect(summary).toMatch(/\| `LOG_LEVEL` \| \[`\/shop\/prod\/log-level`\]\(https:\S+\) \| 1 \| String \|/);
  expect(blocks(summary)).toEqual([JSON.parse(outputs['iam-policy'] ?? '')]);
  expect(outputs['has-changes']).toBe('true');
  expect(outputs['plan-markdown']?.replace(/[\d.]+ s/, '')).toBe(summary.trimEnd().replace(/[\d.]+ s/, ''));
  // What a person reads comes first, JSON is folded.
  expect(raw.indexOf('::group::Objects (S3): 1 new')).toBeLessThan(raw.indexOf('::group::The plan, as JSON'));
  expect(raw.slice(0, raw.indexOf('::group::'))).not.toContain('{');
});

test('of a run: a row a job with a mark; a key can be neither markdown nor HTML; then nothing is left to do', async () => {
  const { summary } = await step({});
  expect(summary).toMatch(/^## ✅ Keyless AWS\n\n\*\*Done\*\* in/);
  expect(summary).toContain('| ✅ | Objects (S3) | 1 new, 1 B |');
  expect(summary).toMatch(/```sh\ndocker pull \S+\/shop@sha256:[0-9a-f]{64}\n```/);
  expect(summary).not.toMatch(/<d>|a\|b|\| `s3:[^|]*`c`/);
  expect(summary.replaceAll('<!-- -->', '')).toContain('site&#47;a&#124;b &#96;c&#96; &#60;d&#62;&#46;txt</code>');
  const again = await step({});
  expect(again.summary).toContain('**Done: nothing had to be changed**');
  expect(again.summary).toContain('| ➖ | Objects (S3) | 1 unchanged |');
  expect(again.outputs['has-changes']).toBe('false');
});

test('is left out when that is asked for, failed or not', async () => {
  expect((await step({ summary: 'false' })).summary).toBe('');
  expect((await step({ summary: 'false', 's3-acl': 'none-such' })).summary).toBe('');
});

describe('when something fails', () => {
  test('in the inputs: every problem, and what to write', async () => {
    const { summary, raw } = await step({ 's3-acl': 'all', 'ssm-export': '<img src=x>' });
    expect(summary).toMatch(/^## ❌ Keyless AWS failed\n\n\*\*The inputs are wrong\. Nothing was sent to AWS\.\*\*/);
    expect(summary).toContain('**Input s3-acl**');
    expect(summary).toContain('`<img` `src=x>`');
    expect(raw).toContain('::error title=Keyless AWS%3A wrong inputs::Input s3-acl');
  });

  test('in the sign-in: the trust policy as a block', async () => {
    const { summary } = await step({ 'role-to-assume': 'arn:aws:iam::111122223333:role/runner' });
    expect(summary).toContain('**The sign-in failed. Nothing was read or written.**');
    expect(blocks(summary)).toEqual([
      expect.objectContaining({ Statement: [expect.objectContaining({ Effect: 'Allow' })] }),
    ]);
  });

  test('in the plan: which job, and the IAM policy as a block', async () => {
    const { policies = {} } = sandbox.world.accounts['111122223333']?.roles?.publish ?? {};
    const { parameters, ...others } = policies;
    Object.assign(sandbox.world.accounts['111122223333']?.roles?.publish ?? {}, { policies: others });
    const { summary } = await step({ 'ssm-parameters': '/shop/prod/' });
    Object.assign(sandbox.world.accounts['111122223333']?.roles?.publish ?? {}, {
      policies: { ...others, parameters },
    });
    expect(summary).toContain('**The plan cannot succeed. Nothing was written.**');
    expect(summary).toContain('| ❌ | Parameters (SSM) | failed |');
    expect(summary).toContain('| Sign-in | signed in; nothing was exported |');
    expect(summary).toMatch(/\| ⏹️ \| Objects \(S3\) \| not begun/);
    expect(JSON.stringify(blocks(summary))).toContain('ssm:GetParametersByPath');
  });

  test('when it is carried out: what was done, what was not, and a policy that has the actions of both', async () => {
    sandbox.faults.add({ kind: 'status', service: 's3', action: 'PutObject', status: 403, code: 'AccessDenied' });
    const { summary } = await step({ 's3-upload-unchanged': 'true' });
    sandbox.faults.clear();
    expect(summary).toMatch(/\*\*1 part of 4 failed\. What the others did is done\.\*\*/);
    expect(summary).toMatch(/\| ❌ \| Objects \(S3\) \| failed; planned: \d changed/);
    expect(summary).toMatch(/\| [✅➖] \| Images \(ECR\) \|/u);
    expect(JSON.stringify(blocks(summary).at(-1))).toContain('s3:PutObject');
  });
});
