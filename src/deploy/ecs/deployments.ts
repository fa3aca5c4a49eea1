import type { DeploymentBrief, Ecs, Service } from './api.ts';

/** What there was before this step rolled out. */
export interface KnownDeployments {
  /** ARNs of deployments. */
  readonly arns: ReadonlySet<string | undefined>;
  /** Deployments older than this are not looked at: seconds since 1970 by ECS's clock. undefined: all are. */
  readonly since: number | undefined;
}

/** A deployment may be listed with an earlier time than the service shows it with. */
const TOLERANCE_S = 3_600;

/** The deployments that are there, the latest first, and what to tell later ones by. This machine's clock has no part in it. */
export async function lookBefore(
  ecs: Ecs,
  { deployments = [] }: Service,
): Promise<KnownDeployments & { readonly latest: DeploymentBrief | undefined }> {
  const { createdAt } = deployments.find(({ status }) => status === 'PRIMARY') ?? {};
  const since = createdAt === undefined ? undefined : Math.floor(createdAt) - TOLERANCE_S;
  const found = await ecs.deployments(since === undefined ? {} : { after: since });
  return { arns: new Set(found.map((it) => it.serviceDeploymentArn)), since, latest: found[0] };
}

/** Our own deployment among those that were not there before: its revision has our task definition, which nobody else has. */
export async function ownDeployment(
  ecs: Ecs,
  definitionArn: string,
  { arns, since }: KnownDeployments,
): Promise<string | undefined> {
  const found = await ecs.deployments(since === undefined ? {} : { after: since });
  for (const { serviceDeploymentArn, targetServiceRevisionArn } of found) {
    if (!serviceDeploymentArn || !targetServiceRevisionArn || arns.has(serviceDeploymentArn)) continue;
    if ((await ecs.revision(targetServiceRevisionArn)) === definitionArn) return serviceDeploymentArn;
  }
  return undefined;
}
