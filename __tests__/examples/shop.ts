import { PutObjectCommand } from '@aws-sdk/client-s3';
import { s3As } from '../end-to-end/objects/scene.ts';
import { OWNER, PUBLISHER, type Scene, SITE } from './stands.ts';

export const arn = (service: string, resource: string) => `arn:aws:${service}:eu-west-1:${PUBLISHER}:${resource}`;
export const role = (name: string) => `arn:aws:iam::${PUBLISHER}:role/${name}`;
export const repository = (name: string, account = PUBLISHER) => `arn:aws:ecr:eu-west-1:${account}:repository/${name}`;
export const parameters = (...names: string[]) =>
  names.map((name) => `arn:aws:ssm:eu-west-1:${PUBLISHER}:parameter${name}`).join();
export const bucket = (...names: string[]) => names.map((name) => `arn:aws:s3:::${name}`).join();
export const distribution = (id: string) => `arn:aws:cloudfront::${PUBLISHER}:distribution/${id}`;

export const SITE_ROLE = {
  Buckets: bucket('shop-site'),
  DeleteObjects: 'true',
  CloudFrontDistributions: distribution('E2EXAMPLE1SHOP'),
};
export const siteWorld: NonNullable<Scene['world']> = (world) => {
  Object.assign(world.buckets as object, { 'shop-site': { ...siteBucket, ownership: 'BucketOwnerPreferred' } });
  world.distributions = { E2EXAMPLE1SHOP: { account: PUBLISHER, bucket: 'shop-site', identity: 'oac' } };
};
/** What a role needs to push `shop/web` and roll it out on ECS. */
export const WEB_ROLE = {
  EcrRepositories: repository('shop/web'),
  EcsServices: arn('ecs', 'service/prod/web'),
  EcsTaskDefinitions: arn('ecs', 'task-definition/web:*'),
  EcsTaskRoles: `${role('web-task')},${role('web-execution')}`,
};
/** A registry that images of `shop/web` are pushed to. */
export const webWorld: NonNullable<Scene['world']> = (world) => {
  world.ecr = { [PUBLISHER]: { 'eu-west-1': { repositories: { 'shop/web': {} } } } };
};
/** The release before: its pages change, one asset is gone. */
export const oldSite: NonNullable<Scene['before']> = async (sandbox) => {
  const owner = s3As(sandbox, OWNER);
  for (const Key of ['index.html', 'about.html', 'assets/style.css', 'assets/app.old.js']) {
    await owner.send(new PutObjectCommand({ Bucket: 'shop-site', Key, Body: 'of the last release' }));
  }
};
/** A bucket of the site's account that lets the publisher upload and list, and CloudFront read. */
const siteBucket = {
  account: SITE,
  policy: {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${PUBLISHER}:role/publish` },
        Action: ['s3:PutObject*', 's3:GetObject*', 's3:DeleteObject', 's3:ListBucket', 's3:GetBucket*'],
        Resource: [bucket('shop-site'), `${bucket('shop-site')}/*`],
      },
    ],
  },
};
