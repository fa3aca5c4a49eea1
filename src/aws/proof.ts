import type { IncomingHttpHeaders } from 'node:http';
import type * as CloudFront from '@aws-sdk/client-cloudfront';
import type * as Ecr from '@aws-sdk/client-ecr';
import type * as EcrPublic from '@aws-sdk/client-ecr-public';
import type * as S3 from '@aws-sdk/client-s3';
import type * as Ssm from '@aws-sdk/client-ssm';
import { CHECK_ENDPOINTS, Unproven } from '../base/problem.ts';
import { bodyStored, completed, deleted, isOfAStore, type SentBody } from './s3-proof.ts';

/**
 * What an answer with 2xx lacks to prove that the call did what was asked, in words; nothing when it proves it. `asked` is what
 * the answer is compared with.
 */
type ProofOf<Answer, Asked = undefined> = (answer: Answer, asked: Asked) => string | undefined;

/** What a registry says that it holds now, by a header or when it was asked again. */
export interface HeldDigest {
  readonly digest: string | undefined;
}

/**
 * The one place that says what proves each call. Something else than AWS may answer a call with 2xx (a proxy's page, an empty
 * body), and a green step would then have done nothing. `makeAws` holds every call to this list: one that is not here does not
 * compile. What STS and GitHub's token endpoint answer is proven where it is read (`signin/sts/sts.ts`): without every field of a
 * session there is none.
 */
