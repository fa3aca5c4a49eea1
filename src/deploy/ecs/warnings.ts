import type { ImageSource } from '../line.ts';
import type { DeploySettings } from '../request.ts';
import { type Image, isOfRepository } from '../source/image.ts';
import type { Container, Definition, Service } from './api.ts';
import { differencesOf, isSameImage, revisionName } from './task-definition.ts';

/** A container, and the image that it is to get. */
export interface ServiceImage {
  readonly container: Container;
  readonly image: Image;
  readonly source: ImageSource;
}

export interface ServiceFacts {
  /** `ecs:prod/web` */
  readonly name: string;
  readonly service: Service;
  readonly definition: Definition;
  /** The newest active revision of its family; undefined: none, or not looked at. */
  readonly newest: Definition | undefined;
  readonly lines: readonly ServiceImage[];
  readonly settings: DeploySettings;
  /** Of the images that the containers have, those that are no longer in the repository. */
  readonly gone: readonly string[];
  /** Whether this step moves the tag that an image has. */
  isMoved(image: string): boolean;
}

/** What works, and is not all that somebody may mean. @param isChange whether something is to be rolled out */
export function warningsFor(facts: ServiceFacts, { isChange }: { readonly isChange: boolean }): string[] {
  const { name, service, definition } = facts;
  const revision = revisionName(service.taskDefinition);
  const others = newerRevision(facts);
  if (!isChange) return others;
  return [
    ...others,
    ...(service.desiredCount === 0
      ? [`${name}: the desired count is 0, so no task will prove that the image works`]
      : []),
    ...(definition.status === 'INACTIVE'
      ? [
          `${name}: ${revision} is INACTIVE, so ECS may not go back to it. Whoever deregisters task definitions should leave out the one that serves`,
        ]
      : []),
    ...leftBehind(facts),
    ...noWayBack(facts),
  ];
}

export function noticesFor({ name, service, settings }: ServiceFacts): string[] {
  const { deploymentCircuitBreaker: breaker, lifecycleHooks = [] } = service.deploymentConfiguration ?? {};
  const { wait, onFailure, timeoutMinutes } = settings;
  return [
    ...(breaker?.enable !== true && onFailure === 'rollback' && wait
      ? [`${name}: the circuit breaker of the service is off; this step ends and rolls back a failing rollout itself`]
      : []),
    ...(wait && lifecycleHooks.some(({ targetType }) => targetType === 'PAUSE')
      ? [
          `${name}: a deployment of the service pauses until somebody continues it. This step waits for that, for ${timeoutMinutes} minutes in all (deploy-timeout-minutes); deploy-wait: false does not wait`,
        ]
      : []),
  ];
}

/**
 * Infrastructure code that leaves the service's task definition to deployments registers its changes as a revision that nothing runs.
 * https://github.com/terraform-aws-modules/terraform-aws-ecs/issues/382
 */
function newerRevision({ name, service, definition, newest }: ServiceFacts): string[] {
  if (!newest || (newest.revision ?? 0) <= (definition.revision ?? 0)) return [];
  const differences = differencesOf(definition, newest);
  if (differences.length === 0) return [];
  const [newer, own] = [revisionName(newest.taskDefinitionArn), revisionName(service.taskDefinition)];
  return [
    `${name}: ${newer} is newer than ${own}, which the service runs, and differs in ${differences.join(', ')}. That does not come into service: only the image of ${own} is changed. If it is to, update the service to ${newer} once, and run this step again`,
  ];
}

/** Other containers that run the same repository as those of the lines: a migration, a worker, which nobody means to leave behind. */
function leftBehind({ name, definition: { containerDefinitions = [] }, lines }: ServiceFacts): string[] {
  return containerDefinitions.flatMap((other) => {
    if (lines.some(({ container }) => container.name === other.name)) return [];
    const line = lines.find(({ image }) => isOfRepository(other.image, image.repository));
    if (!line || isSameImage(other.image, { ...line.image, digest: line.image.reference?.split('@')[1] })) return [];
    return [
      `${name}: the container ${other.name} runs an image of the same repository, ${other.image}, and keeps it. If it is to change as well, give it a line of its own with ${name}/${other.name}`,
    ];
  });
}

function noWayBack({ name, service, lines, gone, settings, isMoved }: ServiceFacts): string[] {
  if (settings.onFailure !== 'rollback') return [];
  const revision = revisionName(service.taskDefinition);
  const { enable = false, rollback = false } = service.deploymentConfiguration?.deploymentCircuitBreaker ?? {};
  const moved =
    enable && !rollback ? lines.flatMap(({ container: { image = '' } }) => (isMoved(image) ? [image] : [])) : [];
  return [
    ...gone.map(
      (image) =>
        `${name}: a rollback cannot succeed, because ${image}, the image of ${revision}, can no longer be pulled from its repository. A lifecycle policy should keep what serves, and not archive it`,
    ),
    ...moved.map(
      (image) =>
        `${name}: a rollback would bring the new image again, because ${revision} names ${image} by a tag that this step moves, and the circuit breaker stops a deployment without rolling it back. Turn its rollback on`,
    ),
  ];
}
