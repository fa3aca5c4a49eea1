import { describe, expect, test } from '@jest/globals';
import { ROLE, type Scene, scene } from '../../../harness/scene.ts';
import type { PolicyStatement } from '../../../sandbox/iam/policy.ts';
import type { BucketWorld } from '../../../sandbox/s3/model.ts';
import { PUBLISHER, read, readUnsigned, SITE, view } from './scene.ts';

/**
 * Three Object Ownership modes (and none set, the fourth), the step's own and another account's bucket, what the bucket's policy
 * allows, each value of s3-acl: what was uploaded is read back as the bucket's owner, as CloudFront by the bucket's policy (by
 * origin access control and by the older origin access identity, which it is to reach alike), as a role of a third account, and
 * as a stranger without an identity. The table is written out by hand from AWS's documentation, not computed by the code under test:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
 */
type Mode = 'BucketOwnerEnforced' | 'BucketOwnerPreferred' | 'ObjectWriter' | 'none';
type Relation = 'same' | 'cross';

interface Case {
  readonly mode: Mode;
  readonly relation: Relation;
  readonly policy: keyof typeof POLICIES;
}

/** `refused`: the step fails, with this in its error. Otherwise the header that was sent, and who gets 200. */
type Expected = { readonly refused: RegExp } | ({ readonly sent: string } & Readers);

type Readers = Readonly<Record<'owner' | 'cloudfront' | 'third' | 'stranger', number>>;

const nobody: Readers = { owner: 403, cloudfront: 403, third: 403, stranger: 403 };
const owned: Readers = { ...nobody, owner: 200, cloudfront: 200 };
const granted: Readers = { ...nobody, owner: 200 };
const everybody: Readers = { owner: 200, cloudfront: 200, third: 200, stranger: 200 };
const BOFC = 'bucket-owner-full-control';

/** What B's policy lets the uploader do; the rest of the role's rights are its own account's. */
const POLICIES = {
  open: ['s3:*'],
  /** As most uploaders have it: no look at the bucket's settings, nor at ACLs. */
  least: ['s3:PutObject', 's3:PutObjectAcl', 's3:ListBucket'],
  blind: ['s3:PutObject', 's3:PutObjectAcl'],
  withoutAcl: ['s3:PutObject', 's3:ListBucket', 's3:GetBucketOwnershipControls'],
  /** Refuses every upload without the ACL, of the step's own account too. */
  demanding: ['s3:*'],
} as const;

const MODES: readonly Mode[] = ['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter', 'none'];
const everyBucket = (policy: Case['policy']): Case[] =>
  MODES.flatMap((mode) => (['same', 'cross'] as const).map((relation) => ({ mode, relation, policy })));

const aclsOff = /would be refused for every object|ACLs turned off/;
const denied = /AccessDenied/;
const aclDenied = /s3:PutObjectAcl/;

function expectedOf(wish: string, { mode, relation, policy }: Case): Expected {
  const enforced = mode === 'BucketOwnerEnforced';
  const knows = relation === 'same' || policy === 'open' || policy === 'demanding' || policy === 'withoutAcl';
  if (policy === 'demanding' && !(wish === BOFC || wish === 'auto'))
    return { refused: enforced && knows && !['none', 'private'].includes(wish) ? aclsOff : denied };
  if (policy === 'withoutAcl' && relation === 'cross') {
    const sendsNothing = wish === 'none' || (enforced && (wish === 'auto' || wish === 'private'));
    if (!sendsNothing) return { refused: enforced && wish !== BOFC ? aclsOff : aclDenied };
  }
  const table: Record<string, Expected> = {
    auto: auto(mode, relation, policy),
    none: { sent: '', ...(enforced || relation === 'same' ? owned : nobody) },
    [BOFC]: { sent: BOFC, ...(relation === 'same' || enforced || mode === 'BucketOwnerPreferred' ? owned : granted) },
    private: { sent: enforced || !knows ? '' : 'private', ...(enforced || relation === 'same' ? owned : nobody) },
    'bucket-owner-read': enforced ? { refused: aclsOff } : { sent: wish, ...(relation === 'same' ? owned : granted) },
    'public-read': enforced ? { refused: aclsOff } : { sent: wish, ...everybody },
    // Every account of AWS, so the bucket's owner too; CloudFront's identities are of no account that the group names.
    'authenticated-read': enforced
      ? { refused: aclsOff }
      : { sent: wish, ...(relation === 'same' ? owned : granted), third: 200 },
  };
  return table[wish]!;
}

