import { describe, expect, test } from '@jest/globals';
import { outcomeSeen } from '../../../src/objects/apply/first-upload.ts';

const BOFC = 'bucket-owner-full-control';

describe('who owns the first object, by its ACL', () => {
  const full = (id: string) => ({
    Grantee: { Type: 'CanonicalUser' as const, ID: id },
    Permission: 'FULL_CONTROL' as const,
  });
  test.each([
    ['the writer, with a grant for the owner', ['writer', 'owner'], 'writer', BOFC, undefined, 'granted'],
    ["the bucket's owner alone", ['owner'], 'owner', BOFC, undefined, 'owner'],
    ['the writer alone, who knows its own id', ['writer'], 'writer', undefined, 'writer', 'none'],
    ['somebody alone, and the writer does not know its own id', ['writer'], 'writer', undefined, undefined, 'unknown'],
    ['somebody who is not the writer', ['owner'], 'owner', undefined, 'writer', 'owner'],
  ] as const)('%s', (_what, grantees, owner, sent, own, outcome) => {
    expect(outcomeSeen({ Owner: { ID: owner }, Grants: grantees.map(full) }, sent, own)).toBe(outcome);
  });
});
