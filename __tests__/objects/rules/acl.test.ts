import { describe, expect, test } from '@jest/globals';
import { type AclWish, decideAcl, type Ownership, outcomeText, type Relation } from '../../../src/objects/rules/acl.ts';

const BOFC = 'bucket-owner-full-control';
describe('what is sent, and who can then serve the objects', () => {
  test.each<[AclWish, Relation, Ownership, string | undefined, string]>([
    ['auto', 'same', 'BucketOwnerEnforced', undefined, 'owner'],
    ['auto', 'cross', 'BucketOwnerEnforced', undefined, 'owner'],
    ['auto', 'unknown', 'BucketOwnerEnforced', undefined, 'owner'],
    ['auto', 'same', 'BucketOwnerPreferred', undefined, 'owner'],
    ['auto', 'cross', 'BucketOwnerPreferred', BOFC, 'owner'],
    ['auto', 'unknown', 'BucketOwnerPreferred', BOFC, 'unknown'],
    ['auto', 'same', 'ObjectWriter', undefined, 'owner'],
    ['auto', 'cross', 'ObjectWriter', BOFC, 'granted'],
    ['auto', 'unknown', 'ObjectWriter', BOFC, 'unknown'],
    ['auto', 'same', 'unknown', undefined, 'owner'],
    ['auto', 'cross', 'unknown', BOFC, 'unknown'],
    ['auto', 'unknown', 'unknown', BOFC, 'unknown'],
    ['none', 'cross', 'BucketOwnerEnforced', undefined, 'owner'],
    ['none', 'cross', 'BucketOwnerPreferred', undefined, 'none'],
    ['none', 'cross', 'ObjectWriter', undefined, 'none'],
    ['none', 'cross', 'unknown', undefined, 'unknown'],
    [BOFC, 'cross', 'ObjectWriter', BOFC, 'granted'],
    [BOFC, 'same', 'BucketOwnerEnforced', BOFC, 'owner'],
    ['bucket-owner-read', 'cross', 'BucketOwnerPreferred', 'bucket-owner-read', 'granted'],
    ['private', 'cross', 'BucketOwnerEnforced', undefined, 'owner'],
    ['private', 'same', 'BucketOwnerEnforced', undefined, 'owner'],
    ['private', 'cross', 'BucketOwnerPreferred', 'private', 'none'],
    ['private', 'cross', 'unknown', undefined, 'unknown'],
    ['public-read', 'cross', 'ObjectWriter', 'public-read', 'none'],
  ])('%s, %s account, %s: sends %s, outcome %s', (wish, relation, ownership, sent, outcome) => {
    const decision = decideAcl({ wish, relation, ownership });
    expect(decision.send).toBe(sent);
    expect(decision.outcome).toBe(outcome);
    expect(decision.refusal).toBeUndefined();
  });

  test.each<AclWish>(['bucket-owner-read', 'public-read', 'public-read-write', 'authenticated-read', 'aws-exec-read'])(
    '%s is refused where ACLs are off',
    (wish) => {
      expect(decideAcl({ wish, relation: 'same', ownership: 'BucketOwnerEnforced' }).refusal?.what).toContain(
        'would be refused for every object',
      );
    },
  );

  test.each([
    ['public-read', true],
    ['public-read-write', true],
    ['authenticated-read', true],
    ['bucket-owner-read', false],
    ['aws-exec-read', false],
  ] as const)('where Block Public Access refuses public ACLs, that %s is refused is %s', (wish, isRefused) => {
    const { refusal } = decideAcl({ wish, relation: 'same', ownership: 'ObjectWriter', publicAcls: 'refused' });
    expect(refusal?.why?.includes('Block Public Access') ?? false).toBe(isRefused);
  });

  test.each([
    ['public-read', 'ignored', true],
    ['public-read', 'taken', false],
    ['public-read', undefined, false],
    ['bucket-owner-read', 'ignored', false],
  ] as const)('%s where public ACLs are %s: that it has no effect is told: %s', (wish, publicAcls, isTold) => {
    const { send, warning } = decideAcl({ wish, relation: 'same', ownership: 'ObjectWriter', publicAcls });
    expect([send, warning !== undefined]).toEqual([wish, isTold]);
  });

  test('only auto may send the ACL after a refusal, and never takes one away', () => {
    expect(decideAcl({ wish: 'auto', relation: 'same', ownership: 'unknown' }).ifRefused).toBe(BOFC);
    expect(decideAcl({ wish: 'none', relation: 'same', ownership: 'unknown' }).ifRefused).toBeUndefined();
    expect(decideAcl({ wish: 'auto', relation: 'cross', ownership: 'unknown' }).ifRefused).toBeUndefined();
  });

  test('the line says what was found, what is sent and why', () => {
    expect(decideAcl({ wish: 'auto', relation: 'cross', ownership: 'ObjectWriter' }).line).toBe(
      "ObjectWriter, another account's bucket: bucket-owner-full-control is sent; it gives the bucket's owner full control, though not ownership",
    );
    expect(outcomeText('granted')).toContain("CloudFront's OAI or OAC will not reach them");
  });
});
