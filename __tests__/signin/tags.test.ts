import { expect, test } from '@jest/globals';
import { tagsOfHop } from '../../src/signin/tags.ts';

const ENV = {
  GITHUB_REPOSITORY: 'octo-org/shop',
  GITHUB_REF: 'refs/heads/a#b',
  GITHUB_ACTOR: 'octocat[bot]',
  GITHUB_WORKFLOW: 'x'.repeat(300),
};
const TAGS = { skip: false, custom: { team: 'shop' }, transitiveKeys: ['team', 'Absent'] };

test('tags of the job, within what AWS takes', () => {
  const { tags } = tagsOfHop(TAGS, ENV, 0);
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
  expect(tagsOfHop(TAGS, ENV, 0).transitiveTagKeys).toEqual(['team']);
  const second = tagsOfHop(TAGS, ENV, 1);
  expect(second.tags).not.toHaveProperty('team');
  expect(second.transitiveTagKeys).toEqual([]);
});

test('role-skip-session-tagging leaves the tags that were asked for', () => {
  expect(tagsOfHop({ ...TAGS, skip: true }, ENV, 0).tags).toEqual({ team: 'shop' });
});
