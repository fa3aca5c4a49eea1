import type { Statement } from '../../aws/policy.ts';
import { together } from '../../base/parallel.ts';
import { Problem } from '../../base/problem.ts';
import type { EcsTarget, ImageSource } from '../line.ts';
import type { EcsRollout } from '../request.ts';
import { builtOf } from '../source/built.ts';
import { findImage, type Image, imagePermissions } from '../source/image.ts';
import { type Stage, short, type TargetPlan } from '../target.ts';
import { type Container, type Definition, type Ecs, ONGOING, openEcs, type Service, type Tag } from './api.ts';
import { permissionsFor } from './permissions.ts';
import { checkPlatform, platformOfTasks } from './platform.ts';
import { containerFor, isOfRepository, isSameImage, ownTags, revisionName } from './task-definition.ts';

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
  { target, images, first }: EcsRollout,
  stage: Stage,
  { isLater }: { readonly isLater: boolean },
): Promise<EcsPlan> {
  const { access, published, settings } = stage;
  const name = `ecs:${target.cluster}/${target.service}`;
  const ecs = openEcs(target, access);
  const service = checked(await ecs.service(), target, name);
  const [known, found, busy] = await Promise.all([
    ecs.definition(service.taskDefinition),
    together(images.map(async ({ source }) => findImage(source, access, { published, isLater }))),
    underWay(ecs, service),
  ]);
  if (!known?.definition.containerDefinitions) {
    throw new Problem({ what: `ECS does not show the task definition ${service.taskDefinition}`, on: name });
  }
  const { definition, tags } = known;
  const containers = await together(
    [...images, ...first].map(async ({ container }) => resolve(definition, container, name)),
  );
  const lines = found.map((image, at) => ({ container: containers[at]!, image, source: images[at]!.source }));
  checkOnce(lines, name);

  const differing = lines.filter(({ container, image }) => !isSameImage(container.image, image));
  const platform = platformOfTasks(definition, service);
  // What is pushed by then was looked at before.
  const read = differing.filter(({ image }) => isLater && platform && image.manifest);
  await together(
    read.map(async ({ image, source }) => {
      checkPlatform(await builtOf(image, source, { access, published, on: name }), { platform: platform!, on: name });
    }),
  );
  const isAgain = differing.length === 0 && !serves(service) && !busy;
  const changes = isAgain
    ? [`${revisionName(service.taskDefinition)} has these images already, but its last rollout did not succeed`]
    : differing.map(({ container, image }) => change(container.name, container.image, image.digest));
  if (changes.length > 0 && settings.wait) checkTime(service, settings.timeoutMinutes, name);
  const breaker = service.deploymentConfiguration?.deploymentCircuitBreaker?.enable === true;
  return {
    target: name,
    before: lines.map(({ container }) => container.image ?? '').join(', '),
    after: lines.every(({ image }) => image.reference)
      ? lines.map(({ image }) => image.reference).join(', ')
      : undefined,
    changes,
    underWay: busy,
    warnings:
      changes.length > 0 ? [...warningsFor(name, service, definition), ...leftBehind(name, definition, lines)] : [],
    notices:
      changes.length > 0 && !breaker && settings.onFailure === 'rollback' && settings.wait
        ? [`${name}: the circuit breaker of the service is off; this step ends and rolls back a failing rollout itself`]
        : [],
    permissions: [
      ...permissionsFor({
        region: access.session.region,
        target,
        service,
        definition,
        tagged: ownTags(tags).length > 0,
        has: { changes: changes.length > 0, first: first.length > 0 && changes.length > 0 },
        settings,
      }),
      ...found.map((image) =>
        imagePermissions(image, {
          config: image.manifest?.configDigest !== undefined && read.some((it) => it.image === image),
        }),
      ),
    ] satisfies Statement[],
    service,
    serviceArn: service.serviceArn,
    definition,
    definitionArn: service.taskDefinition,
    tags,
    images: new Map(
      differing.flatMap(({ container, image }) => (image.reference ? [[container.name ?? '', image.reference]] : [])),
    ),
    coming: lines.flatMap(({ image, source }) => (image.reference ? [] : [source])),
    isAgain,
  };
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
    throw new Problem({ what: 'ECS does not say which task definition the service runs', on });
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

function warningsFor(name: string, service: Service, { status }: Definition): string[] {
  const revision = revisionName(service.taskDefinition);
  return [
    ...(service.desiredCount === 0
      ? [`${name}: the desired count is 0, so no task will prove that the image works`]
      : []),
    ...(status === 'INACTIVE'
      ? [
          `${name}: ${revision} is INACTIVE, so ECS may not go back to it. Whoever deregisters task definitions should leave out the one that serves`,
        ]
      : []),
  ];
}

/** Other containers that run the same repository as those of the lines: a migration, a worker, which nobody means to leave behind. */
function leftBehind(
  name: string,
  { containerDefinitions = [] }: Definition,
  lines: readonly { readonly container: Container; readonly image: Pick<Image, 'repository' | 'reference'> }[],
): string[] {
  return containerDefinitions.flatMap((other) => {
    if (lines.some(({ container }) => container.name === other.name)) return [];
    const line = lines.find(({ image }) => isOfRepository(other.image, image.repository));
    if (!line || isSameImage(other.image, { ...line.image, digest: line.image.reference?.split('@')[1] })) return [];
    return [
      `${name}: the container ${other.name} runs an image of the same repository, ${other.image}, and keeps it. If it is to change as well, give it a line of its own with ${name}/${other.name}`,
    ];
  });
}

/**
 * The minutes that a deployment takes at least, where all of its tasks run at once.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html
 */
function leastMinutes({ deploymentConfiguration = {} }: Service): number {
  const { strategy = 'ROLLING', bakeTimeInMinutes: bake = 0 } = deploymentConfiguration;
  const { stepPercent = 100, stepBakeTimeInMinutes = 0 } = deploymentConfiguration.linearConfiguration ?? {};
  if (strategy === 'LINEAR') return bake + (Math.ceil(100 / stepPercent) - 1) * stepBakeTimeInMinutes;
  const { canaryBakeTimeInMinutes = 0 } = deploymentConfiguration.canaryConfiguration ?? {};
  return strategy === 'CANARY' ? bake + canaryBakeTimeInMinutes : bake;
}

/** What would be rolled back at the time-out, however well it went, is refused. */
function checkTime(service: Service, minutes: number, on: string): void {
  const least = leastMinutes(service);
  if (least < minutes) return;
  throw new Problem({
    what: `a deployment of the service takes at least ${least} minutes (${service.deploymentConfiguration?.strategy ?? 'ROLLING'}, bake time included), and deploy-timeout-minutes is ${minutes}`,
    on,
    fix: `set deploy-timeout-minutes above ${least}, or deploy-wait: false, or shorten the bake time of the service`,
  });
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

function change(container: string | undefined, before: string | undefined, after: string | undefined): string {
  const [, digest] = before?.split('@') ?? [];
  return `${container}: ${digest ? short(digest) : (before ?? 'nothing')} → ${after ? short(after) : 'what this step pushes'}`;
}
