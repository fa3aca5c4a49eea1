import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { type ProvenAction, prove } from '../../src/aws/proof.ts';

const body = Buffer.from('<h1>shop</h1>');
const md5 = createHash('md5').update(body).digest('hex');
const other = createHash('md5').update('other').digest('hex');
const crc = 'lmmrMw==';
const sent = { body, crc };
const $metadata = { requestId: 'id' };
const bare = { $metadata: {} };
const parts = [`"${md5}"`, `"${other}"`];
const whole = createHash('md5')
  .update(Buffer.concat([Buffer.from(md5, 'hex'), Buffer.from(other, 'hex')]))
  .digest('hex');
const digest = `sha256:${'a'.repeat(64)}`;
const LOGIN = { proxyEndpoint: 'https://x', authorizationToken: 'QVdTOng=' };
const ssm = (...Parameters: object[]) => ({ ...bare, Parameters });

test.each<[string, ProvenAction, unknown, unknown]>([
  ['an ETag that is the MD5', 's3:PutObject', { etag: `"${md5}"` }, sent],
  ['and the checksum', 's3:PutObject', { etag: `"${md5}"`, 'x-amz-checksum-crc32': crc }, sent],
  ['an ETag of a KMS key', 's3:PutObject', { etag: `"${other}"`, 'x-amz-server-side-encryption': 'aws:kms' }, sent],
  ['an ETag in capitals', 's3:PutObject', { etag: `"${md5.toUpperCase()}"` }, sent],
  ['an ETag that a proxy made weak', 's3:PutObject', { etag: `W/"${md5}"` }, sent],
  ["a checksum beside a store's own ETag", 's3:PutObject', { etag: `"${other}"`, 'x-amz-checksum-crc32': crc }, sent],
  ['an ETag that is random', 's3:PutObject', { etag: `"${other}-1"`, 'x-amz-request-id': '4' }, sent],
  ["an ETag of Google's key", 's3:PutObject', { etag: '"CPiv8oX0xf8C"', 'x-goog-generation': '1' }, sent],
  [
    "an ETag under IBM's key",
    's3:PutObject',
    { etag: `"${other}"`, 'ibm-sse-kp-enabled': 'true', 'x-amz-request-id': '4' },
    sent,
  ],
  ['parts summed up in another way', 's3:CompleteMultipartUpload', { ...bare, ETag: `"${other}-2"` }, { parts, crc }],
  ['tags, by an id of another store', 's3:PutObjectTagging', { headers: { 'x-oss-request-id': '4' } }, undefined],
  ['no word of rules', 's3:GetBucketOwnershipControls', bare, undefined],
  ['a part', 's3:UploadPart', { etag: `"${md5}"`, 'x-amz-checksum-crc32': crc }, sent],
  [
    'a large body by its checksum',
    's3:UploadPart',
    { etag: `"${other}"`, 'x-amz-checksum-crc32': crc },
    { body: Buffer.alloc(2 << 20), crc },
  ],
  [
    'parts put together',
    's3:CompleteMultipartUpload',
    { ...bare, ETag: `"${whole}-2"`, ChecksumCRC32: crc },
    { parts, crc },
  ],
  [
    'of a KMS key',
    's3:CompleteMultipartUpload',
    { ...bare, ETag: `"${other}-2"`, ServerSideEncryption: 'aws:kms' },
    { parts, crc },
  ],
  ['a copy', 's3:CopyObject', { ...bare, CopyObjectResult: { ETag: 'x' } }, undefined],
  [
    'deleted, and kept',
    's3:DeleteObject',
    { ...bare, Deleted: [{ Key: 'a' }], Errors: [{ Key: 'b' }] },
    { keys: ['a', 'b'] },
  ],
  ['an ACL', 's3:PutObjectAcl', { $metadata }, undefined],
  ['an invalidation', 'cloudfront:CreateInvalidation', { ...bare, Invalidation: { Id: 'I1' } }, undefined],
  ['a manifest', 'ecr:PutImage', { digest }, { digest }],
  ['a manifest of a tag, whose digest is not known before', 'ecr:BatchGetImage', { digest }, { digest: undefined }],
  ['no blob', 'ecr:BatchCheckLayerAvailability', { status: 404, headers: {} }, { digest }],
  ['a blob behind a redirect', 'ecr:BatchCheckLayerAvailability', { status: 307, headers: {} }, { digest }],
  [
    'a blob by its digest',
    'ecr:BatchCheckLayerAvailability',
    { status: 200, headers: { 'docker-content-digest': digest } },
    { digest },
  ],
  [
    'a blob of a registry that is one',
    'ecr:BatchCheckLayerAvailability',
    { status: 200, headers: { 'docker-distribution-api-version': 'registry/2.0' } },
    { digest },
  ],
  [
    'a parameter, and none',
    'ssm:GetParameters',
    { ...ssm({ Name: '/a', Value: '1' }), InvalidParameters: ['/b:3'] },
    { names: ['/a', '/b:3'] },
  ],
  [
    'two versions of one',
    'ssm:GetParameters',
    ssm({ Name: '/a', Selector: ':1' }, { Name: '/a', Selector: ':2' }),
    { names: ['/a:1', '/a:2'] },
  ],
  [
    'a parameter by its ARN',
    'ssm:GetParameters',
    ssm({ Name: '/a', ARN: 'arn:aws:ssm:eu-west-1:1:parameter/a' }),
    { names: ['arn:aws:ssm:eu-west-1:1:parameter/a:2'] },
  ],
  [
    'a secret without the reference',
    'ssm:GetParameters',
    ssm({ Name: 'db' }),
    { names: ['/aws/reference/secretsmanager/db'] },
  ],
  ['nothing below a path', 'ssm:GetParametersByPath', ssm(), undefined],
  ['an ETag of a kind to come', 's3:PutObject', { etag: '"v2"', 'x-amz-request-id': '4' }, sent],
  ['no groups, as XML says it', 'autoscaling:DescribeAutoScalingGroups', { AutoScalingGroups: '' }, undefined],
  ['no tasks', 'ecs:DescribeTasks', { tasks: [] }, undefined],
])('%s proves %s', (_what, action, answer, asked) => {
  expect(() => prove(action, answer as never, asked as never)).not.toThrow();
});

