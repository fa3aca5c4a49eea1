import {
  DescribeRepositoryCreationTemplatesCommand,
  ECRClient,
  type RepositoryCreationTemplate,
} from '@aws-sdk/client-ecr';
import { Refused } from '../../aws/client.ts';
import type { Access } from '../../job.ts';
import type { Registry } from './registry.ts';

/**
 * Whether the registry creates a repository when it is pushed to: a template for its prefix, or for ROOT, says so.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates.html
 * @returns undefined when the role may not see the templates
 */
export async function createsOnPush(
  { region }: Registry,
  repository: string,
  { aws }: Access,
): Promise<boolean | undefined> {
  const ecr = new ECRClient(aws.client(region));
  const templates: RepositoryCreationTemplate[] = [];
  try {
    for (let nextToken: string | undefined; ; ) {
      const command = new DescribeRepositoryCreationTemplatesCommand({ nextToken });
      const answer = await aws.call('ecr:DescribeRepositoryCreationTemplates', (abortSignal) =>
        ecr.send(command, { abortSignal }),
      );
      templates.push(...(answer.repositoryCreationTemplates ?? []));
      nextToken = answer.nextToken;
      if (!nextToken) break;
    }
  } catch (thrown) {
    if (thrown instanceof Refused && thrown.code === 'AccessDeniedException') return undefined;
    throw thrown;
  }
  const fits = ({ prefix = '' }: RepositoryCreationTemplate) =>
    prefix === 'ROOT' || repository.startsWith(`${prefix.replace(/\/$/, '')}/`);
  // The longest prefix wins; ROOT stands for whatever has no template of its own.
  const length = ({ prefix = '' }: RepositoryCreationTemplate) => (prefix === 'ROOT' ? -1 : prefix.length);
  const [template] = templates.filter(fits).sort((one, other) => length(other) - length(one));
  return template?.appliedFor?.includes('CREATE_ON_PUSH') ?? false;
}