function auto(mode: Mode, relation: Relation, policy: Case['policy']): Expected {
  if (policy === 'demanding')
    return { sent: BOFC, ...(relation === 'same' || mode.startsWith('BucketOwner') ? owned : granted) };
  if (relation === 'same') return { sent: '', ...owned };
  if (mode === 'BucketOwnerEnforced')
    return { sent: policy === 'open' || policy === 'withoutAcl' ? '' : BOFC, ...owned };
  return { sent: BOFC, ...(mode === 'BucketOwnerPreferred' ? owned : granted) };
}

const THIRD = '777788889999';
const ACCOUNTS = { same: PUBLISHER, cross: SITE };
const nameOf = ({ mode, relation, policy }: Case) => `${mode}-${relation}-${policy}`.toLowerCase();
const IDENTITIES = ['oac', 'oai'] as const;
const distributionOf = (one: Case, identity: 'oac' | 'oai') =>
  `E${nameOf(one).toUpperCase().replaceAll('-', '')}${identity.toUpperCase()}`;

function bucketOf(one: Case): BucketWorld {
  const name = nameOf(one);
  const account = ACCOUNTS[one.relation];
  const Resource = [`arn:aws:s3:::${name}`, `arn:aws:s3:::${name}/*`];
  const serve: PolicyStatement = {
    Effect: 'Allow',
    Principal: { Service: 'cloudfront.amazonaws.com' },
    Action: 's3:GetObject',
    Resource,
    Condition: {
      StringEquals: { 'aws:SourceArn': `arn:aws:cloudfront::${account}:distribution/${distributionOf(one, 'oac')}` },
    },
  };
  const serveIdentity: PolicyStatement = {
    Effect: 'Allow',
    Principal: {
      AWS: `arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity ${distributionOf(one, 'oai')}`,
    },
    Action: 's3:GetObject',
    Resource,
  };
  const allow: PolicyStatement = { Effect: 'Allow', Principal: { AWS: ROLE }, Action: POLICIES[one.policy], Resource };
  const demand: PolicyStatement = {
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:PutObject',
    Resource,
    Condition: { StringNotEquals: { 's3:x-amz-acl': BOFC } },
  };
  const Statement = [
    serve,
    serveIdentity,
    ...(one.relation === 'cross' ? [allow] : []),
    ...(one.policy === 'demanding' ? [demand] : []),
  ];
  return { account, ownership: one.mode, blockPublicAccess: false, policy: { Statement } };
}

