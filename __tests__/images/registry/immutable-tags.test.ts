import { expect, test } from '@jest/globals';
import { isImmutable } from '../../../src/images/registry/immutable-tags.ts';

test.each([
  ['1', { rule: 'MUTABLE', exclusions: [] }, false],
  ['1', { rule: 'IMMUTABLE', exclusions: [] }, true],
  ['latest', { rule: 'IMMUTABLE_WITH_EXCLUSION', exclusions: ['latest', 'dev-*'] }, false],
  ['dev-7', { rule: 'IMMUTABLE_WITH_EXCLUSION', exclusions: ['latest', 'dev-*'] }, false],
  ['1.2', { rule: 'IMMUTABLE_WITH_EXCLUSION', exclusions: ['1.*.*'] }, true],
  ['v1', { rule: 'MUTABLE_WITH_EXCLUSION', exclusions: ['v*'] }, true],
  ['main', { rule: 'MUTABLE_WITH_EXCLUSION', exclusions: ['v*'] }, false],
])('tag %s under %j is immutable: %s', (tag, mutability, expected) => {
  expect(isImmutable(tag, mutability)).toBe(expected);
});
