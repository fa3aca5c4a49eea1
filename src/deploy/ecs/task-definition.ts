import type { Json } from '../../aws/api.ts';
import { Problem } from '../../base/problem.ts';
import { changedKeys } from '../changed-keys.ts';
import { isOfRepository } from '../source/image.ts';
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
  const own = ownTags(tags);
  return { ...kept, containerDefinitions, ...(own.length > 0 ? { tags: own } : {}) };
}

/** Tags whose key begins with aws: are AWS's own, and refused. */
export function ownTags(tags: readonly Tag[]): Tag[] {
  return tags.filter(({ key }) => !key?.toLowerCase().startsWith('aws:'));
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

/**
 * Whether a definition's image is this very one: by its digest, whatever tag and whichever name of the registry stand before it.
 * @param image `repository`: its ARN
 */
export function isSameImage(
  text: string | undefined,
  {
    reference,
    repository,
    digest,
  }: { readonly reference?: string | undefined; readonly repository: string; readonly digest: string | undefined },
): boolean {
  if (reference === undefined) return false;
  const [, pinned] = (text ?? '').split('@');
  if (text === reference) return true;
  return pinned !== undefined && pinned === digest && isOfRepository(text, repository);
}

/** Family and revision, `web:7`, of an ARN. */
export function revisionName(arn: string | undefined): string {
  return arn?.split('task-definition/').at(-1) ?? 'unknown';
}

/** What was registered stays, whether it came into service or not: whatever takes the newest revision of the family would run it. */
export function newestIsThis(definitionArn: string): string {
  const revision = revisionName(definitionArn);
  return `${revision} stays the newest revision of its family. Where scheduled tasks or other tools take the newest: aws ecs deregister-task-definition --task-definition ${revision}`;
}

/**
 * In which settings two revisions differ, images apart: `web.environment`, `cpu`. Values are not told: they may be secret.
 * What ECS fills in itself where nothing was given, an empty list for example, is not a difference.
 */
export function differencesOf(one: Definition, other: Definition): string[] {
  const ofTask = changedKeys(one, other, { without: [...READ_ONLY, 'containerDefinitions'] });
  const [before, after] = [one, other].map(
    ({ containerDefinitions = [] }) => new Map(containerDefinitions.map((it) => [it.name ?? '', it])),
  ) as [Map<string, Container>, Map<string, Container>];
  const ofContainers = [...new Set([...before.keys(), ...after.keys()])].flatMap((name) => {
    const [old, now] = [before.get(name), after.get(name)];
    if (!old || !now) return [name];
    return changedKeys(old, now, { without: ['name', 'image'] }).map((key) => `${name}.${key}`);
  });
  return [...ofTask, ...ofContainers];
}
