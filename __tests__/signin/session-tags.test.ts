import { expect, test } from '@jest/globals';
import { tagsOfHop } from '../../src/signin/session-tags.ts';

const ENV = {
  GITHUB_REPOSITORY: 'octo-org/shop',
  GITHUB_REF: 'refs/heads/a#b',
  GITHUB_ACTOR: 'octocat[bot]',
  GITHUB_WORKFLOW: 'x'.repeat(300),
};
const TAGS = { skip: false, custom: { team: 'shop' }, transitiveKeys: ['team', 'Absent'] };

test('tags of the job, within what AWS takes', () => {
  const { tags } = tagsOfHop(TAGS, ENV, 0).all;
  expect(tags).toMatchObject({
    GitHub: 'Actions',
    Repository: 'octo-org/shop',
    Branch: 'refs/heads/a_b',
    Actor: 'octocat_bot_',
  });
  expect(tags.Workflow).toHaveLength(256);
  expect(tags).not.toHaveProperty('Commit');
});

test('a transitive tag is set once, on the first role', () => {
  expect(tagsOfHop(TAGS, ENV, 0).all.transitiveTagKeys).toEqual(['team']);
  const second = tagsOfHop(TAGS, ENV, 1).all;
  expect(second.tags).not.toHaveProperty('team');
  expect(second.transitiveTagKeys).toEqual([]);
});

test('role-skip-session-tagging leaves all tags out, those of the input too, as configure-aws-credentials does', () => {
  expect(tagsOfHop({ ...TAGS, skip: true }, ENV, 0).all).toEqual({ tags: {}, transitiveTagKeys: [] });
});

test('the lesser tags: there, replaced by one of the input, and left out first', () => {
  const env = { ...ENV, GITHUB_RUN_ID: '7', GITHUB_JOB: 'deploy', GITHUB_EVENT_NAME: 'push', GITHUB_HEAD_REF: '' };
  const { all, fewer } = tagsOfHop({ ...TAGS, custom: { job: 'mine' }, transitiveKeys: ['RunId'] }, env, 0);
  expect(all.tags).toMatchObject({ RunId: '7', EventName: 'push', job: 'mine' });
  expect(all.transitiveTagKeys).toEqual(['RunId']);
  expect(Object.keys(all.tags)).not.toEqual(expect.arrayContaining(['Job']));
  expect(Object.keys(fewer.tags)).toEqual(['GitHub', 'Repository', 'Workflow', 'Actor', 'Branch', 'job']);
  expect(fewer.transitiveTagKeys).toEqual([]);
});

test('a value is not cut inside of a character', () => {
  const { tags } = tagsOfHop(TAGS, { GITHUB_WORKFLOW: `${'x'.repeat(255)}\u{20000}` }, 0).all;
  expect(tags.Workflow).toBe('x'.repeat(255));
});