test.each<[string, ProvenAction, unknown, unknown]>([
  ['a page', 's3:PutObject', { 'content-type': 'text/html' }, sent],
  ['an empty ETag', 's3:PutObject', { etag: '""' }, sent],
  ["another object's ETag", 's3:PutObject', { etag: `"${other}"` }, sent],
  ['another checksum', 's3:PutObject', { etag: `"${md5}"`, 'x-amz-checksum-crc32': 'AAAAAA==' }, sent],
  ['a part without an ETag', 's3:UploadPart', { 'x-amz-checksum-crc32': crc }, sent],
  ['no upload id', 's3:CreateMultipartUpload', bare, undefined],
  ['no ETag', 's3:CompleteMultipartUpload', bare, { parts, crc }],
  ['an ETag of fewer parts', 's3:CompleteMultipartUpload', { ...bare, ETag: `"${whole}-1"` }, { parts, crc }],
  [
    'another checksum of the parts',
    's3:CompleteMultipartUpload',
    { ...bare, ETag: `"${whole}-2"`, ChecksumCRC32: 'AAAAAA==' },
    { parts, crc },
  ],
  ['no id', 's3:PutObjectTagging', { headers: { server: 'x' } }, undefined],
  ['no result', 's3:CopyObject', bare, undefined],
  ['no word of any key', 's3:DeleteObject', bare, { keys: ['a'] }],
  ['no word of one key', 's3:DeleteObject', { ...bare, Deleted: [{ Key: 'a' }] }, { keys: ['a', 'b'] }],
  ['no request id', 's3:PutObjectAcl', bare, undefined],
  ['no name', 's3:ListBucket', bare, undefined],
  ['no invalidation', 'cloudfront:CreateInvalidation', bare, undefined],
  ['no status', 'cloudfront:GetInvalidation', { ...bare, Invalidation: {} }, undefined],
  ['another digest', 'ecr:PutImage', { digest: 'sha256:b' }, { digest }],
  ['no digest', 'ecr:CompleteLayerUpload', { digest: undefined }, { digest }],
  ["a proxy's 200", 'ecr:BatchCheckLayerAvailability', { status: 200, headers: {} }, { digest }],
  [
    'another blob',
    'ecr:BatchCheckLayerAvailability',
    { status: 200, headers: { 'docker-content-digest': 'sha256:b' } },
    { digest },
  ],
  ['no upload', 'ecr:InitiateLayerUpload', { headers: {} }, undefined],
  ['no repository', 'ecr:DescribeRepositories', bare, { repository: 'shop' }],
  [
    'another repository',
    'ecr:CreateRepository',
    { ...bare, repository: { repositoryName: 'x' } },
    { repository: 'shop' },
  ],
  ['no login', 'ecr:GetAuthorizationToken', bare, undefined],
  ['an empty answer', 'ssm:GetParameters', bare, { names: ['/a'] }],
  ['another parameter', 'ssm:GetParameters', ssm({ Name: '/b' }), { names: ['/a'] }],
  ['one of two versions', 'ssm:GetParameters', ssm({ Name: '/a' }), { names: ['/a:1', '/a:2'] }],
  ['no list', 'ssm:GetParametersByPath', bare, undefined],
  ["an ETag of any web server's", 's3:PutObject', { etag: 'W/"2-nOO9QiTIwXgNtWtBJezz8kv3SLc"' }, sent],
  ['a list for a text', 's3:CreateMultipartUpload', { ...bare, UploadId: ['x'] }, undefined],
  ['a name that is not text', 'ssm:GetParameters', ssm({ Name: { odd: 7 } }), { names: ['/a'] }],
  ['nothing for a parameter', 'ssm:GetParameters', { ...bare, Parameters: [null] }, { names: ['/a'] }],
  [
    'a token that is not text',
    'ecr:GetAuthorizationToken',
    { ...bare, authorizationData: [{ ...LOGIN, authorizationToken: {} }] },
    undefined,
  ],
  [
    'an endpoint that is not a URL',
    'ecr:GetAuthorizationToken',
    { ...bare, authorizationData: [{ ...LOGIN, proxyEndpoint: 'x' }] },
    undefined,
  ],
  ['a member that is null', 'ecs:DescribeServices', { services: null }, undefined],
  ['a list of nothing', 'ecs:DescribeServices', { services: [null] }, undefined],
  ['a text for a list', 'ecs:DescribeTasks', { tasks: 'web' }, undefined],
  ['a list for an object', 'codedeploy:GetDeployment', { deploymentInfo: [] }, undefined],
  ['a member that is not there', 'lambda:UpdateAlias', {}, undefined],
])('%s does not prove %s', (_what, action, answer, asked) => {
  expect(() => prove(action, answer as never, asked as never)).toThrow(
    `${action} was answered with success, but the answer does not prove it`,
  );
});
