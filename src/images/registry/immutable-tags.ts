import { DescribeRepositoriesCommand, ECRClient } from '@aws-sdk/client-ecr';
import { Refused } from '../../aws/client.ts';
import type { Access } from '../../job.ts';
import type { Registry } from './registry.ts';

/** Whether a repository lets a tag be moved: `IMMUTABLE`, `MUTABLE_WITH_EXCLUSION`, …, and the tags that are excepted. */
export interface Mutability {
  readonly rule: string;
  readonly exclusions: readonly string[];
}

/** @returns undefined when the role may not see it: the push itself will then say it */
export async function readMutability(
  { account, region, isPublic }: Registry,
  repository: string,
  { aws }: Access,
): Promise<Mutability | undefined> {
  if (isPublic) return { rule: 'MUTABLE', exclusions: [] };
  const ecr = new ECRClient(aws.client(region));
  const command = new DescribeRepositoriesCommand({ registryId: account, repositoryNames: [repository] });
  try {
    const answer = await aws.call('ecr:DescribeRepositories', (abortSignal) => ecr.send(command, { abortSignal }), {
      asked: { repository },
    });
    const found = answer.repositories?.[0];
    return {
      rule: found?.imageTagMutability ?? 'MUTABLE',
      exclusions: (found?.imageTagMutabilityExclusionFilters ?? []).flatMap(({ filter }) => (filter ? [filter] : [])),
    };
  } catch (thrown) {
    if (thrown instanceof Refused && thrown.code === 'AccessDeniedException') return undefined;
    throw thrown;
  }
}

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html: `*` stands for any characters. */
export function isImmutable(tag: string, { rule, exclusions }: Mutability): boolean {
  const excluded = exclusions.some((filter) => wildcard(filter).test(tag));
  if (rule.endsWith('_WITH_EXCLUSION')) return rule.startsWith('IMMUTABLE') !== excluded;
  return rule === 'IMMUTABLE';
}

function wildcard(filter: string): RegExp {
  const parts = filter.split('*').map((part) => part.replaceAll(/[.\\+?^${}()|[\]]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`);
}