function bucketsScene(cases: readonly Case[]): Promise<Scene> {
  const buckets = Object.fromEntries(cases.map((one) => [nameOf(one), bucketOf(one)]));
  const distributions = Object.fromEntries(
    cases.flatMap((one) =>
      IDENTITIES.map((identity) => [
        distributionOf(one, identity),
        { account: ACCOUNTS[one.relation], bucket: nameOf(one), identity },
      ]),
    ),
  );
  const files = { 'site/index.html': 'page', 'site/app.js': 'code' };
  // In each account somebody who may do all there, as far as the account goes.
  const everything = { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
  const trust = {
    Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  };
  const owner = { trust, policies: { everything } };
  const accounts = { [PUBLISHER]: { roles: { owner } }, [SITE]: { roles: { owner } }, [THIRD]: { roles: { owner } } };
  return scene({ files, world: { buckets, distributions, accounts } });
}

const inputsOf = (wish: string, cases: readonly Case[]) => ({
  'role-to-assume': ROLE,
  's3-acl': wish,
  's3-verify-owner': 'off',
  // Some of the policies let nobody list.
  's3-upload-unchanged': 'true',
  's3-upload': cases.map((one) => `site => s3://${nameOf(one)}`).join('\n'),
});

/** S3 refuses an ACL alike in every mode, so that one bucket speaks for those of its account and policy. */
function toldAlike(a: Case & { readonly refused: RegExp }, b: Case & { readonly refused: RegExp }): boolean {
  return a.relation === b.relation && a.policy === b.policy && a.refused === b.refused;
}

/**
 * The cases that are refused, in as few steps as name them all: a plan names each bucket, S3's own refusal ends the step at the
 * first. None is written to.
 */
async function expectRefusals(
  { sandbox, step }: Pick<Scene, 'sandbox' | 'step'>,
  { wish, cases }: { readonly wish: string; readonly cases: readonly (Case & { readonly expected: Expected })[] },
): Promise<void> {
  let left = cases.flatMap((one) => ('refused' in one.expected ? [{ ...one, refused: one.expected.refused }] : []));
  const buckets = left.map(nameOf);
  while (left.length > 0) {
    const { code, errors } = await step(inputsOf(wish, left));
    expect(code).toBe(1);
    const named = left.filter((one) => errors.some((text) => text.startsWith(`s3://${nameOf(one)}`)));
    const told = named.map((one) => [nameOf(one), errors.find((text) => text.startsWith(`s3://${nameOf(one)}`))]);
    expect(told).toEqual(named.map((one) => [nameOf(one), expect.stringMatching(one.refused)]));
    if (named.length === 0) throw new Error(`${wish}: none of ${left.map(nameOf)} is named in ${errors.join()}`);
    left = left.filter((one) => !named.some((it) => toldAlike(it, one)));
  }
  const stored = sandbox.log
    .of('s3', 'PutObject')
    .filter(({ params, status }) => buckets.includes(String(params.bucket)) && status === 200);
  expect(stored).toEqual([]);
}

const WISHES = ['auto', 'none', BOFC, 'private', 'bucket-owner-read', 'public-read', 'authenticated-read'];

/** Policies that share a step: where one bucket may be looked at, the step could know of another's owner by it. */
const WORLDS: readonly (readonly Case['policy'][])[] = [
  ['open', 'withoutAcl', 'demanding'],
  ['least', 'blind'],
];

describe.each(WORLDS.map((policies) => [policies.join(', '), policies] as const))(
  'with policies: %s',
  (_, policies) => {
    test.each(WISHES)('s3-acl: %s', async (wish) => {
      const cases = policies.flatMap(everyBucket).map((one) => ({ ...one, expected: expectedOf(wish, one) }));
      const { sandbox, step } = await bucketsScene(cases);
      const good = cases.filter(({ expected }) => !('refused' in expected));
      if (good.length > 0) {
        const result = await step(inputsOf(wish, good));
        expect(result.errors).toEqual([]);
        expect(result.code).toBe(0);
      }
      const seen = await Promise.all(
        good.map(async (one) => {
          const bucket = nameOf(one);
          const put = sandbox.log
            .of('s3', 'PutObject')
            .filter(({ params, status }) => params.bucket === bucket && status === 200);
          const readIn = async (account: string) => {
            const got = await read(sandbox, `arn:aws:iam::${account}:role/owner`, { bucket, key: 'index.html' });
            return got === 'page' ? 200 : got;
          };
          const [control, identity] = await Promise.all(
            IDENTITIES.map((by) => view(sandbox, '/index.html', distributionOf(one, by))),
          );
          return [
            bucket,
            {
              sent: [...new Set(put.map(({ params }) => params.acl ?? ''))].join(),
              owner: await readIn(ACCOUNTS[one.relation]),
              cloudfront: control === identity ? control : { control, identity },
              third: await readIn(THIRD),
              stranger: await readUnsigned(sandbox, 'index.html', bucket),
            },
          ];
        }),
      );
      expect(Object.fromEntries(seen)).toEqual(Object.fromEntries(good.map((one) => [nameOf(one), one.expected])));
      await expectRefusals({ sandbox, step }, { wish, cases });
    });
  },
);
