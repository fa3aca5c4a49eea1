import { problemsIn } from '../../base/edge/index.ts';
import { someOf } from '../../base/units.ts';
import type { Access } from '../../job.ts';
import type { ObjectsRequest } from '../request.ts';
import { isPublicAcl } from '../rules/acl.ts';
import { headersEqual, type ObjectHead } from '../rules/compare.ts';
import { comparable, contentTypeOf } from '../rules/headers.ts';
import { headObject } from '../s3/listing.ts';
import type { PlannedBucket, PlannedObject } from './plan.ts';

/** So many extensions are looked at, one object of each. */
const MAX_LOOKED_AT = 12;

/** A look that may be missed is not waited for. */
const BRIEFLY = { rules: { attempts: 2, callMs: 5_000, budgetMs: 5_000 } };

/** What tools store that know no type, or one alone. */
const CARELESS = ['', 'binary/octet-stream', 'application/octet-stream', 'text/plain', 'text/html'];

/** Headers that change what viewers get; what a file does not say, another writer, or an earlier rule, said. */
const SERVED: Readonly<Record<string, string>> = {
  'cache-control': 'Cache-Control',
  'content-disposition': 'Content-Disposition',
  'content-encoding': 'Content-Encoding',
  'content-language': 'Content-Language',
  expires: 'Expires',
  'x-amz-website-redirect-location': 'a website redirect',
};

interface Sample {
  readonly object: PlannedObject;
  readonly head: ObjectHead;
}

/**
 * Objects that stay have the headers that they were written with, by an older tool or by rules that were removed since: modules that no
 * browser runs, pages that are kept for a year. To look at all of them takes a request for each, so one object of each extension is
 * looked at, if the caller may. What a rule of the step names was compared for all of them.
 */
export async function warnOfOlderHeaders(
  { immutable, distributions, acl }: Pick<ObjectsRequest, 'immutable' | 'distributions' | 'acl'>,
  { aws, runner }: Access,
  { buckets, objects }: { buckets: ReadonlyMap<string, PlannedBucket>; objects: readonly PlannedObject[] },
): Promise<void> {
  const looked = await Promise.all(
    samplesOf(objects).map(async (object): Promise<Sample[]> => {
      const { bucket, key } = object;
      try {
        return [{ object, head: await headObject(aws, buckets.get(bucket)!, { key, how: BRIEFLY }) }];
      } catch (thrown) {
        // The release does not depend on it.
        if (!problemsIn(thrown)) throw thrown;
        return [];
      }
    }),
  );
  const samples = looked.flat();
  if (immutable) {
    const other = samples.flatMap(othersOf);
    if (other.length > 0)
      runner.warning(
        `s3-immutable leaves what is released as it is, with other headers than the rules name now: ${someOf(other)}. To have them, release under a new prefix.`,
      );
    return;
  }
  const only = 'Only one object of each extension was looked at';
  const again = 'send all of them once with s3-upload-unchanged: true';
  const types = samples.flatMap(wrongTypeOf);
  if (types.length > 0)
    runner.warning(
      `objects that stay have the Content-Type that an older tool gave them: ${someOf(types)}. ${only}: ${again}.`,
    );
  const strays = samples.flatMap(straysOf);
  if (strays.length > 0)
    runner.notice(
      `objects that stay have headers that no rule of this step names, from a rule that was removed or from another tool: ${someOf(strays)}. They keep them, and what is sent now has none. ${only}: if that is not meant, write a rule, or ${again}.`,
    );
  const archived = distributions.length > 0 || isPublicAcl(acl) ? samples.flatMap(archivedOf) : [];
  if (archived.length > 0)
    runner.warning(
      `objects that stay cannot be read by any viewer, because Intelligent-Tiering has archived them: ${someOf(archived)}. ${only}: ${again}, and take the archive tiers out of the bucket's configuration of Intelligent-Tiering.`,
    );
  const expiring = samples.flatMap(expiryOf);
  if (expiring.length > 0)
    runner.warning(
      `a lifecycle rule of the bucket deletes objects that are still in use: ${someOf(expiring)}. What is unchanged is not written again, so its age goes on. Take its prefix out of the rule, or ${again} before that.`,
    );
}

/** Of what the step names; the type may be the one that was guessed then. */
function othersOf({ object: { key, headers }, head }: Sample): string[] {
  const wanted = Object.entries(headers).filter(([header]) => header !== 'content-type');
  return wanted
    .filter(([header, value]) => !headersEqual(comparable({ [header]: value }), head.headers))
    .map(([header]) => `${SERVED[header] ?? header} of ${key}`);
}

/** What a listing does not show: Intelligent-Tiering names one class for what can be read and what cannot. */
function archivedOf({ object: { key }, head }: Sample): string[] {
  return head.isArchived && head.headers['x-amz-storage-class'] === 'INTELLIGENT_TIERING' ? [key] : [];
}

function samplesOf(objects: readonly PlannedObject[]): readonly PlannedObject[] {
  const samples = new Map<string, PlannedObject>();
  for (const object of objects) {
    if (samples.size === MAX_LOOKED_AT) break;
    if (object.action !== 'unchanged') continue;
    const { bucket, key } = object;
    const kind = `${bucket}${/\.[^./]+$/.exec(key)?.[0] ?? ''}`;
    if (!samples.has(kind)) samples.set(kind, object);
  }
  return [...samples.values()];
}

function wrongTypeOf({ object: { key, headers }, head }: Sample): string[] {
  const stored = baseOf(head.headers['content-type']);
  const meant = baseOf(headers['content-type'] ?? contentTypeOf(key));
  const isWrong = meant !== stored && meant !== 'application/octet-stream' && CARELESS.includes(stored);
  return isWrong ? [`${key} (${stored || 'none'} in place of ${meant})`] : [];
}

function straysOf({ object: { key, headers }, head }: Sample): string[] {
  return Object.entries(SERVED)
    .filter(([header]) => head.headers[header] !== undefined && headers[header] === undefined)
    .map(([header, name]) => `${name} ${head.headers[header]} of ${key}`);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html: `expiry-date="…", rule-id="…"` */
function expiryOf({ object: { key }, head: { expiration = '' } }: Sample): string[] {
  const date = /expiry-date="([^"]*)"/.exec(expiration)?.[1];
  const rule = /rule-id="([^"]*)"/.exec(expiration)?.[1];
  return date === undefined ? [] : [`${key} on ${date}${rule ? ` (${decodeURIComponent(rule)})` : ''}`];
}

function baseOf(type: string | undefined): string {
  return (type ?? '').split(';')[0]!.trim().toLowerCase();
}
