import { xml } from '../http/render.ts';
import { type Answer, AwsError } from '../service.ts';
import { authorizeRead, authorizeWrite } from './access.ts';
import { amend, latest } from './model.ts';
import { checkTags, type S3Call } from './request.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectTagging.html */
export function getObjectTagging(call: S3Call): Answer {
  const object = authorizeRead(call, 's3:GetObjectTagging', latest(call.bucket, call.key));
  const tags = Object.entries(object.tags).map(([Key, Value]) => ({ Key, Value }));
  return { body: xml({ Tagging: { TagSet: { Tag: tags } } }) };
}

/** Replaces the whole set. https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html */
export function putObjectTagging(call: S3Call): Answer {
  const { bucket, key } = call;
  const object = latest(bucket, key);
  if (!object)
    throw new AwsError('NoSuchKey', 404, { message: 'The specified key does not exist.', fields: { Key: key } });
  const text = call.body.toString();
  if (!/^(<\?xml[^>]*>)?\s*<Tagging/.test(text))
    throw new AwsError('MalformedXML', 400, 'The XML you provided was not well-formed');
  const pairs = [...text.matchAll(/<Tag><Key>(.*?)<\/Key><Value>(.*?)<\/Value><\/Tag>/gs)].map(
    ([, name = '', value = '']): [string, string] => [plain(name), plain(value)],
  );
  checkTags(pairs);
  authorizeWrite(call, 's3:PutObjectTagging');
  amend(bucket, { ...object, tags: Object.fromEntries(pairs) });
  return { headers: bucket.versioning ? { 'x-amz-version-id': object.version } : {} };
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

function plain(escaped: string): string {
  return escaped
    .replace(/&#(\d+);/g, (_all, code: string) => String.fromCodePoint(Number(code)))
    .replace(/&(lt|gt|quot|apos|amp);/g, (_all, name: string) => ENTITIES[name]!);
}