const PROOFS = {
  's3:PutObject': ((headers, sent) => bodyStored(headers, sent)) as ProofOf<IncomingHttpHeaders, SentBody>,
  's3:UploadPart': ((headers, sent) => bodyStored(headers, sent)) as ProofOf<IncomingHttpHeaders, SentBody>,
  's3:CreateMultipartUpload': lacks<Pick<S3.CreateMultipartUploadCommandOutput, 'UploadId'>>(
    'upload id',
    ({ UploadId }) => UploadId,
  ),
  's3:CompleteMultipartUpload': completed,
  // Its answer is empty, as that of PutObjectAcl.
  's3:AbortMultipartUpload': lacks<S3.AbortMultipartUploadCommandOutput>(
    'request id',
    ({ $metadata }) => $metadata.requestId,
  ),
  's3:CopyObject': lacks<Pick<S3.CopyObjectCommandOutput, 'CopyObjectResult'>>(
    'CopyObjectResult',
    ({ CopyObjectResult }) => CopyObjectResult?.ETag,
  ),
  's3:DeleteObject': deleted,
  // Its answer is empty: all that tells it from another server's is the id that AWS gives to every request.
  's3:PutObjectAcl': lacks<S3.PutObjectAclCommandOutput>('request id', ({ $metadata }) => $metadata.requestId),
  // Its answer is only useful where it names a region, and that is only a hint: who is there is proven by what is asked next.
  's3:HeadBucket': (_answer: S3.HeadBucketCommandOutput) => undefined,
  // Two ways to ask: one object of a page is read by the SDK, whole pages by `readPage`, which takes nothing but a listing.
  's3:ListBucket': lacks<{ readonly Name?: string | undefined } | { readonly objects: readonly unknown[] }>(
    'listing',
    (answer) => ('objects' in answer ? 'read' : answer.Name),
  ),
  's3:ListAllMyBuckets': lacks<S3.ListBucketsCommandOutput>('owner', ({ Owner }) => Owner?.ID),
  's3:GetObject': lacks<Pick<S3.HeadObjectCommandOutput, 'ETag'>>('ETag', ({ ETag }) => ETag),
  's3:GetObjectVersion': lacks<Pick<S3.HeadObjectCommandOutput, 'ETag'>>('ETag', ({ ETag }) => ETag),
  's3:GetObjectAcl': lacks<Pick<S3.GetObjectAclCommandOutput, 'Owner'>>('owner', ({ Owner }) => Owner?.ID),
  's3:GetObjectTagging': lacks<{ readonly text: string }>('set of tags', ({ text }) => /<TagSet\b/.exec(text)?.[0]),
  // Its answer is empty, as that of PutObjectAcl.
  's3:PutObjectTagging': ({ headers }: { readonly headers: IncomingHttpHeaders }) =>
    isOfAStore(headers) ? undefined : 'it has no request id',
  's3:GetBucketAcl': lacks<S3.GetBucketAclCommandOutput>('owner', ({ Owner }) => Owner?.ID),
  // Without rules it is unknown how the bucket treats ACLs: radosgw and others take the question for another one and answer 200.
  's3:GetBucketOwnershipControls': (_answer: S3.GetBucketOwnershipControlsCommandOutput) => undefined,
  // Its answer is only useful where it names a key.
  's3:GetEncryptionConfiguration': (_answer: S3.GetBucketEncryptionCommandOutput) => undefined,
  's3:GetBucketPublicAccessBlock': (_answer: S3.GetPublicAccessBlockCommandOutput) => undefined,
  'cloudfront:CreateInvalidation': lacks<CloudFront.CreateInvalidationCommandOutput>(
    'id of an invalidation',
    ({ Invalidation }) => Invalidation?.Id,
  ),
  'cloudfront:ListInvalidations': lacksPart<CloudFront.ListInvalidationsCommandOutput>(
    'list of invalidations',
    ({ InvalidationList }) => InvalidationList,
  ),
  'cloudfront:GetDistribution': lacks<CloudFront.GetDistributionCommandOutput>(
    'domain',
    ({ Distribution }) => Distribution?.DomainName,
  ),
  'cloudfront:GetInvalidation': lacks<CloudFront.GetInvalidationCommandOutput>(
    'status of the invalidation',
    ({ Invalidation }) => Invalidation?.Status,
  ),
  'ecr:GetAuthorizationToken': lacks<Ecr.GetAuthorizationTokenCommandOutput>(
    'login',
    ({ authorizationData: [one] = [] }) =>
      URL.canParse(one?.proxyEndpoint ?? '') ? one?.authorizationToken : undefined,
  ),
  'ecr-public:GetAuthorizationToken': lacks<EcrPublic.GetAuthorizationTokenCommandOutput>(
    'login',
    ({ authorizationData }) => authorizationData?.authorizationToken,
  ),
  // Any answer says whether a login is asked for.
  'registry:Ping': (_answer: { readonly status: number; readonly challenge: string | undefined }) => undefined,
  'registry:Token': lacks<{ readonly token: string | undefined }>('token', ({ token }) => token),
  'public.ecr.aws/token': lacks<{ readonly token: string | undefined }>('token', ({ token }) => token),
  'ecr:DescribeRepositories': ((answer, { repository }) =>
    answer.repositories?.some(({ repositoryName }) => repositoryName === repository)
      ? undefined
      : `it does not describe ${repository}`) as ProofOf<
    Ecr.DescribeRepositoriesCommandOutput,
    { readonly repository: string }
  >,
  'ecr:CreateRepository': ((answer, { repository }) =>
    answer.repository?.repositoryName === repository ? undefined : `it does not name ${repository}`) as ProofOf<
    Ecr.CreateRepositoryCommandOutput,
    { readonly repository: string }
  >,
  'ecr:DescribeRepositoryCreationTemplates': lacksPart<Ecr.DescribeRepositoryCreationTemplatesCommandOutput>(
    'list of templates',
    ({ repositoryCreationTemplates }) => repositoryCreationTemplates,
  ),
  'ecr-public:CreateRepository': ((answer, { repository }) =>
    answer.repository?.repositoryName === repository ? undefined : `it does not name ${repository}`) as ProofOf<
    EcrPublic.CreateRepositoryCommandOutput,
    { readonly repository: string }
  >,
  'ecr-public:DescribeRegistries': lacksPart<EcrPublic.DescribeRegistriesCommandOutput>(
    'list of registries',
    ({ registries }) => registries,
  ),
  // The registry's own protocol. Contents are compared with their digests by who reads them.
  'ecr:BatchGetImage': holds,
  'ecr:GetDownloadUrlForLayer': holds,
  'ecr:BatchCheckLayerAvailability': blobIsThere,
  'ecr:InitiateLayerUpload': lacks<{ readonly headers: IncomingHttpHeaders }>(
    'address of the upload',
    ({ headers }) => headers.location,
  ),
  'ecr:UploadLayerPart': lacks<{ readonly location: string }>('address of the next part', ({ location }) => location),
  'ecr:CompleteLayerUpload': holds,
  'ecr:PutImage': holds,
  'ssm:GetParameters': answered,
  'ssm:GetParametersByPath': lacksPart<Ssm.GetParametersByPathCommandOutput>(
    'list of parameters',
    ({ Parameters }) => Parameters,
  ),
  // `api.ts` reads an object of each of these; with success AWS always has these members in it.
  'ecs:DescribeServiceDeployments': list('serviceDeployments'),
  'ecs:DescribeServiceRevisions': list('serviceRevisions'),
  'ecs:DescribeServices': list('services'),
  'ecs:DescribeTaskDefinition': part('taskDefinition'),
  'ecs:DescribeTasks': list('tasks'),
  'ecs:ListServiceDeployments': list('serviceDeployments'),
  'ecs:ListTasks': texts('taskArns'),
  'ecs:RegisterTaskDefinition': part('taskDefinition'),
  'ecs:RunTask': list('tasks'),
  'ecs:StopServiceDeployment': text('serviceDeploymentArn'),
  'ecs:StopTask': part('task'),
  'ecs:UpdateService': part('service'),
  'lambda:GetFunction': part('Configuration'),
  'lambda:GetFunctionConfiguration': text('FunctionArn'),
  'lambda:GetAlias': text('FunctionVersion'),
  'lambda:PublishVersion': text('Version'),
  'lambda:UpdateAlias': text('FunctionVersion'),
  'lambda:UpdateFunctionCode': text('FunctionArn'),
  'autoscaling:CancelInstanceRefresh': text('InstanceRefreshId'),
  'autoscaling:DescribeAutoScalingGroups': list('AutoScalingGroups'),
  'autoscaling:DescribeInstanceRefreshes': list('InstanceRefreshes'),
  'autoscaling:DescribeScalingActivities': list('Activities'),
  'autoscaling:DescribeWarmPool': list('Instances'),
  'autoscaling:RollbackInstanceRefresh': text('InstanceRefreshId'),
  'autoscaling:StartInstanceRefresh': text('InstanceRefreshId'),
  'codedeploy:BatchGetDeploymentTargets': list('deploymentTargets'),
  'codedeploy:CreateDeployment': text('deploymentId'),
  'codedeploy:GetDeployment': part('deploymentInfo'),
  'codedeploy:GetDeploymentGroup': part('deploymentGroupInfo'),
  'codedeploy:ListDeploymentTargets': texts('targetIds'),
  'codedeploy:ListDeployments': texts('deployments'),
  'codedeploy:StopDeployment': text('status'),
  'ec2:DescribeLaunchTemplateVersions': list('launchTemplateVersionSet'),
} as const satisfies Record<string, ProofOf<never, never>>;

