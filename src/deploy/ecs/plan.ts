import type { Statement } from '../../aws/policy.ts';
import { together } from '../../base/parallel.ts';
import { Problem } from '../../base/problem.ts';
import type { EcsTarget, ImageSource } from '../line.ts';
import { isPushed } from '../published.ts';
import type { EcsRollout } from '../request.ts';
import { builtOf } from '../source/built.ts';
import {
  findImage,
  type Image,
  imagePermissions,
  isGone,
  isOfRepository,
  registryOf,
  sourceOf,
} from '../source/image.ts';
import { isRefused, type Stage, short, type TargetPlan } from '../target.ts';
import { NOT_SHOWN } from '../wait.ts';
import { type Definition, type Ecs, ONGOING, openEcs, type Service, type Tag } from './api.ts';
import { checkPercentages, checkTime } from './feasible.ts';
import { permissionsFor } from './permissions.ts';
import { checkPlatform, platformOfTasks } from './platform.ts';
import { containerFor, isSameImage, ownTags, revisionName } from './task-definition.ts';
import { noticesFor, type ServiceImage, warningsFor } from './warnings.ts';

/** A service with the images that it is to get. */
export interface EcsPlan extends TargetPlan {
  readonly service: Service;
  readonly serviceArn: string;
  readonly definition: Definition;
  readonly definitionArn: string;
  readonly tags: readonly Tag[];
  /** Container → `HOST/REPOSITORY@sha256:…`; only those that change, and are there. */
  readonly images: ReadonlyMap<string, string>;
  /** What this step pushes. */
  readonly coming: readonly ImageSource[];
  /** The images are those of the definition already, and its last rollout did not succeed. */
  readonly isAgain: boolean;
}

/**
 * Reads the service, its own task definition and the registry; writes nothing.
 * @param isLater what this step pushes may not be there yet
 * @throws Problem or Problems: all that would keep the rollout from succeeding
 */
export async function planService(
  rollout: EcsRollout,
  stage: Stage,
  { isLater }: { readonly isLater: boolean },
): Promise<EcsPlan> {
  const { target, first } = rollout;
  const { access, settings } = stage;
  const name = `ecs:${target.cluster}/${target.service}`;
  const service = checked(await openEcs(target, access).service(), target, name);
  const { definition, tags, newest, found, busy } = await lookAt(service, { rollout, stage, isLater, on: name });
  const lines = await linesOf(rollout, { definition, found, on: name });
  const differing = lines.filter(({ container, image }) => !isSameImage(container.image, image));
  // What is pushed by then was looked at before.
  const read = isLater ? await checkBuilt(differing, { definition, service, stage, on: name }) : [];
  const isAgain = differing.length === 0 && !serves(service) && !busy;
  const changes = isAgain ? [tryAgain(service)] : differing.map(change);
  const isChange = changes.length > 0;
  if (isChange) checkPercentages(service, name);
  if (isChange && settings.wait) checkTime(service, settings.timeoutMinutes, name);
  const facts = {
    ...{ name, service, definition, newest, lines, settings },
    gone: isLater ? await goneOf(differing, stage) : [],
    isMoved: (image: string) => isMoved(image, stage),
  };
  return {
    target: name,
    ...imagesOf(lines),
    changes,
    underWay: busy,
    warnings: warningsFor(facts, { isChange }),
    notices: isChange ? noticesFor(facts) : [],
    permissions: [
      ...permissionsFor({
        ...{ region: access.session.region, target, service, definition, settings },
        tagged: ownTags(tags).length > 0,
        has: { changes: isChange, first: first.length > 0 && isChange },
      }),
      ...found.map((image) => imagePermissions(image, { config: read.includes(image) })),
    ] satisfies Statement[],
    service,
    serviceArn: service.serviceArn,
    definition,
    definitionArn: service.taskDefinition,
    tags,
    images: referencesOf(differing),
    coming: lines.flatMap(({ image, source }) => (image.reference ? [] : [source])),
    isAgain,
  };
}

