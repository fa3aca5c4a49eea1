import { randomUUID } from 'node:crypto';
import { XMLParser } from 'fast-xml-parser';
import { xml } from '../http/render.ts';
import { type Answer, AwsError, type Core } from '../service.ts';
import { verifyBody } from './checksums.ts';
import { type BucketState, latest, store } from './model.ts';
import { header, objectArn, type S3Call } from './request.ts';

export function deleteObject(core: Core, call: S3Call): Answer {
  if (!mayDelete(call, call.key)) throw new AwsError('AccessDenied', 403, 'Access Denied');
  remove(core, call.bucket, call.key);
  return { status: 204 };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html: 200, with an error for each key that stays. */
export function deleteObjects(core: Core, call: S3Call): Answer {
  if (header(call, 'content-md5') === '' && !verifyBody(call)) {
    throw new AwsError(
      'InvalidRequest',
      400,
      'Missing required header for this request: Content-MD5 OR x-amz-checksum-*',
    );
  }
  verifyBody(call);
  const parser = new XMLParser({ parseTagValue: false, isArray: (name) => name === 'Object' });
  const { Delete } = parser.parse(call.body.toString()) as { Delete?: { Object?: { Key: string }[]; Quiet?: string } };
  const keys = (Delete?.Object ?? []).map(({ Key }) => Key);
  if (keys.length === 0 || keys.length > 1_000)
    throw new AwsError('MalformedXML', 400, 'The XML you provided was not well-formed');
  const denied = keys.filter((key) => !mayDelete(call, key));
  const gone = keys.filter((key) => !denied.includes(key));
  for (const key of gone) remove(core, call.bucket, key);
  const result = {
    Deleted: Delete?.Quiet === 'true' ? [] : gone.map((Key) => ({ Key })),
    Error: denied.map((Key) => ({ Key, Code: 'AccessDenied', Message: 'Access Denied' })),
  };
  return { body: xml({ DeleteResult: result }) };
}

/** The bucket's owner may delete every object, whoever owns it: the bucket's policy reaches deletes. */
function mayDelete(call: S3Call, key: string): boolean {
  const { bucket } = call;
  return call.allowed({
    action: 's3:DeleteObject',
    resource: objectArn(bucket, key),
    resourceAccount: bucket.account,
    resourcePolicy: bucket.policy,
  });
}

function remove({ clock }: Core, bucket: BucketState, key: string): void {
  const object = latest(bucket, key);
  if (!object) return;
  if (!bucket.versioning) bucket.objects.delete(key);
  else
    store(bucket, {
      ...object,
      body: Buffer.alloc(0),
      isDeleteMarker: true,
      version: randomUUID(),
      modified: new Date(clock.now()),
    });
}
