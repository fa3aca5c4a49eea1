import { createHash, hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type * as CloudFront from '@aws-sdk/client-cloudfront';
import type * as Ecr from '@aws-sdk/client-ecr';
import type * as EcrPublic from '@aws-sdk/client-ecr-public';
import type * as S3 from '@aws-sdk/client-s3';
import type * as Ssm from '@aws-sdk/client-ssm';
import { Unproven } from '../base/problem.ts';

/**
 * What an answer with 2xx lacks to prove that the call did what was asked, in words; nothing when it proves it. `asked` is what
 * the answer is compared with.
 */
type ProofOf<Answer, Asked = undefined> = (answer: Answer, asked: Asked) => string | undefined;

/** A body that was sent, and its CRC-32 as S3 writes it. */
export interface SentBody {
  readonly body: Buffer;
  readonly crc: string;
}

/** What a registry says that it holds now, by a header or when it was asked again. */
export interface HeldDigest {
  readonly digest: string | undefined;
}

/** Larger bodies are proven by the checksum alone where S3 sends it back: an MD5 of them takes longer than sending them. */
const MD5_BELOW = 1 << 20;

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
  's3:HeadBucket': lacks<S3.HeadBucketCommandOutput>(
    'request id',
    ({ $metadata, BucketRegion }) => $metadata.requestId ?? BucketRegion,
  ),
  // Two ways to ask: one object of a page is read by the SDK, whole pages by `readPage`, which takes nothing but a listing.
  's3:ListBucket': lacks<{ readonly Name?: string | undefined } | { readonly objects: readonly unknown[] }>(
    'listing',
    (answer) => ('objects' in answer ? 'read' : answer.Name),
  ),
  's3:ListAllMyBuckets': lacks<S3.ListBucketsCommandOutput>('owner', ({ Owner }) => Owner?.ID),
  's3:GetObject': lacks<Pick<S3.HeadObjectCommandOutput, 'ETag'>>('ETag', ({ ETag }) => ETag),
  's3:GetObjectVersion': lacks<Pick<S3.HeadObjectCommandOutput, 'ETag'>>('ETag', ({ ETag }) => ETag),
  's3:GetObjectAcl': lacks<S3.GetObjectAclCommandOutput>('owner', ({ Owner }) => Owner?.ID),
  's3:GetBucketAcl': lacks<S3.GetBucketAclCommandOutput>('owner', ({ Owner }) => Owner?.ID),
  // Without rules it is unknown how the bucket treats ACLs: radosgw takes the question for another one and answers 200.
  's3:GetBucketOwnershipControls': lacks<S3.GetBucketOwnershipControlsCommandOutput>(
    'request id',
    ({ $metadata, OwnershipControls }) => OwnershipControls ?? $metadata.requestId,
  ),
  // Its answer is of use where it names a key, and only there.
  's3:GetEncryptionConfiguration': (_answer: S3.GetBucketEncryptionCommandOutput) => undefined,
  's3:GetBucketPublicAccessBlock': lacks<S3.GetPublicAccessBlockCommandOutput>(
    'configuration',
    ({ PublicAccessBlockConfiguration }) => PublicAccessBlockConfiguration,
  ),
  'cloudfront:CreateInvalidation': lacks<CloudFront.CreateInvalidationCommandOutput>(
    'id of an invalidation',
    ({ Invalidation }) => Invalidation?.Id,
  ),
  'cloudfront:ListInvalidations': lacks<CloudFront.ListInvalidationsCommandOutput>(
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
    ({ authorizationData: [one] = [] }) => (one?.proxyEndpoint ? one.authorizationToken : undefined),
  ),
  'ecr-public:GetAuthorizationToken': lacks<EcrPublic.GetAuthorizationTokenCommandOutput>(
    'login',
    ({ authorizationData }) => authorizationData?.authorizationToken,
  ),
  'registry:Ping': lacks<{ readonly status: number; readonly challenge: string | undefined }>(
    'status',
    ({ status }) => status,
  ),
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
  'ecr:DescribeRepositoryCreationTemplates': lacks<Ecr.DescribeRepositoryCreationTemplatesCommandOutput>(
    'list of templates',
    ({ repositoryCreationTemplates }) => repositoryCreationTemplates,
  ),
  'ecr-public:CreateRepository': ((answer, { repository }) =>
    answer.repository?.repositoryName === repository ? undefined : `it does not name ${repository}`) as ProofOf<
    EcrPublic.CreateRepositoryCommandOutput,
    { readonly repository: string }
  >,
  'ecr-public:DescribeRegistries': lacks<EcrPublic.DescribeRegistriesCommandOutput>(
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
  'ssm:GetParametersByPath': lacks<Ssm.GetParametersByPathCommandOutput>(
    'list of parameters',
    ({ Parameters }) => Parameters,
  ),
} as const satisfies Record<string, ProofOf<never, never>>;

/** What the services answer that `api.ts` speaks to: an object, of which these calls must have these members. */
const MEMBERS: Readonly<Record<string, string>> = {
  'ecs:DescribeServiceDeployments': 'serviceDeployments',
  'ecs:DescribeServiceRevisions': 'serviceRevisions',
  'ecs:DescribeServices': 'services',
  'ecs:DescribeTaskDefinition': 'taskDefinition',
  'ecs:DescribeTasks': 'tasks',
  'ecs:ListServiceDeployments': 'serviceDeployments',
  'ecs:ListTasks': 'taskArns',
  'ecs:RegisterTaskDefinition': 'taskDefinition',
  'ecs:RunTask': 'tasks',
  'ecs:StopServiceDeployment': 'serviceDeploymentArn',
  'ecs:StopTask': 'task',
  'ecs:UpdateService': 'service',
  'lambda:GetFunction': 'Configuration',
  'lambda:GetFunctionConfiguration': 'FunctionArn',
  'lambda:GetAlias': 'FunctionVersion',
  'lambda:PublishVersion': 'Version',
  'lambda:UpdateAlias': 'FunctionVersion',
  'lambda:UpdateFunctionCode': 'FunctionArn',
  'autoscaling:CancelInstanceRefresh': 'InstanceRefreshId',
  'autoscaling:DescribeAutoScalingGroups': 'AutoScalingGroups',
  'autoscaling:DescribeInstanceRefreshes': 'InstanceRefreshes',
  'autoscaling:DescribeScalingActivities': 'Activities',
  'autoscaling:RollbackInstanceRefresh': 'InstanceRefreshId',
  'autoscaling:StartInstanceRefresh': 'InstanceRefreshId',
  'codedeploy:CreateDeployment': 'deploymentId',
  'codedeploy:GetDeployment': 'deploymentInfo',
  'codedeploy:GetDeploymentGroup': 'deploymentGroupInfo',
  'codedeploy:StopDeployment': 'status',
  'ec2:DescribeLaunchTemplateVersions': 'launchTemplateVersionSet',
};

/** Services that are spoken to by `api.ts`. */
export type ApiName = 'ecs' | 'lambda' | 'autoscaling' | 'codedeploy' | 'ec2';
type KnownCall = keyof typeof PROOFS;

/** A call of which it is known what proves it. */
export type ProvenAction = KnownCall | `${ApiName}:${string}`;
export type AnswerTo<A extends ProvenAction> = A extends KnownCall ? Parameters<(typeof PROOFS)[A]>[0] : object;
/** What a call's answer is compared with; `undefined` where the answer proves itself. */
export type AskedBy<A extends ProvenAction> = A extends KnownCall
  ? Exclude<Parameters<(typeof PROOFS)[A]>[1], undefined>
  : never;

/** @throws Unproven when an answer that is not an error does not prove that the call did what was asked */
export function prove<A extends ProvenAction>(action: A, answer: AnswerTo<A>, asked: AskedBy<A> | undefined): void {
  const proof = (PROOFS as Readonly<Record<string, ProofOf<never, never>>>)[action] ?? hasMember(action);
  const missing = proof(answer as never, asked as never);
  if (missing === undefined) return;
  throw new Unproven({
    what: `${action} was answered with success, but the answer does not prove it: ${missing}`,
    why: 'something between this step and AWS answers in its place, or changes its answers: a proxy, a firewall, another server',
    fix: "check the runner's proxy, and AWS_ENDPOINT_URL and its kind; whether the call was carried out is not known",
  });
}

function hasMember(action: string): ProofOf<Readonly<Record<string, unknown>>> {
  const member = MEMBERS[action];
  return (answer) => (member === undefined || answer[member] !== undefined ? undefined : `it has no ${member}`);
}

/** A proof that is one thing which only the true answer has. */
function lacks<Answer>(what: string, find: (answer: Answer) => unknown): (answer: Answer) => string | undefined {
  return (answer) => {
    const found = find(answer);
    return found === undefined || found === '' ? `it has no ${what}` : undefined;
  };
}

/**
 * The ETag is the MD5 of what was stored, unless a KMS key encrypts it; the checksum is that of what was stored always.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html (ETag), https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
 */
function bodyStored(headers: IncomingHttpHeaders, { body, crc }: SentBody): string | undefined {
  const etag = (headers.etag ?? '').replaceAll('"', '');
  if (etag === '') return 'it has no ETag';
  const echoed = headers['x-amz-checksum-crc32'];
  if (echoed !== undefined && echoed !== crc) return 'its checksum is not that of what was sent';
  const opaque = isOpaque(etag, headers['x-amz-server-side-encryption']);
  if (opaque || (echoed !== undefined && body.length > MD5_BELOW)) return undefined;
  return etag === hash('md5', body, 'hex') ? undefined : 'its ETag is not that of what was sent';
}

/** Whether an ETag says nothing about the content. */
function isOpaque(etag: string, encryption: string | string[] | undefined): boolean {
  return String(encryption ?? '').startsWith('aws:kms') || !/^[0-9a-f]{32}(-\d+)?$/.test(etag);
}

/** @param parts the ETags of the parts, in their order */
function completed(
  { ETag = '', ChecksumCRC32, ServerSideEncryption }: S3.CompleteMultipartUploadCommandOutput,
  { parts, crc }: { readonly parts: readonly string[]; readonly crc: string },
): string | undefined {
  const etag = ETag.replaceAll('"', '');
  if (etag === '') return 'it has no ETag';
  if (ChecksumCRC32 !== undefined && ChecksumCRC32 !== crc) return 'its checksum is not that of what was sent';
  if (isOpaque(etag, ServerSideEncryption)) return undefined;
  return etag === etagOfParts(parts) ? undefined : 'its ETag is not that of the parts';
}

/** MD5 of the parts' MD5s, which their ETags are, and their number. */
export function etagOfParts(parts: readonly string[]): string {
  const sums = parts.map((etag) => Buffer.from(etag.replaceAll('"', ''), 'hex'));
  return `${createHash('md5').update(Buffer.concat(sums)).digest('hex')}-${parts.length}`;
}

/** Every key that was asked for is among the deleted ones or among the errors. */
function deleted(
  { Deleted = [], Errors = [] }: Pick<S3.DeleteObjectsCommandOutput, 'Deleted' | 'Errors'>,
  { keys }: { readonly keys: readonly string[] },
): string | undefined {
  const told = new Set([...Deleted, ...Errors].map(({ Key }) => Key));
  const missing = keys.filter((key) => !told.has(key)).length;
  return missing === 0 ? undefined : `it does not tell what became of ${missing} of ${keys.length} keys`;
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
