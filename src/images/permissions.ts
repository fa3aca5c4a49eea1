import type { Statement } from '../aws/policy.ts';
import type { ImagesPlan, Push } from './plan/plan.ts';
import { repositoryArn } from './registry/registry.ts';

const UPLOAD = ['InitiateLayerUpload', 'UploadLayerPart', 'CompleteLayerUpload'];

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html, less what this very plan does not do. */
export function permissionsOf({ registries, pushes, pulled }: ImagesPlan): readonly Statement[] {
  const anyPublic = registries.some(({ isPublic }) => isPublic);
  const anyPrivate = registries.some(({ isPublic }) => !isPublic);
  return [
    ...(anyPrivate ? [{ actions: ['ecr:GetAuthorizationToken'], resources: ['*'] }] : []),
    ...(anyPublic
      ? [{ actions: ['ecr-public:GetAuthorizationToken', 'sts:GetServiceBearerToken'], resources: ['*'] }]
      : []),
    ...pushes.flatMap(statementsOf),
    ...pulled
      .filter(({ registry }) => !registry.isPublic)
      .map(({ registry, repository }) => ({
        actions: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
        resources: [repositoryArn(registry, repository)],
      })),
  ];
}

function statementsOf(push: Push): Statement[] {
  const { registry, repository, create, blobs, asked } = push;
  const service = registry.isPublic ? 'ecr-public' : 'ecr';
  const named = (names: readonly string[]) => names.map((name) => `${service}:${name}`);
  const has = (...actions: string[]) => blobs.some(({ action }) => actions.includes(action));
  const puts = push.missing.length > 0 || push.tags.some(({ action }) => action === 'put');
  const actions = [
    ...(registry.isPublic ? [] : ['BatchGetImage']),
    ...(asked.settings && !registry.isPublic ? ['DescribeRepositories'] : []),
    ...(create && create !== 'on push' ? ['CreateRepository', ...(create.tags.length > 0 ? ['TagResource'] : [])] : []),
    ...(asked.blobs ? ['BatchCheckLayerAvailability'] : []),
    ...(has('upload', 'compress') ? UPLOAD : []),
    ...(has('mount') ? UPLOAD : []),
    ...(puts ? ['PutImage'] : []),
  ];
  const sources = [...new Set(blobs.flatMap(({ mountFrom }) => mountFrom ?? []))];
  const onAll = [
    ...(asked.templates ? ['ecr:DescribeRepositoryCreationTemplates'] : []),
    ...(asked.aliases ? ['ecr-public:DescribeRegistries'] : []),
  ];
  return [
    ...(onAll.length > 0 ? [{ actions: onAll, resources: ['*'] }] : []),
    { actions: named(actions), resources: [repositoryArn(registry, repository)] },
    // ECR Public has no such action: anyone may pull.
    ...(registry.isPublic ? [] : asked.configsOf).map((name) => ({
      actions: named(['GetDownloadUrlForLayer']),
      resources: [repositoryArn(registry, name)],
    })),
    ...sources.map((name) => ({
      actions: named(['BatchCheckLayerAvailability', 'GetDownloadUrlForLayer']),
      resources: [repositoryArn(registry, name)],
    })),
  ];
}
