import { expect, test } from '@jest/globals';
import { LayoutBuilder, tarOf } from '../../harness/image.ts';
import { ROLE, scene } from '../../harness/scene.ts';
import type { PolicyDocument } from '../../sandbox/iam/policy.ts';
import { wrongIn } from './referee.ts';
import { roleOf } from './role.ts';

const arn = (rest: string) => `arn:aws:${rest}`;

test('what setup/ grants is there, on resources that it takes', async () => {
  const { policies = {} } = roleOf({
    Repository: 'octo-org/shop',
    EcrRepositories: arn('ecr:eu-west-1:111122223333:repository/shop/web'),
    CreateEcrRepositories: 'true',
    PublicEcrRepositories: arn('ecr-public::111122223333:repository/shop'),
    Buckets: arn('s3:::shop-site'),
    DeleteObjects: 'true',
    BucketKmsKeys: arn('kms:eu-west-1:111122223333:key/1'),
    CloudFrontDistributions: arn('cloudfront::111122223333:distribution/E2EXAMPLE1SHOP'),
    Parameters: arn('ssm:eu-west-1:111122223333:parameter/shop/prod/*'),
    ParameterPaths: arn('ssm:eu-west-1:111122223333:parameter/shop/prod'),
    Secrets: arn('secretsmanager:eu-west-1:111122223333:secret:shop-??????'),
    ParameterKmsKeys: arn('kms:eu-west-1:111122223333:key/2'),
    NextRoles: arn('iam::444455556666:role/deploy'),
  });
  expect(Object.keys(policies)).toHaveLength(12);
  const wrong = await Promise.all(Object.values(policies).map(wrongIn));
  expect(wrong.flat()).toEqual([]);
});

test('so is what a step with images, objects and parameters prints', async () => {
  const layout = new LayoutBuilder();
  const image = await tarOf(layout.layout(await layout.image(['content'])));
  const { step } = await scene({ files: { 'image.tar': image, 'site/index.html': 'x' } });
  const { outputs } = await step({
    'role-to-assume': ROLE,
    'dry-run': 'true',
    images: 'oci-archive:image.tar => shop:v1',
    'ecr-create-repository': 'true',
    's3-upload': 'site => s3://shop-site/',
    's3-delete': 'true',
    'ssm-parameters': '/shop/prod/\nKEY=/shop/prod/payment/api-key:live',
  });
  const policy = JSON.parse(outputs['iam-policy'] ?? '') as PolicyDocument;
  expect([policy.Statement].flat().length).toBeGreaterThan(4);
  expect(await wrongIn(policy)).toEqual([]);
});

test('the referee sees what is wrong', async () => {
  const Statement = [
    { Effect: 'Allow' as const, Action: ['ecr:PushImage', 'ssm:GetParameters'], Resource: ['arn:aws:s3:::b'] },
    {
      Effect: 'Allow' as const,
      Action: ['s3:PutObject'],
      Resource: ['arn:aws:s3:::b/*'],
      Condition: { StringEquals: { 's3:nothing': 'x' } },
    },
  ];
  expect(await wrongIn({ Version: '2012-10-17', Statement })).toEqual([
    'ecr:PushImage: no such action',
    'ssm:GetParameters: not on arn:aws:s3:::b',
    's3:PutObject: no condition key s3:nothing',
  ]);
});