/** Container → image, of those that are there. */
function referencesOf(lines: readonly ServiceImage[]): Map<string, string> {
  return new Map(
    lines.flatMap(({ container, image }) => (image.reference ? [[container.name ?? '', image.reference]] : [])),
  );
}

interface LookFacts {
  readonly rollout: EcsRollout;
  readonly stage: Stage;
  readonly isLater: boolean;
  readonly on: string;
}

/** What else there is to know of a service: its definition, the images that it is to get, a rollout that is under way. */
async function lookAt(service: CheckedService, { rollout, stage, isLater, on }: LookFacts) {
  const { access, published } = stage;
  const ecs = openEcs(rollout.target, access);
  const [known, newest, found, busy] = await Promise.all([
    ecs.definition(service.taskDefinition),
    isLater ? newestOf(ecs, service) : undefined,
    together(rollout.images.map(async ({ source }) => findImage(source, access, { published, isLater }))),
    underWay(ecs, service),
  ]);
  if (!known?.definition.containerDefinitions) {
    throw new Problem({ what: `ECS does not show the task definition ${service.taskDefinition}`, on, fix: NOT_SHOWN });
  }
  return { ...known, newest, found, busy };
}

/** The newest active revision of the family whose revision the service runs. */
async function newestOf(ecs: Ecs, { taskDefinition }: CheckedService): Promise<Definition | undefined> {
  const [family = ''] = revisionName(taskDefinition).split(':');
  try {
    return (await ecs.definition(family))?.definition;
  } catch (thrown) {
    // All of them are deregistered.
    if (!isRefused(thrown, 'ClientException')) throw thrown;
    return undefined;
  }
}

/** @throws Problem or Problems: containers that are not there, or are given two images */
async function linesOf(
  { images, first }: EcsRollout,
  { definition, found, on }: { readonly definition: Definition; readonly found: readonly Image[]; readonly on: string },
): Promise<ServiceImage[]> {
  const containers = await together(
    [...images, ...first].map(async ({ container }) => resolve(definition, container, on)),
  );
  const lines = found.map((image, at) => ({ container: containers[at]!, image, source: images[at]!.source }));
  checkOnce(lines, on);
  return lines;
}

interface BuiltFacts {
  readonly definition: Definition;
  readonly service: Service;
  readonly stage: Stage;
  readonly on: string;
}

/**
 * @returns images whose config was read
 * @throws Problem or Problems: images that the tasks of the service cannot run
 */
async function checkBuilt(
  lines: readonly ServiceImage[],
  { definition, service, stage, on }: BuiltFacts,
): Promise<Image[]> {
  const platform = platformOfTasks(definition, service);
  const read = platform ? lines.filter(({ image }) => image.manifest) : [];
  await together(
    read.map(async ({ image, source }) => {
      checkPlatform(await builtOf(image, source, { ...stage, on }), { platform: platform!, on });
    }),
  );
  return read.flatMap(({ image }) => (image.manifest?.configDigest === undefined ? [] : [image]));
}

/** What the containers have now, in the same repositories, and could not have again. */
async function goneOf(lines: readonly ServiceImage[], { access, published }: Stage): Promise<string[]> {
  const own = lines.flatMap(({ container: { image }, image: { repository } }) =>
    image !== undefined && isOfRepository(image, repository) ? [image] : [],
  );
  const gone = await Promise.all(own.map(async (image) => isGone(image, access, published)));
  return own.filter((_, at) => gone[at]);
}

function isMoved(image: string, { access, published }: Stage): boolean {
  const source = sourceOf(image);
  return source?.tag !== undefined && isPushed(published, source, (host) => registryOf(host, access, published));
}

type CheckedService = Service & { readonly taskDefinition: string; readonly serviceArn: string };