/** A call that has an entry here. */
export type ProvenAction = keyof typeof PROOFS;
export type AnswerTo<A extends ProvenAction> = Parameters<(typeof PROOFS)[A]>[0];
/** What a call's answer is compared with; `undefined` where the answer proves itself. */
export type AskedBy<A extends ProvenAction> = Exclude<Parameters<(typeof PROOFS)[A]>[1], undefined>;

/** @throws Unproven when an answer that is not an error does not prove that the call did what was asked */
export function prove<A extends ProvenAction>(action: A, answer: AnswerTo<A>, asked: AskedBy<A> | undefined): void {
  const missing = missingIn(answer, asked, PROOFS[action] as ProofOf<never, never>);
  if (missing === undefined) return;
  throw new Unproven({
    what: `${action} was answered with success, but the answer does not prove it: ${missing}`,
    why: 'something between this step and AWS answers in its place, or changes its answers: a proxy, a firewall, another server',
    fix: `${CHECK_ENDPOINTS}; whether the call was carried out is not known`,
  });
}

function missingIn(answer: unknown, asked: unknown, proof: ProofOf<never, never>): string | undefined {
  try {
    return proof(answer as never, asked as never);
  } catch {
    // A list where a text should be, nothing where an object should be: no server of AWS answers so.
    return 'its parts are not of the kinds that they should be';
  }
}

