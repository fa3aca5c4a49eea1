import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { JOB_TOKEN } from '../../harness/runner.ts';
import { ROLE, scene } from '../../harness/scene.ts';
import { type CommentsOptions, startComments } from '../../sandbox/github/comments.ts';

const open: { stop(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.stop();
});

async function pullRequest(
  options: Partial<CommentsOptions> = {},
  head = 'octo-org/shop',
  more: Readonly<Record<string, string>> = {},
) {
  const github = await startComments({ token: JOB_TOKEN, ...options });
  open.push(github);
  const here = await scene({ files: { 'site/index.html': 'x' } });
  const event = join(here.job.temp, 'event.json');
  const pull_request = {
    number: 7,
    head: { repo: { full_name: head } },
    base: { repo: { full_name: 'octo-org/shop' } },
  };
  writeFileSync(event, JSON.stringify({ pull_request }));
  const env = { GITHUB_EVENT_PATH: event, GITHUB_API_URL: github.url, GITHUB_ACTION: 'publish', ...more };
  const step = (inputs: Record<string, string> = {}) =>
    here.step(
      {
        'role-to-assume': ROLE,
        's3-upload': 'site => s3://shop-artifacts/site/',
        'dry-run': 'true',
        'pull-request-comment': 'true',
        ...inputs,
      },
      { env },
    );
  return { github, step };
}

test('one comment with the plan and its policy, found behind a hundred others, is brought up to date', async () => {
  const { github, step } = await pullRequest({ comments: Array.from({ length: 120 }, (_, at) => `comment ${at}`) });
  const first = await step();
  expect([first.errors, first.warnings, first.code]).toEqual([[], [], 0]);
  expect(github.comments).toHaveLength(121);
  const { body } = github.comments[120]!;
  expect(body).toContain('| 🔎 | Objects (S3) | 1 new |');
  expect(body).toContain('s3:PutObject');
  const second = await step({ 's3-upload': 'site => s3://shop-artifacts/other/' });
  expect(second.log).toContain('The plan is in a comment: https://github.com/octo-org/shop/pull/7#issuecomment-121');
  expect(github.comments).toHaveLength(121);
  expect(github.comments[120]?.body).toContain('shop-artifacts/other/');
  expect(github.requests.filter((it) => it.startsWith('GET'))).toHaveLength(4);
});

test('a rate limit that ends soon is waited for; one that lasts is a warning', async () => {
  const soon = await pullRequest({ limited: 2 });
  await soon.step();
  expect(soon.github.comments).toHaveLength(1);
  const long = await pullRequest({ limited: 9, retryAfter: 3_600 });
  const { code, warnings } = await long.step();
  expect([code, warnings]).toEqual([0, [expect.stringContaining("GitHub's rate limit is reached")]]);
  expect(long.github.requests).toHaveLength(1);
});

test.each<[string, Partial<CommentsOptions>, string]>([
  ['without the permission', { mayWrite: false }, 'give the job the permission pull-requests: write'],
  ['with a token that is not taken', { token: 'another' }, 'GitHub does not accept github-token (401)'],
  ['in a locked conversation', { locked: true }, 'its conversation is locked'],
  ['behind a proxy that answers itself', { page: true }, "the answer is not one of GitHub's"],
])('%s the step succeeds, and says why', async (_, options, why) => {
  const { step } = await pullRequest(options);
  const { code, warnings } = await step();
  expect([code, warnings]).toEqual([0, [expect.stringContaining(why)]]);
});

test('a fork, another event, and a step that is carried out get none', async () => {
  const fork = await pullRequest({}, 'somebody/shop');
  expect((await fork.step()).notices.join()).toContain('a pull request of a fork');
  expect((await fork.step({ 'dry-run': 'false' })).notices.join()).toContain('no effect without dry-run');
  expect(fork.github.requests).toEqual([]);
});

test('the token of GitHub goes to no host in the clear, named or not', async () => {
  const { step } = await pullRequest({}, undefined, { GITHUB_API_URL: 'http://github.corp' });
  const { code, warnings } = await step({ 'plain-http-hosts': 'github.corp' });
  expect([code, warnings]).toEqual([
    0,
    [expect.stringMatching(/No comment is written.*github\.corp: plain HTTP to this host is not allowed/)],
  ]);
});

test('two steps of one job in one region, and the same in two combinations of a matrix, have a comment each', async () => {
  const { github, step } = await pullRequest();
  await step();
  for (const name of ['{"site":"shop"}', '{"site":"blog"}', '{"site":"shop"}']) {
    await step({ 'pull-request-comment-name': name });
  }
  expect(github.comments).toHaveLength(3);
});

test("a stranger's comment with the marker is left alone; one that was deleted meanwhile is written anew", async () => {
  const first = await pullRequest();
  await first.step();
  const { body } = first.github.comments[0]!;
  const stranger = await pullRequest({ comments: [{ body, by: 'User', association: 'CONTRIBUTOR' }] });
  await stranger.step();
  expect(stranger.github.comments).toHaveLength(2);
  expect(stranger.github.requests.some((request) => request.startsWith('PATCH'))).toBe(false);
  const deleted = await pullRequest({ comments: [{ body, by: 'Bot' }], deletedMeanwhile: true });
  const { code, warnings } = await deleted.step();
  expect([code, warnings, deleted.github.comments.length]).toEqual([0, [], 2]);
});
