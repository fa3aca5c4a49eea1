import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { ROLE, scene } from '../../harness/scene.ts';

const PUBLISH = { 's3-upload': 'site => s3://shop-site/app', 'role-to-assume': ROLE };
const SITE = { 'site/index.html': '<h1>shop</h1>' };

describe('what the step writes to is tried before anything is done', () => {
  test.each<[string, Record<string, string>, RegExp]>([
    [
      'a full disk for outputs',
      { GITHUB_OUTPUT: '/dev/full' },
      /GITHUB_OUTPUT.*cannot be written to[\s\S]*disk is full/,
    ],
    ['a full disk for variables', { GITHUB_ENV: '/dev/full' }, /GITHUB_ENV.*cannot be written to[\s\S]*disk is full/],
    [
      'a full disk for the state',
      { GITHUB_STATE: '/dev/full' },
      /GITHUB_STATE.*cannot be written to[\s\S]*disk is full/,
    ],
    ['no file for outputs', { GITHUB_OUTPUT: '/proc/none' }, /GITHUB_OUTPUT.*cannot be written to[\s\S]*ENOENT/],
    ['no variable for outputs', { GITHUB_OUTPUT: '' }, /Variable GITHUB_OUTPUT: it is not set/],
    ['a folder for outputs', { GITHUB_OUTPUT: '/tmp' }, /GITHUB_OUTPUT.*cannot be written to[\s\S]*EISDIR/],
    ['no RUNNER_TEMP', { RUNNER_TEMP: '' }, /Variable RUNNER_TEMP: it is not set/],
    [
      'a RUNNER_TEMP that is not there',
      { RUNNER_TEMP: '/dev/null/temp' },
      /RUNNER_TEMP, \/dev\/null\/temp: it cannot be written to/,
    ],
    ['a RUNNER_TEMP that may not be written', { RUNNER_TEMP: '/proc' }, /RUNNER_TEMP, \/proc: it cannot be written to/],
  ])('%s', async (_, files, message) => {
    const { sandbox, step } = await scene({ files: SITE });
    const result = await step(PUBLISH, { files });
    expect(result.code).toBe(1);
    expect(result.errors.join('\n')).toMatch(message);
    expect(result.errors.join('\n')).not.toContain('bug of the action');
    expect(sandbox.log.entries).toEqual([]);
  });

  test('the job summary alone is not worth a failure', async () => {
    const { step } = await scene({ files: SITE });
    const result = await step(PUBLISH, { files: { GITHUB_STEP_SUMMARY: '/dev/full' } });
    expect(result.errors).toEqual([]);
    expect(result.outputs['s3-uploaded']).toBe('1');
    expect(result.warnings.join()).toContain('The job summary could not be written: check the file');
  });
});

describe("the undo list is the step's own", () => {
  test('a state that an earlier step wrote makes the post step delete nothing', async () => {
    const { job, step } = await scene({ files: { 'precious/file': 'x' } });
    const path = join(job.workspace, 'precious');
    const forged = JSON.stringify({ kind: 'folder', path });
    for (const at of ['', '_copy', '_0', '_1', '_2', '_3', '_4', '_5', '_6']) job.env[`STATE_undo${at}`] = forged;
    const result = await step();
    expect(result.errors).toEqual([]);
    const post = await result.post();
    expect(post.warnings).toEqual([]);
    expect(readFileSync(join(path, 'file'), 'utf8')).toBe('x');
  });

  test('a list that another step damages, or removes with all of RUNNER_TEMP, is undone all the same', async () => {
    const { job, step } = await scene({ env: { AWS_ACCESS_KEY_ID: 'c4nary' } });
    const first = await step({ 'role-to-assume': ROLE, 'ssm-parameters': '/shop/prod/db-url', 'ssm-env-file': '.env' });
    const list = join(job.temp, readdirSync(job.temp).find((name) => name.startsWith('keyless-aws-undo-'))!);
    writeFileSync(list, `broken${readFileSync(list, 'utf8')}`);
    const second = await step({ 'role-to-assume': ROLE, 'aws-profile': 'shop', 'output-env-credentials': 'true' });
    expect([...first.errors, ...second.errors]).toEqual([]);
    for (const name of readdirSync(job.temp)) rmSync(join(job.temp, name), { recursive: true });
    for (const { post } of [second, first]) {
      const { code, warnings, raw } = await post();
      expect([code, warnings]).toEqual([0, []]);
      expect(raw).not.toContain('c4nary');
    }
    expect(job.env).toMatchObject({ AWS_ACCESS_KEY_ID: 'c4nary', AWS_SECRET_ACCESS_KEY: '', DB_URL: '' });
    expect([readdirSync(job.env.HOME ?? ''), existsSync(join(job.workspace, '.env'))]).toEqual([[], false]);
  });

  test('a post step without a main step does nothing', async () => {
    const { job } = await scene();
    const { code, stdout } = await job.run(process.execPath, [join(import.meta.dirname, '../../dist/post.js')]);
    expect([code, stdout]).toEqual([0, '']);
  });
});
