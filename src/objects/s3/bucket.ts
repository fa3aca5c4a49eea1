import {
  GetBucketEncryptionCommand,
  GetBucketOwnershipControlsCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Refused } from '../../aws/client.ts';
import { saysDenied } from '../../aws/denied.ts';
import { s3Client, s3Endpoint } from '../../aws/s3-client.ts';
import { Problem } from '../../base/problem.ts';
import { quote } from '../../base/quote.ts';
import { verdictOf } from '../../base/retryable.ts';
import type { Access } from '../../job.ts';
import type { ObjectsRequest } from '../request.ts';
import { isPublicAcl, type Ownership, type PublicAcls, type Relation } from '../rules/acl.ts';
import { openWire, type Wire, type WireDeps } from './wire.ts';

/** A bucket of the step, as far as the caller may look at it. */
export interface Bucket {
  readonly name: string;
  readonly region: string;
  readonly s3: S3Client;
  /** The same bucket for what is sent by the thousand. */
  readonly wire: Wire;
  readonly relation: Relation;
  readonly ownership: Ownership;
  readonly publicAcls: PublicAcls | undefined;
  /** Account id that goes with every request as `x-amz-expected-bucket-owner`. */
  readonly owner: string | undefined;
  /** Whether the caller may list it. */
  readonly mayList: boolean;
  /** Whether others than the bucket's owner may own objects, and the step is to know: listings then ask for owners. */
  readonly looksAtOwners: boolean;
  /** KMS key of its default encryption as the bucket names it (an ARN, an id, an alias), where the caller may ask. */
  readonly defaultKey: string | undefined;
  /** IAM actions beside `s3:ListBucket` that were allowed on the bucket, and that the plan made use of. */
  readonly asked: readonly string[];
}

/**
 * Finds out where a bucket is, whose it is and how it treats ACLs, by reads only. What the caller may not ask stays unknown.
 * @param prefix one of the step's prefixes in the bucket: a policy may allow to list nothing else
 * @throws Problem when the bucket does not exist, or is not the one that `s3-bucket-owner` says
 */
export async function lookAtBucket(
  request: LookRequest,
  access: Access,
  { name, prefix }: { readonly name: string; readonly prefix: string },
): Promise<Bucket> {
  refuseOtherKinds(name);
  const { region: home } = access.session;
  // Most buckets are in the step's own region: they are looked at there while their region is asked for.
  const looking = lookIn(request, access, { region: home, name, prefix });
  looking.catch(() => {});
  const region = await regionOf(access, name);
  return region === home ? looking : lookIn(request, access, { region, name, prefix });
}

type LookRequest = Pick<ObjectsRequest, 'bucketOwner' | 'acl' | 'fixAcl' | 'verifyOwner'>;

async function lookIn(
  request: LookRequest,
  access: Access,
  { region, name, prefix }: { readonly region: string; readonly name: string; readonly prefix: string },
): Promise<Bucket> {
  const s3 = s3Client(access, region);
  const { bucketOwner: stated, acl } = request;
  const [whose, ownership, defaultKey, publicAcls, wire] = await Promise.all([
    relationOf(access, s3, { stated, name, prefix }),
    lookAtOwnership(access, { s3, name, owner: stated }),
    allowed(defaultKeyOf(access, s3, { name, owner: stated })),
    isPublicAcl(acl) ? allowed(publicAclsOf(access, s3, { name, owner: stated })) : undefined,
    openWire({
      http: access.http,
      client: s3,
      bucket: name,
      credentials: access.session.credentials,
      checksums: checksumsOf(access.runner),
    }),
  ]);
  const asked = [
    ...(ownership === undefined ? [] : ['s3:GetBucketOwnershipControls']),
    ...(publicAcls === undefined ? [] : ['s3:GetBucketPublicAccessBlock']),
  ];
  const bucket = {
    name,
    region,
    s3,
    wire,
    ...whose,
    ownership: ownership ?? ('unknown' as const),
    publicAcls,
    defaultKey,
    asked,
  };
  const looksAtOwners = whose.mayList && bucket.ownership !== 'BucketOwnerEnforced';
  return { ...bucket, looksAtOwners: looksAtOwners && (request.fixAcl || request.verifyOwner !== 'off') };
}

