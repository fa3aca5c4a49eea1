import { randomUUID } from 'node:crypto';
import { XMLParser } from 'fast-xml-parser';
import { xml } from '../http/render.ts';
import { type Answer, AwsError, type Core } from '../service.ts';
import { verifyBody } from './checksums.ts';
import { type BucketState, latest, store } from './model.ts';
import { header, objectArn, type S3Call } from './request.ts';

export function deleteObject(core: Core, call: S3Call): Answer {
  if (!mayDelete(call, call.key)) throw new AwsError('AccessDenied', 403, 'Access Denied');
  const match = header(call, 'if-match').replaceAll('"', '');
  const there = latest(call.bucket, call.key);
  if (match !== '' && there && match !== '*' && match !== there.etag)
    throw new AwsError('PreconditionFailed', 412, 'At least one of the pre-conditions you specified did not hold');
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
  const text = call.body.toString();
  // https://www.w3.org/TR/xml/#charsets: such a character is not allowed in XML, not even as a reference.
  if (/[\x00-\x08\x0b\x0c\x0e-\x1f]|&#(?:x0*[0-8bcef]|x0*1[0-9a-f]|0*[0-8]|0*1[1-24-9]|0*2\d|0*3[01]);/i.test(text))
    throw new AwsError('MalformedXML', 400, 'The XML you provided was not well-formed');
  const parser = new XMLParser({
    parseTagValue: false,
    trimValues: false,
    htmlEntities: true,
    isArray: (name) => name === 'Object',
  });
  const { Delete } = parser.parse(text) as { Delete?: { Object?: { Key: string }[]; Quiet?: string } };
  const keys = (Delete?.Object ?? []).map(({ Key }) => Key);
  if (keys.length === 0 || keys.length > 1_000)
    throw new AwsError('MalformedXML', 400, 'The XML you provided was not well-formed');
  const denied = keys.filter((key) => !mayDelete(call, key));
  // Asked for each key: S3 may fail for some of them alone.
  const failed = new Map(keys.map((key) => [key, core.faults.next('s3 key', 'DeleteObjects')]));
  const gone = keys.filter((key) => !denied.includes(key) && !failed.get(key));
  for (const key of gone) remove(core, call.bucket, key);
  const result = {
    Deleted: Delete?.Quiet === 'true' ? [] : gone.map((Key) => ({ Key })),
    Error: [
      ...denied.map((Key) => ({ Key, Code: 'AccessDenied', Message: 'Access Denied' })),
      ...keys.flatMap((Key) => {
        const { code = 'InternalError', message = '' } = failed.get(Key) ?? {};
        return failed.get(Key) ? [{ Key, Code: code, Message: message }] : [];
      }),
    ],
  };
  return { body: xml({ DeleteResult: result }) };
}

/** The bucket's owner may delete every object, whoever owns it: the bucket's policy reaches deletes. */
function mayDelete(call: S3Call, key: string): boolean {
  const { bucket } = call;
  return call.allowed({
    action: 's3:DeleteObject',
    resource: objectArn(call, key),
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
