import { plainETag } from '../../aws/etag.ts';
import { firstText } from '../../aws/xml.ts';
import type { CallOptions } from '../../base/retry.ts';
import type { CannedAcl } from '../rules/acl.ts';
import type { ObjectHeaders } from '../rules/headers.ts';
import type { ObjectAddress } from '../rules/key.ts';
import { encodeKey } from '../rules/key.ts';
import { ownerHeader } from '../s3/wire.ts';
import { checkKey, KEY_HEADER } from './kms-key.ts';
import type { Sender, Stored } from './sender.ts';

export interface Copy extends Pick<ObjectAddress, 'key'> {
  /** All that the object is to have: a copy with REPLACE drops every header that is not sent again. */
  readonly headers: ObjectHeaders;
  readonly acl: CannedAcl | undefined;
}

/**
 * Changes headers, or the owner, without sending the content: a copy onto itself with REPLACE; its tags stay unless the step has
 * some. Without a header the bucket's default encryption of today acts on the copy.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 */
export async function copyInPlace(
  by: Pick<Sender, 'access' | 'bucket' | 'usedKeys'>,
  { key, headers, acl }: Copy,
  how?: CallOptions,
): Promise<Stored> {
  const { access, bucket } = by;
  const { owner, name, wire } = bucket;
  const sent = {
    ...headers,
    ...(acl ? { 'x-amz-acl': acl } : {}),
    ...ownerHeader(bucket),
    ...(owner ? { 'x-amz-source-expected-bucket-owner': owner } : {}),
    ...(headers['x-amz-tagging'] ? { 'x-amz-tagging-directive': 'REPLACE' } : {}),
    'x-amz-metadata-directive': 'REPLACE',
    'x-amz-copy-source': `/${name}/${encodeKey(key)}`,
  };
  const answer = await access.aws.call(
    's3:CopyObject',
    async (signal) => {
      const told = await wire.ask({ method: 'PUT', key, headers: sent }, signal);
      return { ...told, CopyObjectResult: { ETag: firstText(told.text, 'ETag') } };
    },
    how,
  );
  checkKey(by, { key }, answer.headers[KEY_HEADER]);
  const version = answer.headers['x-amz-version-id'];
  return { etag: plainETag(answer.CopyObjectResult.ETag), version: version ? String(version) : undefined };
}
