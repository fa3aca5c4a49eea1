import { CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import { Refused } from '../../aws/client.ts';
import { Problem } from '../../base/problem.ts';
import type { Access } from '../../job.ts';
import type { NewRepository } from '../new-repository.ts';
import { PUBLIC_REGION } from './ecr-public.ts';
import { aliasOf, type Registry, repositoryInRegistry } from './registry.ts';

/** Creates a repository as the inputs say. One that came into being meanwhile is fine. */
export async function createRepository(
  wanted: { readonly registry: Registry; readonly repository: string },
  settings: NewRepository,
  access: Access,
): Promise<void> {
  try {
    await (wanted.registry.isPublic ? createPublic(wanted, settings, access) : createPrivate(wanted, settings, access));
  } catch (thrown) {
    if (!(thrown instanceof Refused && thrown.code === 'RepositoryAlreadyExistsException')) throw thrown;
  }
}

async function createPrivate(
  { registry, repository }: { readonly registry: Registry; readonly repository: string },
  { mutability, exclusions, scanOnPush, encryption, tags }: NewRepository,
  { aws }: Access,
): Promise<void> {
  const ecr = new ECRClient(aws.client(registry.region));
  const command = new CreateRepositoryCommand({
    registryId: registry.account,
    repositoryName: repository,
    imageTagMutability: exclusions.length > 0 ? `${mutability}_WITH_EXCLUSION` : mutability,
    ...(exclusions.length > 0
      ? { imageTagMutabilityExclusionFilters: exclusions.map((filter) => ({ filterType: 'WILDCARD', filter })) }
      : {}),
    imageScanningConfiguration: { scanOnPush },
    ...(encryption.type === 'KMS'
      ? { encryptionConfiguration: { encryptionType: 'KMS', ...(encryption.key ? { kmsKey: encryption.key } : {}) } }
      : {}),
    ...(tags.length > 0 ? { tags: [...tags] } : {}),
  });
  await aws.call('ecr:CreateRepository', (abortSignal) => ecr.send(command, { abortSignal }), {
    asked: { repository },
  });
}

/** Of ECR Public: in its own region, under the account that is signed in, and without the alias of its registry. */
async function createPublic(
  { repository }: { readonly repository: string },
  { tags }: NewRepository,
  { aws }: Access,
): Promise<void> {
  const { CreateRepositoryCommand: Create, ECRPUBLICClient } = await import('@aws-sdk/client-ecr-public');
  const ecr = new ECRPUBLICClient(aws.client(PUBLIC_REGION));
  const name = repositoryInRegistry(repository);
  const command = new Create({ repositoryName: name, ...(tags.length > 0 ? { tags: [...tags] } : {}) });
  await aws.call('ecr-public:CreateRepository', (abortSignal) => ecr.send(command, { abortSignal }), {
    asked: { repository: name },
  });
}

/**
 * Whether a repository of ECR Public can be created under the alias that its name has: only the account's own aliases can.
 * @throws Problem naming them
 */
export async function checkAlias(repository: string, settings: NewRepository, { aws, session }: Access): Promise<void> {
  const [setting] = settings.privateOnly;
  if (setting) {
    throw new Problem({
      what: `a repository of ECR Public has no such setting: ${setting}`,
      on: `public.ecr.aws/${repository}`,
      fix: 'leave the input out, or push to the private registry in a step of its own',
    });
  }
  const { DescribeRegistriesCommand, ECRPUBLICClient } = await import('@aws-sdk/client-ecr-public');
  const ecr = new ECRPUBLICClient(aws.client(PUBLIC_REGION));
  const answer = await aws.call('ecr-public:DescribeRegistries', (abortSignal) =>
    ecr.send(new DescribeRegistriesCommand({}), { abortSignal }),
  );
  const own = (answer.registries ?? []).flatMap(({ aliases = [] }) => aliases.flatMap(({ name }) => name ?? []));
  if (own.includes(aliasOf(repository))) return;
  throw new Problem({
    what: `the repository does not exist, and ${aliasOf(repository)} is not an alias of account ${session.accountId}`,
    on: `public.ecr.aws/${repository}`,
    fix: own.length > 0 ? `write public.ecr.aws/${own[0]}/…` : 'create a public registry of the account first',
  });
}
