import { type DistributionWorld, distributionsOf } from '../cloudfront.ts';
import { decide } from '../iam/access.ts';
import type { Principal } from '../iam/policy.ts';
import { type Answer, AwsError, type Core, type ServiceCall } from '../service.ts';
import { mayRead } from './access.ts';
import { type BucketState, latest } from './model.ts';
import { VIEWER_PATH } from './route.ts';

/**
 * What a viewer of a CloudFront distribution gets: the object, if the distribution's identity may read it. There is no cache.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
 */
export function viewerRequest(core: Core, call: ServiceCall, buckets: ReadonlyMap<string, BucketState>): Answer {
  const [, id = '', path = ''] = VIEWER_PATH.exec(call.path) ?? [];
  const distribution = distributionsOf(core.world)[id];
  const bucket = buckets.get(distribution?.bucket ?? '');
  if (!distribution || !bucket)
    throw new AwsError('NoSuchDistribution', 404, 'The specified distribution does not exist.');
  const key = decodeURIComponent(path.slice(1)) || 'index.html';
  const object = latest(bucket, key);
  const identity = identityOf(id, distribution);
  const ask: Parameters<typeof mayRead>[0] = (check) =>
    decide({
      action: check.action,
      resource: check.resource,
      resourceAccount: check.resourceAccount ?? '',
      principal: identity.principal,
      identityPolicies: [EVERYTHING],
      resourcePolicy: check.resourcePolicy,
      context: { ...identity.context, 'aws:SecureTransport': 'true', ...check.context },
    }).allowed;
  // CloudFront passes S3's refusal on: with no s3:ListBucket a missing key is 403 as well.
  if (!object || !mayRead(ask, '', bucket, object, 's3:GetObject', 'READ'))
    throw new AwsError('AccessDenied', 403, 'Access Denied');
  return {
    headers: { 'content-type': object.headers['content-type'] ?? '', etag: `"${object.etag}"` },
    body: object.body,
  };
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
