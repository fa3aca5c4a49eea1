import { describe, expect, test } from '@jest/globals';
import { outcomeOfOwner, outcomeShown } from '../../../src/objects/apply/first-owner.ts';

const BOFC = 'bucket-owner-full-control';

describe('who owns the first object, by its ACL', () => {
  const full = (id: string) => ({
    Grantee: { Type: 'CanonicalUser' as const, ID: id },
    Permission: 'FULL_CONTROL' as const,
  });
  test.each([
    ['the writer, with a grant for the owner', ['writer', 'owner'], 'writer', BOFC, 'granted'],
    ["the bucket's owner alone", ['owner'], 'owner', BOFC, 'owner'],
    ["somebody alone, and no grant for the bucket's owner was sent", ['writer'], 'writer', undefined, 'unknown'],
  ] as const)('%s', (_what, grantees, owner, sent, outcome) => {
    expect(outcomeShown({ Owner: { ID: owner }, Grants: grantees.map(full) }, sent)).toBe(outcome);
  });
});

describe('who owns the first object, by canonical ids', () => {
  test.each([
    ['the writer, who knows its own id', 'writer', { own: 'writer' }, BOFC, 'granted'],
    ['the writer, who sent no ACL', 'writer', { own: 'writer' }, undefined, 'none'],
    ['somebody who is not the writer', 'owner', { own: 'writer' }, undefined, 'owner'],
    ["the bucket's owner, whose id is known", 'owner', { bucketOwner: 'owner' }, BOFC, 'owner'],
    ["somebody who is not the bucket's owner", 'writer', { bucketOwner: 'owner' }, BOFC, 'granted'],
    ['somebody, and no id is known', 'writer', {}, BOFC, 'unknown'],
    ['nobody says', undefined, { own: 'writer' }, BOFC, 'unknown'],
  ] as const)('%s', (_what, owner, ids, sent, outcome) => {
    expect(outcomeOfOwner(owner, { own: undefined, bucketOwner: undefined, ...ids }, sent)).toBe(outcome);
  });
});
