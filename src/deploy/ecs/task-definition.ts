import type { Json } from '../../aws/api.ts';
import { Problem } from '../../base/problem.ts';
import type { Container, Definition, Tag } from './api.ts';

/**
 * What DescribeTaskDefinition gives and RegisterTaskDefinition does not take. Everything else goes back as it came, keys that
 * nobody here knows too.
 */
const READ_ONLY = new Set([
  'taskDefinitionArn',
  'revision',
  'status',
  'requiresAttributes',
  'compatibilities',
  'registeredAt',
  'registeredBy',
  'deregisteredAt',
  'deleteRequestedAt',
]);

/** The same definition with other images, as RegisterTaskDefinition takes it. */
export function withImages(
  definition: Definition,
  tags: readonly Tag[],
  images: ReadonlyMap<string, string>,
): Json & { readonly tags?: readonly Tag[] } {
  const kept = Object.fromEntries(Object.entries(definition).filter(([key]) => !READ_ONLY.has(key)));
  const containerDefinitions = definition.containerDefinitions?.map((container) => {
    const image = images.get(container.name ?? '');
    return image === undefined ? container : { ...container, image };
  });
  // Tags whose key begins with aws: are AWS's own, and refused.
  const own = tags.filter(({ key }) => !key?.toLowerCase().startsWith('aws:'));
  return { ...kept, containerDefinitions, ...(own.length > 0 ? { tags: own } : {}) };
}

/**
 * The container that a line means: the one that it names, else the only essential one.
 * @throws Problem naming those that the definition has
 */
export function containerFor({ containerDefinitions = [] }: Definition, name: string | undefined): Container {
  const list = containerDefinitions.map((it) => it.name).join(', ');
  if (name !== undefined) {
    const found = containerDefinitions.find((it) => it.name === name);
    if (found) return found;
    throw new Problem({ what: `the task definition has no container "${name}"`, fix: `write one of ${list}` });
  }
  const essential = containerDefinitions.filter((it) => it.essential !== false);
  if (essential.length === 1 && essential[0]) return essential[0];
  throw new Problem({
    what: `the task definition has ${essential.length} essential containers`,
    fix: `write ecs:CLUSTER/SERVICE/CONTAINER with one of ${list}`,
  });
}

/** Families and revisions: `web:7` of an ARN. */
export function revisionName(arn: string | undefined): string {
  return arn?.split('task-definition/').at(-1) ?? 'unknown';
}