/** A proof that is one text which only the true answer has. */
function lacks<Answer>(what: string, find: (answer: Answer) => unknown): ProofOf<Answer> {
  return (answer) => {
    const found = find(answer);
    return typeof found === 'string' && found !== '' ? undefined : `it has no ${what}`;
  };
}

/** The same of a part of the answer: a list or an object. */
function lacksPart<Answer>(what: string, find: (answer: Answer) => unknown): ProofOf<Answer> {
  return (answer) => (isPart(find(answer)) ? undefined : `it has no ${what}`);
}

type AnyAnswer = Readonly<Record<string, unknown>>;

function text(member: string): ProofOf<AnyAnswer> {
  return lacks(member, (answer) => answer[member]);
}

function part(member: string): ProofOf<AnyAnswer> {
  return ({ [member]: found }) => (isPart(found) && !Array.isArray(found) ? undefined : `it has no ${member}`);
}

/** A list of objects. In XML an empty one cannot be told from an empty text. */
function list(member: string): ProofOf<AnyAnswer> {
  return ({ [member]: found }) =>
    found === '' || (Array.isArray(found) && found.every(isPart)) ? undefined : `it has no ${member}`;
}

function texts(member: string): ProofOf<AnyAnswer> {
  return ({ [member]: found }) =>
    Array.isArray(found) && found.every((it) => typeof it === 'string') ? undefined : `it has no ${member}`;
}

function isPart(found: unknown): boolean {
  return typeof found === 'object' && found !== null;
}

/** The digest that the registry holds is the one that was asked for; contents of another algorithm count as what they are. */
function holds(
  { digest }: HeldDigest,
  { digest: wanted }: { readonly digest: string | undefined },
): string | undefined {
  if (digest === undefined || digest === '') return 'it has no digest';
  return wanted === undefined || digest === wanted ? undefined : `its digest is ${digest}, not ${wanted}`;
}

/** A blob that is not there is uploaded; that one is there must be said by a registry. ECR Public redirects to where it lies. */
function blobIsThere(
  { status, headers }: { readonly status: number; readonly headers: IncomingHttpHeaders },
  { digest }: { readonly digest: string },
): string | undefined {
  if (status !== 200) return undefined;
  const said = headers['docker-content-digest'];
  if (said !== undefined) return holds({ digest: String(said) }, { digest });
  return headers['docker-distribution-api-version'] === undefined ? 'it has no digest' : undefined;
}

/** Every name that was asked for, by each version of it, is there or is said not to be. */
function answered(
  { Parameters = [], InvalidParameters = [] }: Ssm.GetParametersCommandOutput,
  { names }: { readonly names: readonly string[] },
): string | undefined {
  const told = [
    ...InvalidParameters.map((name) => [bareName(name)]),
    ...Parameters.map(({ Name = '', ARN = '' }) => [bareName(Name), bareName(ARN)]),
  ];
  const count = (name: string) => told.filter((spellings) => spellings.includes(name)).length;
  const asked = names.map(bareName);
  const missing = asked.filter((name) => count(name) < asked.filter((other) => other === name).length);
  return missing.length === 0 ? undefined : `it does not tell of ${missing.length} of ${names.length} parameters`;
}

/** Without a version or label, and of a secret of Secrets Manager its own name: so it comes back, or as an ARN. */
function bareName(name: string): string {
  const parts = name.split(':');
  const bare = parts.slice(0, name.startsWith('arn:') ? 6 : 1).join(':');
  return bare.replace(/^\/aws\/reference\/secretsmanager\//, '');
}
