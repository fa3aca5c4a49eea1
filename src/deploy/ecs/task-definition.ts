import type { Json } from '../../aws/api.ts';
import { parsePrivateHost } from '../../aws/ecr-hosts.ts';
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

/** Whether an image is one of a repository, by whichever name of its registry. @param repository its ARN */
export function isOfRepository(text: string | undefined, repository: string): boolean {
  const [name = ''] = (text ?? '').split('@');
  const slash = name.indexOf('/');
  const registry = parsePrivateHost(name.slice(0, slash));
  const path = name.slice(slash + 1).replace(/:[^:/]*$/, '');
  return (
    registry !== undefined && repository.endsWith(`:ecr:${registry.region}:${registry.account}:repository/${path}`)
  );
}

/** Families and revisions: `web:7` of an ARN. */
export function revisionName(arn: string | undefined): string {
  return arn?.split('task-definition/').at(-1) ?? 'unknown';
}

/**
 * In which settings two revisions differ, images apart: `web.environment`, `cpu`. Values are not told: they may be secret.
 * What ECS fills in itself where nothing was given, an empty list for example, is not a difference.
 */
export function differencesOf(one: Definition, other: Definition): string[] {
  const settings = ({ containerDefinitions, ...rest }: Definition) => plain(rest, [...READ_ONLY]);
  const [left, right] = [one, other].map(({ containerDefinitions = [] }) =>
    Object.fromEntries(containerDefinitions.map((it) => [it.name ?? '', plain(it, ['name', 'image'])])),
  ) as [Plain, Plain];
  return [
    ...changedKeys(settings(one), settings(other)),
    ...changedKeys(left, right).flatMap((container) => {
      const [before, after] = [left[container], right[container]] as [Plain?, Plain?];
      return before && after ? changedKeys(before, after).map((key) => `${container}.${key}`) : [container];
    }),
  ];
}

type Plain = Readonly<Record<string, unknown>>;

function changedKeys(one: Plain, other: Plain): string[] {
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].filter((key) => JSON.stringify(one[key]) !== JSON.stringify(other[key]));
}

/** Without what is empty, and in an order of its own: lists of names and values are sets. */
function plain(settings: Json, without: readonly string[] = []): Plain {
  const kept = Object.entries(settings).filter(([key]) => !without.includes(key));
  const entries = kept.map(([key, value]): [string, unknown] => [key, plainValue(value)]);
  const filled = entries.filter(([, value]) => ![undefined, null, '[]', '{}', '0'].includes(asText(value)));
  return Object.fromEntries(filled.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function asText(value: unknown): string | undefined | null {
  return value === null || value === undefined ? value : JSON.stringify(value);
}

function plainValue(value: unknown): unknown {
  if (Array.isArray(value)) {
    const all = value.map(plainValue);
    return all.every((it) => typeof it === 'object') ? all.sort((a, b) => (asText(a)! < asText(b)! ? -1 : 1)) : all;
  }
  return typeof value === 'object' && value !== null ? plain(value as Json) : value;
}
