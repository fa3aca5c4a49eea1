import type { Statement } from '../../aws/policy.ts';
import type { EcsTarget } from '../line.ts';
import type { DeploySettings } from '../request.ts';
import { type Definition, type Service, volumesOf } from './api.ts';

export interface ServicePermissionFacts {
  readonly region: string;
  readonly target: EcsTarget;
  readonly service: Service;
  readonly definition: Definition;
  readonly tagged: boolean;
  readonly has: { readonly changes: boolean; readonly first: boolean };
  readonly settings: DeploySettings;
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html */
export function permissionsFor(facts: ServicePermissionFacts): Statement[] {
  const { target, service, definition, tagged, has, settings } = facts;
  const [, partition, , region, account] = (service.serviceArn ?? '').split(':');
  const arn = (resource: string) => `arn:${partition}:ecs:${region}:${account}:${resource}`;
  const serviceArn = service.serviceArn ?? '*';
  const below = `${target.cluster}/${target.service}/*`;
  const family = arn(`task-definition/${definition.family}:*`);
  const cluster = { ArnEquals: { 'ecs:cluster': arn(`cluster/${target.cluster}`) } };
  // A definition may name a role without its ARN.
  const roles = [definition.taskRoleArn, definition.executionRoleArn].flatMap((role) =>
    role ? [role.startsWith('arn:') ? role : `arn:${partition}:iam::${account}:role/${role}`] : [],
  );
  const volumeRoles = [
    ...new Set(volumesOf(service).flatMap(({ managedEBSVolume }) => managedEBSVolume?.roleArn ?? [])),
  ];
  const reads: Statement[] = [
    { actions: ['ecs:DescribeServices', 'ecs:ListServiceDeployments'], resources: [serviceArn] },
    { actions: ['ecs:DescribeTaskDefinition'], resources: ['*'] },
  ];
  if (!has.changes) return reads;
  const follows = settings.wait;
  const undoes = follows && settings.onFailure === 'rollback';
  return [
    ...reads,
    { actions: ['ecs:UpdateService'], resources: [serviceArn] },
    { actions: ['ecs:RegisterTaskDefinition', ...(tagged ? ['ecs:TagResource'] : [])], resources: [family] },
    { actions: ['ecs:DescribeServiceRevisions'], resources: [serviceArn, arn(`service-revision/${below}`)] },
    ...(roles.length > 0 ? [passRole(roles, 'ecs-tasks.amazonaws.com')] : []),
    ...(follows
      ? [
          {
            actions: ['ecs:DescribeServiceDeployments', ...(undoes ? ['ecs:StopServiceDeployment'] : [])],
            resources: [serviceArn, arn(`service-deployment/${below}`)],
          },
          { actions: ['ecs:ListTasks'], resources: ['*'], conditions: cluster },
        ]
      : []),
    ...(has.first ? [{ actions: ['ecs:RunTask'], resources: [family], conditions: cluster }] : []),
    ...(has.first && volumeRoles.length > 0 ? [passRole(volumeRoles, 'ecs.amazonaws.com')] : []),
    ...(follows || has.first
      ? [
          {
            actions: ['ecs:DescribeTasks', ...(has.first ? ['ecs:StopTask'] : [])],
            resources: [arn(`task/${target.cluster}/*`)],
          },
        ]
      : []),
  ];
}

function passRole(resources: readonly string[], service: string): Statement {
  return { actions: ['iam:PassRole'], resources, conditions: { StringEquals: { 'iam:PassedToService': service } } };
}
