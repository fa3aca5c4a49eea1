import type { Ecs } from './api.ts';

/** Deployments older than this (seconds) are not taken for new ones. */
const RECENT_S = 3_600;

/** The latest first. */
export function recent(ecs: Ecs) {
  return ecs.deployments({ after: Math.floor(Date.now() / 1000) - RECENT_S });
}

/** Our own deployment among those that were not there before: its revision has our task definition, which nobody else has. */
export async function ownDeployment(
  ecs: Ecs,
  definitionArn: string,
  known: ReadonlySet<string | undefined>,
): Promise<string | undefined> {
  for (const { serviceDeploymentArn, targetServiceRevisionArn } of await recent(ecs)) {
    if (!serviceDeploymentArn || !targetServiceRevisionArn || known.has(serviceDeploymentArn)) continue;
    if ((await ecs.revision(targetServiceRevisionArn)) === definitionArn) return serviceDeploymentArn;
  }
  return undefined;
}
