import { decide } from '../iam/access.ts';
import type { Principal } from '../iam/policy.ts';
import { mayRead } from '../s3/access.ts';
import { type BucketState, latest, type StoredObject, settle } from '../s3/model.ts';
import { decodePath, VIEWER_PATH } from '../s3/route.ts';
import { type Answer, AwsError, type Core, type ServiceCall } from '../service.ts';
import type { World } from '../world.ts';

import { type DistributionWorld, distributionsOf, invalidationsOf } from './index.ts';

/** What an edge was given by S3, and when. */
interface Cached {
  readonly answer: Answer;
  readonly at: number;
  /** After this time the edge asks again. */
  readonly until: number;
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html: without a Cache-Control, a day. */
const DEFAULT_TTL_MS = 86_400_000;

const CACHES = new WeakMap<World, Map<string, Cached>>();

/**
 * What a viewer of a CloudFront distribution gets: what the edge has, unless it was invalidated since; else the object, if the
 * distribution's identity may read it, which the edge then remembers. Errors are not remembered here.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
 */
export function viewerRequest(core: Core, call: ServiceCall, buckets: ReadonlyMap<string, BucketState>): Answer {
  const [, id = '', path = ''] = VIEWER_PATH.exec(call.path) ?? [];
  const distribution = distributionsOf(core.world)[id];
  const bucket = buckets.get(distribution?.bucket ?? '');
  if (!distribution || !bucket)
    throw new AwsError('NoSuchDistribution', 404, 'The specified distribution does not exist.');
  settle(bucket, core.world);
  const cache = CACHES.get(core.world) ?? new Map<string, Cached>();
  CACHES.set(core.world, cache);
  const query = distribution.byQuery ? call.query.toString() : '';
  const asked = query === '' ? path : `${path}?${query}`;
  const entry = `${id}${asked}`;
  const cached = cache.get(entry);
  const now = core.clock.now();
  const isForgotten = ({ at }: Cached) =>
    invalidationsOf(core.world, id).some(
      ({ created, paths }) => created >= at && paths.some((one) => covers(one, asked)),
    );
  if (cached && cached.until > now && !isForgotten(cached)) {
    return { ...cached.answer, headers: { ...cached.answer.headers, 'x-cache': 'Hit from cloudfront' } };
  }
  cache.delete(entry);
  const key = keyOf(distribution, path);
  const object = latest(bucket, key);
  // CloudFront passes S3's refusal on: with no s3:ListBucket a missing key is 403 as well.
  const served = (one: StoredObject | undefined) =>
    one && mayRead({ ask: askAs(id, distribution), account: '' }, { bucket, object: one }, 's3:GetObject')
      ? one
      : undefined;
  const own = served(object);
  const { path: page, seconds = 0 } = distribution.errorPage ?? {};
  const found = own ?? (page ? served(latest(bucket, keyOf(distribution, page))) : undefined);
  if (!found) throw new AwsError('AccessDenied', 403, 'Access Denied');
  const answer = answerOf(found);
  const until = now + (own ? ttlOf(own) : seconds * 1000);
  if (distribution.caches !== false) cache.set(entry, { answer, at: now, until });
  return answer;
}

/** Only the distribution's root has an index document; the path is what the viewer's cache knows the object by. */
function keyOf({ originPath = '', rootObject = 'index.html' }: DistributionWorld, path: string): string {
  return decodePath(`${originPath}${path === '/' ? `/${rootObject}` : path}`.slice(1));
}

function covers(path: string, viewed: string): boolean {
  return path.endsWith('*') ? viewed.startsWith(path.slice(0, -1)) : path === viewed;
}

function answerOf({ headers, etag, body }: StoredObject): Answer {
  const shown = Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('x-amz-storage')));
  return { headers: { ...shown, etag: `"${etag}"` }, body };
}

function ttlOf({ headers }: StoredObject): number {
  const control = headers['cache-control'] ?? '';
  if (/no-cache|no-store|max-age=0\b/.test(control)) return 0;
  const [, seconds] = /(?:s-maxage|max-age)=(\d+)/.exec(control) ?? [];
  return seconds === undefined ? DEFAULT_TTL_MS : Number(seconds) * 1000;
}

function askAs(id: string, distribution: DistributionWorld): Parameters<typeof mayRead>[0]['ask'] {
  const identity = identityOf(id, distribution);
  return (check) =>
    decide({
      action: check.action,
      resource: check.resource,
      resourceAccount: check.resourceAccount ?? '',
      principal: identity.principal,
      identityPolicies: [EVERYTHING],
      resourcePolicy: check.resourcePolicy,
      context: { ...identity.context, 'aws:SecureTransport': 'true', ...check.context },
    }).allowed;
}

/** CloudFront holds its identities back by nothing: what they may read is the bucket's to say. */
const EVERYTHING = { Statement: [{ Effect: 'Allow' as const, Action: '*', Resource: '*' }] };

/** An OAI is a user of CloudFront's own account; an OAC is the service, which says for which distribution it asks. */
function identityOf(
  id: string,
  { account, identity }: DistributionWorld,
): { principal: Principal; context: Record<string, string> } {
  if (identity === 'oai') {
    return {
      principal: { arn: `arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity ${id}`, account: 'cloudfront' },
      context: {},
    };
  }
  const context = {
    'aws:SourceArn': `arn:aws:cloudfront::${account}:distribution/${id}`,
    'aws:SourceAccount': account,
  };
  return { principal: { arn: '', account: '', service: 'cloudfront.amazonaws.com' }, context };
}
