import { partitionOf } from '../../aws/partition.ts';
import type { Statement } from '../../aws/policy.ts';
import type { Session } from '../../aws/session.ts';
import type { GroupTarget } from '../line.ts';
import type { DeploySettings } from '../request.ts';
import type { ScalingGroup, TemplateVersion } from './api.ts';

export interface GroupPermissionFacts {
  readonly session: Pick<Session, 'partition' | 'region' | 'accountId'>;
  readonly target: GroupTarget;
  readonly version: string | undefined;
  readonly found: TemplateVersion | undefined;
  readonly isDone: boolean;
  readonly isReversible: boolean;
  readonly settings: DeploySettings;
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2autoscaling.html */
export function permissionsFor({ template }: Pick<ScalingGroup, 'template'>, facts: GroupPermissionFacts): Statement[] {
  const { session, target, version, found, isDone, isReversible, settings } = facts;
  const { partition, region, accountId } = session;
  const group = `arn:${partition}:autoscaling:${region}:${accountId}:autoScalingGroup:*:autoScalingGroupName/${target.group}`;
  const reads = [
    'autoscaling:DescribeAutoScalingGroups',
    'autoscaling:DescribeInstanceRefreshes',
    ...(isDone || !settings.wait ? [] : ['autoscaling:DescribeScalingActivities']),
    ...(version === undefined ? [] : ['ec2:DescribeLaunchTemplateVersions']),
  ];
  if (isDone) return [{ actions: reads, resources: ['*'] }];
  const undoes = settings.onFailure === 'rollback' && settings.wait;
  const cancels = settings.busy === 'replace' || (undoes && !isReversible);
  const launches = version !== undefined;
  return [
    { actions: reads, resources: ['*'] },
    {
      actions: [
        'autoscaling:StartInstanceRefresh',
        ...(undoes && isReversible ? ['autoscaling:RollbackInstanceRefresh'] : []),
        ...(cancels ? ['autoscaling:CancelInstanceRefresh'] : []),
      ],
      resources: [group],
    },
    ...(launches
      ? [
          {
            actions: ['ec2:RunInstances'],
            resources: ['*'],
            conditions: {
              ArnEquals: {
                'ec2:LaunchTemplate': `arn:${partition}:ec2:${region}:${accountId}:launch-template/${template?.id}`,
              },
            },
          },
        ]
      : []),
    ...(launches && found?.tags
      ? [
          {
            actions: ['ec2:CreateTags'],
            resources: ['*'],
            conditions: { StringEquals: { 'ec2:CreateAction': 'RunInstances' } },
          },
        ]
      : []),
    ...(launches && found?.profile
      ? [
          {
            // The role of an instance profile has a name of its own, which only IAM knows.
            actions: ['iam:PassRole'],
            resources: [`arn:${partition}:iam::${accountId}:role/*`],
            conditions: { StringEquals: { 'iam:PassedToService': `ec2.${partitionOf(region).domain}` } },
          },
        ]
      : []),
  ];
}