/** https://docs.aws.amazon.com/sdkref/latest/guide/feature-dataintegrity.html: for servers that do not know the checksums. */
function checksumsOf({ env }: Pick<Access['runner'], 'env'>): WireDeps['checksums'] {
  return env.AWS_REQUEST_CHECKSUM_CALCULATION?.toLowerCase() === 'when_required' ? 'when_required' : 'always';
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html: suffixes that AWS keeps for other kinds. */
const OTHER_KINDS: readonly (readonly [RegExp, string])[] = [
  [/--x-s3$/, 'a directory bucket (S3 Express One Zone)'],
  [/--xa-s3$/, 'an access point of a directory bucket'],
  [/--op-s3$/, 'an access point of S3 on Outposts'],
  [/--ol-s3$/, 'an Object Lambda Access Point'],
  [/--table-s3$/, 'a table bucket'],
  [/\.mrap$/, 'a Multi-Region Access Point'],
];

/** Their requests are signed in other ways, and they have neither ACLs nor a website. @throws Problem */
function refuseOtherKinds(name: string): void {
  const kind = OTHER_KINDS.find(([form]) => form.test(name))?.[1];
  if (kind === undefined) return;
  throw new Problem({
    what: `this is ${kind}, which this action does not upload to`,
    on: `s3://${name}`,
    fix: 'name a general purpose bucket, or use the AWS CLI for this upload',
  });
}

/** The caller's canonical id, if it may ask. */
export async function ownCanonicalId({ aws }: Access, { s3 }: Bucket): Promise<string | undefined> {
  const answer = await allowed(
    aws.call('s3:ListAllMyBuckets', (abortSignal) =>
      s3.send(new ListBucketsCommand({ MaxBuckets: 1 }), { abortSignal }),
    ),
  );
  return answer?.Owner?.ID;
}

/** `undefined` when the caller may not, or the server does not know the call. */
export async function allowed<T>(asking: Promise<T>): Promise<T | undefined> {
  try {
    return await asking;
  } catch (thrown) {
    if (!(thrown instanceof Refused)) throw thrown;
    const { status, code } = thrown;
    // Too many requests, or an answer that took too long, say nothing about what the caller may.
    const passes = status === 429 || status === 408 || verdictOf({ name: code }) !== 'fatal';
    if (!passes && (status === 501 || (status >= 400 && status < 500))) return undefined;
    throw thrown;
  }
}

/**
 * `x-amz-bucket-region` is in the answer of HeadBucket whether it is allowed or not.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
 */
async function regionOf(access: Access, name: string): Promise<string> {
  const home = access.session.region;
  const s3 = s3Client(access, home);
  try {
    const answer = await access.aws.call('s3:HeadBucket', (abortSignal) =>
      s3.send(new HeadBucketCommand({ Bucket: name }), { abortSignal }),
    );
    return answer.BucketRegion ?? home;
  } catch (thrown) {
    if (!(thrown instanceof Refused)) throw thrown;
    if (thrown.status === 404) {
      const endpoint = s3Endpoint(access.runner.env);
      const also = endpoint
        ? `, and the address of the server: ${quote(endpoint)} must not name the bucket as well`
        : '';
      throw new Problem({
        what: 'there is no such bucket',
        on: `s3://${name}`,
        fix: `check the name in s3-upload${also}`,
      });
    }
    const response = (thrown.details.cause as { $response?: { headers?: Record<string, string> } }).$response;
    return response?.headers?.['x-amz-bucket-region'] ?? home;
  }
}

/**
 * Whose the bucket is: a listing that says whom it expects as the owner is refused when that is wrong.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
 */
async function relationOf(
  { aws, session }: Access,
  s3: S3Client,
  { stated, name, prefix }: { readonly stated: string | undefined; readonly name: string; readonly prefix: string },
): Promise<Pick<Bucket, 'relation' | 'owner' | 'mayList'>> {
  const list = (owner: string | undefined, mayBe: (refused: Refused) => boolean) =>
    mayIt(
      mayBe,
      aws.call('s3:ListBucket', (abortSignal) =>
        s3.send(
          new ListObjectsV2Command({
            Bucket: name,
            ...(prefix === '' ? {} : { Prefix: prefix }),
            MaxKeys: 1,
            ExpectedBucketOwner: owner,
          }),
          { abortSignal },
        ),
      ),
    );
  const expected = stated ?? session.accountId;
  const relation = (owner: string): Relation => (owner === session.accountId ? 'same' : 'cross');
  if (await list(expected, ({ status }) => status === 403))
    return { relation: relation(expected), owner: expected, mayList: true };
  // A wrong key or signature, or an address that the server does not take, is not a missing permission.
  const mayList = await list(undefined, saysDenied);
  if (stated !== undefined && mayList) {
    throw new Problem({
      what: `the bucket is not owned by account ${stated}`,
      on: `s3://${name}`,
      why: 'it may be misspelt, or somebody else took the name',
      fix: 'check the name in s3-upload and the account in s3-bucket-owner',
    });
  }
  if (stated !== undefined) return { relation: relation(stated), owner: stated, mayList };
  return { relation: mayList ? 'cross' : 'unknown', owner: undefined, mayList };
}

interface NamedBucket {
  readonly name: string;
  /** Expected owner, if it is stated. */
  readonly owner: string | undefined;
}

/** A bucket's Object Ownership as it is now; `undefined` when the caller may not ask. */
export function lookAtOwnership(
  access: Pick<Access, 'aws'>,
  { s3, name, owner }: Pick<Bucket, 's3' | 'name' | 'owner'>,
): Promise<Ownership | undefined> {
  return allowed(ownershipOf(access, s3, { name, owner }));
}

async function ownershipOf(
  { aws }: Pick<Access, 'aws'>,
  s3: S3Client,
  { name, owner }: NamedBucket,
): Promise<Ownership | undefined> {
  try {
    const answer = await aws.call('s3:GetBucketOwnershipControls', (abortSignal) =>
      s3.send(new GetBucketOwnershipControlsCommand({ Bucket: name, ExpectedBucketOwner: owner }), { abortSignal }),
    );
    const mode = answer.OwnershipControls?.Rules?.[0]?.ObjectOwnership;
    // radosgw takes the question for another one and answers 200 without rules.
    return mode as Ownership | undefined;
  } catch (thrown) {
    if (thrown instanceof Refused && thrown.code === 'OwnershipControlsNotFoundError') return 'ObjectWriter';
    throw thrown;
  }
}

/** The key of S3 in the account of who uploads: what a default without a key means. */
export const MANAGED_KEY = 'alias/aws/s3';

/** What writing takes beside S3's own permissions: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketEncryption.html */
async function defaultKeyOf({ aws }: Access, s3: S3Client, { name, owner }: NamedBucket): Promise<string | undefined> {
  const answer = await aws.call('s3:GetEncryptionConfiguration', (abortSignal) =>
    s3.send(new GetBucketEncryptionCommand({ Bucket: name, ExpectedBucketOwner: owner }), { abortSignal }),
  );
  const [rule] = answer.ServerSideEncryptionConfiguration?.Rules ?? [];
  const { SSEAlgorithm = '', KMSMasterKeyID } = rule?.ApplyServerSideEncryptionByDefault ?? {};
  return SSEAlgorithm.startsWith('aws:kms') ? (KMSMasterKeyID ?? MANAGED_KEY) : undefined;
}

async function publicAclsOf({ aws }: Access, s3: S3Client, { name, owner }: NamedBucket): Promise<PublicAcls> {
  try {
    const answer = await aws.call('s3:GetBucketPublicAccessBlock', (abortSignal) =>
      s3.send(new GetPublicAccessBlockCommand({ Bucket: name, ExpectedBucketOwner: owner }), { abortSignal }),
    );
    const { BlockPublicAcls, IgnorePublicAcls } = answer.PublicAccessBlockConfiguration ?? {};
    return BlockPublicAcls ? 'refused' : IgnorePublicAcls ? 'ignored' : 'taken';
  } catch (thrown) {
    if (thrown instanceof Refused && thrown.code === 'NoSuchPublicAccessBlockConfiguration') return 'taken';
    throw thrown;
  }
}

/** @param isDenial whether a refusal says no more than that the caller may not */
async function mayIt(isDenial: (refused: Refused) => boolean, asking: Promise<unknown>): Promise<boolean> {
  try {
    await asking;
    return true;
  } catch (thrown) {
    if (thrown instanceof Refused && (thrown.status === 405 || thrown.status === 501 || isDenial(thrown))) return false;
    throw thrown;
  }
}