function checked(service: Service | undefined, { cluster, service: name }: EcsTarget, on: string): CheckedService {
  const { status, taskDefinition, serviceArn, deploymentController } = service ?? {};
  if (!service || status === 'INACTIVE' || status === 'DRAINING') {
    throw new Problem({
      what: service ? `the service is ${status}` : `the cluster ${cluster} has no service ${name}`,
      on,
      fix: 'check the names of the cluster and the service, the region and the account',
    });
  }
  const controller = deploymentController?.type ?? 'ECS';
  if (controller !== 'ECS') {
    throw new Problem({
      what: `the service is deployed by ${controller === 'CODE_DEPLOY' ? 'CodeDeploy' : 'an external controller'} (${controller})`,
      on,
      why: 'ECS takes no new task definition for such a service except from its controller',
      fix: 'change the service to the controller ECS, which has blue/green deployments of its own (strategy BLUE_GREEN), or leave the line out',
    });
  }
  if (!taskDefinition || !serviceArn) {
    throw new Problem({ what: 'ECS does not say which task definition the service runs', on, fix: NOT_SHOWN });
  }
  return { ...service, taskDefinition, serviceArn };
}

/** A rollout that is under way, in words. */
export async function underWay(ecs: Ecs, service: Service): Promise<string | undefined> {
  const [ongoing] = await ecs.deployments({ status: ONGOING });
  if (ongoing) return `deployment ${idOf(ongoing.serviceDeploymentArn)} is ${ongoing.status}`;
  const active = service.deployments?.find(({ rolloutState }) => rolloutState === 'IN_PROGRESS');
  return active && `the rollout of ${revisionName(active.taskDefinition)} is IN_PROGRESS`;
}

export function idOf(arn: string | undefined): string {
  return arn?.split('/').at(-1) ?? '';
}

/** Whether the definition of the service is what its tasks run, as far as ECS says. */
function serves({ taskDefinition, deployments = [], desiredCount = 0 }: Service): boolean {
  const primary = deployments.find(({ status }) => status === 'PRIMARY');
  return (
    primary?.taskDefinition === taskDefinition &&
    (primary?.rolloutState ?? 'COMPLETED') === 'COMPLETED' &&
    (desiredCount === 0 || (primary?.runningCount ?? 0) > 0)
  );
}

function resolve(definition: Definition, container: string | undefined, on: string) {
  try {
    return containerFor(definition, container);
  } catch (thrown) {
    throw thrown instanceof Problem ? new Problem({ ...thrown.details, on }) : thrown;
  }
}

/** A line without CONTAINER and one with it may mean the same. */
function checkOnce(
  lines: readonly {
    readonly container: { name?: string };
    readonly image: { name: string; digest: string | undefined };
  }[],
  on: string,
): void {
  for (const [at, { container, image }] of lines.entries()) {
    const other = lines.slice(0, at).find((it) => it.container.name === container.name);
    if (!other || (other.image.name === image.name && other.image.digest === image.digest)) continue;
    throw new Problem({ what: `two images are given to the container ${container.name}`, on, fix: 'keep one line' });
  }
}

/** What the lines have now, and what they are to have; undefined where this step pushes some of it. */
function imagesOf(lines: readonly ServiceImage[]): Pick<EcsPlan, 'before' | 'after'> {
  const references = lines.map(({ image }) => image.reference);
  return {
    before: lines.map(({ container }) => container.image ?? '').join(', '),
    after: references.includes(undefined) ? undefined : references.join(', '),
  };
}

function tryAgain({ taskDefinition }: Service): string {
  return `${revisionName(taskDefinition)} has these images already, but its last rollout did not succeed`;
}

function change({ container: { name, image: before = '' }, image: { digest: after } }: ServiceImage): string {
  const [, digest] = before.split('@');
  return `${name}: ${digest ? short(digest) : before || 'nothing'} → ${after ? short(after) : 'what this step pushes'}`;
}
