import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
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
    expect(result.warnings).toContain('The job summary could not be written');
  });
});

describe("the undo list is the step's own", () => {
  test('a state that an earlier step wrote makes the post step delete nothing', async () => {
    const { job, step } = await scene({ files: { 'precious/file': 'x' } });
    const path = join(job.workspace, 'precious');
    const forged = JSON.stringify({ kind: 'folder', path });
    for (const at of ['', '_0', '_1', '_2', '_3', '_4', '_5', '_6']) job.env[`STATE_undo${at}`] = forged;
    const result = await step();
    expect(result.errors).toEqual([]);
    const post = await result.post();
    expect(post.warnings).toEqual([]);
    expect(readFileSync(join(path, 'file'), 'utf8')).toBe('x');
  });

  test('a list that another step damaged is told, and nothing of it is quoted', async () => {
    const { job, step } = await scene({ env: { AWS_ACCESS_KEY_ID: 'c4nary' } });
    const result = await step();
    const list = join(job.temp, readdirSync(job.temp).find((name) => name.startsWith('keyless-aws-undo-'))!);
    const [first, ...rest] = readFileSync(list, 'utf8').split('\n');
    expect(first).toBeTruthy();
    writeFileSync(list, ['broken', ...rest].join('\n'));
    const post = await result.post();
    expect(post.code).toBe(0);
    expect(post.warnings).toEqual(['Could not undo everything: 1 of the entries that this step saved cannot be read']);
    expect(post.raw).not.toContain('c4nary');
    expect(job.env.AWS_SECRET_ACCESS_KEY).toBe('');
    expect(readdirSync(job.temp)).toEqual([]);
  });

  test('a post step without a main step does nothing', async () => {
    const { job } = await scene();
    const { code, stdout } = await job.run(process.execPath, [join(import.meta.dirname, '../../dist/post.js')]);
    expect([code, stdout]).toEqual([0, '']);
  });
});
