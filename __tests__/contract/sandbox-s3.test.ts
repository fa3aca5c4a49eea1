import { S3Client } from '@aws-sdk/client-s3';
import { startSandbox } from '../../sandbox/index.ts';
import { contract } from './contract.ts';
import { type Ownership, S3_SENTENCES, type S3Ground } from './s3.ts';

const UPLOADER = 'arn:aws:iam::111122223333:role/publish';
const WITHOUT_ACL = 'arn:aws:iam::111122223333:role/without-acl';
const MODES: readonly Ownership[] = ['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter'];

const allow = (Action: string | string[], more: Record<string, unknown> = {}) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource: '*', ...more }],
});

/** A bucket of the other account for each sentence, which lets in whoever the uploader's account lets in. */
function bucketFor(name: string, ownership: Ownership) {
  const Resource = [`arn:aws:s3:::${name}`, `arn:aws:s3:::${name}/*`];
  const policy = allow('s3:*', { Principal: { AWS: [UPLOADER, WITHOUT_ACL] }, Resource });
  return [name, { account: '444455556666', ownership, policy }] as const;
}

contract<S3Ground>(S3_SENTENCES, {
  name: 'the sandbox',
  start: async () => {
    const names = S3_SENTENCES.flatMap((_, n) => MODES.map((mode) => bucketFor(`${mode.toLowerCase()}-${n}`, mode)));
    const withoutAcl = {
      trust: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' }] },
      policies: { put: allow('s3:PutObject') },
    };
    const sandbox = await startSandbox({
      world: {
        buckets: Object.fromEntries(names),
        accounts: { '111122223333': { roles: { 'without-acl': withoutAcl } } },
      },
    });
    const client = (role: string, change: { secretAccessKey?: string } = {}) =>
      new S3Client({
        endpoint: sandbox.url,
        region: 'eu-west-1',
        forcePathStyle: true,
        credentials: { ...sandbox.signInAs(role), ...change },
        maxAttempts: 1,
      });
    let used = 0;
    return {
      owner: client('arn:aws:iam::444455556666:role/owner'),
      uploader: client(UPLOADER),
      withoutAcl: client(WITHOUT_ACL),
      impostor: client(UPLOADER, { secretAccessKey: 'another' }),
      bucket: async (ownership) => `${ownership.toLowerCase()}-${used++}`,
      stop: sandbox.stop,
    };
  },
});
