import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { identityOf, KEY_LINES } from '../../../harness/identity.ts';
import { ROLE, scene } from '../../../harness/scene.ts';

// What the post steps of other actions, which run after this action's own, are left with.

test('AWS_SKIP_CLEANUP_STEP: credentials stay for other post steps', async () => {
  const { job, step } = await scene({ env: { AWS_SKIP_CLEANUP_STEP: 'true' } });
  const { post, exported } = await step();
  const { log } = await post();
  expect(log).toContain('AWS_SKIP_CLEANUP_STEP is true');
  expect(job.env.AWS_ACCESS_KEY_ID).toBe(exported.AWS_ACCESS_KEY_ID);
});

test("other post steps have a region: the user's own, or the step's; an empty one ends all their calls", async () => {
  for (const [config, region] of [
    ['', 'eu-west-1'],
    ['[default]\nregion = ap-south-1\n', 'ap-south-1'],
  ] as const) {
    const { job, step } = await scene();
    delete job.env.AWS_REGION;
    mkdirSync(`${job.env.HOME}/.aws`);
    writeFileSync(`${job.env.HOME}/.aws/config`, config);
    const { exported, post } = await step({ 'role-to-assume': ROLE, 'aws-region': 'eu-west-1' });
    expect(exported).toMatchObject({ AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-west-1' });
    await post();
    expect(job.env).toMatchObject({ AWS_REGION: region, AWS_DEFAULT_REGION: region, AWS_ACCESS_KEY_ID: '' });
  }
});

test('after every post step a profile is found that is nobody else, whatever files earlier steps give back', async () => {
  const it = await scene();
  const { job, step } = it;
  const first = await step({ 'role-to-assume': ROLE, 'refresh-credentials': 'true' });
  const second = await step({ 'role-to-assume': ROLE, 'aws-profile': 'mine', 'output-env-credentials': 'true' });
  await second.post();
  await first.post();
  expect(job.env.AWS_PROFILE).toBe('default');
  expect(readFileSync(job.env.AWS_CONFIG_FILE ?? '', 'utf8')).toBe('[default]\n');
});

test("after the post step programs are who the user's default profile says, as before the job", async () => {
  const it = await scene();
  mkdirSync(`${it.job.env.HOME}/.aws`);
  writeFileSync(`${it.job.env.HOME}/.aws/credentials`, `[default]\n${KEY_LINES}`);
  const before = await identityOf(it.job);
  const { post } = await it.step({ 'role-to-assume': ROLE, 'aws-profile': 'mine', 'output-env-credentials': 'true' });
  await post();
  expect(await identityOf(it.job)).toBe(before);
  expect(before).toContain('user/keyholder');
});
