import { CreateBucketCommand, PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import { contract } from '../contract/contract.ts';
import { S3_SENTENCES, type S3Ground } from '../contract/s3.ts';
import { type Keys, startRadosgw } from './radosgw.ts';

const NO_MODES = 'it has no Object Ownership: every bucket is as with ObjectWriter';

contract<S3Ground>(S3_SENTENCES, {
  name: 'radosgw',
  start: async () => {
    const radosgw = await startRadosgw();
    const client = (credentials: Keys) =>
      new S3Client({
        endpoint: radosgw.url,
        region: 'us-east-1',
        forcePathStyle: true,
        credentials,
        maxAttempts: 1,
        requestChecksumCalculation: 'WHEN_REQUIRED',
        responseChecksumValidation: 'WHEN_REQUIRED',
      });
    const [owner, uploader, withoutAcl] = await Promise.all(
      ['owner', 'uploader', 'withoutacl'].map((uid) => radosgw.createUser(uid)),
    );
    const ownerClient = client(owner!);
    let used = 0;
    return {
      owner: ownerClient,
      uploader: client(uploader!),
      withoutAcl: client(withoutAcl!),
      impostor: client({ ...uploader!, secretAccessKey: 'another' }),
      bucket: async () => {
        const Bucket = `contract-${used++}`;
        await ownerClient.send(new CreateBucketCommand({ Bucket }));
        const statement = (uid: string, Action: string[]) => ({
          Effect: 'Allow',
          Principal: { AWS: [`arn:aws:iam:::user/${uid}`] },
          Action,
          Resource: [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`],
        });
        const all = ['s3:PutObject', 's3:PutObjectAcl', 's3:GetObject', 's3:ListBucket', 's3:ListBucketVersions'];
        const Statement = [statement('uploader', all), statement('withoutacl', ['s3:PutObject'])];
        const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
        await ownerClient.send(new PutBucketPolicyCommand({ Bucket, Policy }));
        return Bucket;
      },
      stop: radosgw.stop,
    };
  },
  laxer: {
    'BucketOwnerEnforced: the owner of the bucket reads what another account puts without an ACL': NO_MODES,
    'BucketOwnerEnforced: public-read is refused as AccessControlListNotSupported': NO_MODES,
    'an ACL header needs s3:PutObjectAcl': 'it takes an ACL with s3:PutObject alone',
    'another expected owner of the bucket is 403': 'it ignores the header',
    'a body that does not match its CRC32 is refused': 'it ignores checksum headers',
  },
});
