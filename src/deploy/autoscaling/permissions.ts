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
  readonly hasWarmPool: boolean;
  readonly settings: DeploySettings;
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2autoscaling.html */
export function permissionsFor(group: Pick<ScalingGroup, 'template'>, facts: GroupPermissionFacts): Statement[] {
  const { version, isDone, settings, hasWarmPool } = facts;
  const reads = [
    'autoscaling:DescribeAutoScalingGroups',
    'autoscaling:DescribeInstanceRefreshes',
    ...(isDone || !settings.wait ? [] : ['autoscaling:DescribeScalingActivities']),
    ...(version !== undefined && hasWarmPool ? ['autoscaling:DescribeWarmPool'] : []),
    ...(version === undefined ? [] : ['ec2:DescribeLaunchTemplateVersions']),
  ];
  const looks = { actions: reads, resources: ['*'] };
  if (isDone) return [looks];
  return [looks, toRefresh(facts), ...(version === undefined ? [] : toLaunch(group, facts))];
}

function toRefresh({ session, target, isReversible, settings }: GroupPermissionFacts): Statement {
  const { partition, region, accountId } = session;
  const undoes = settings.onFailure === 'rollback' && settings.wait;
  const cancels = settings.busy === 'replace' || (undoes && !isReversible);
  return {
    actions: [
      'autoscaling:StartInstanceRefresh',
      ...(undoes && isReversible ? ['autoscaling:RollbackInstanceRefresh'] : []),
      ...(cancels ? ['autoscaling:CancelInstanceRefresh'] : []),
    ],
    resources: [
      `arn:${partition}:autoscaling:${region}:${accountId}:autoScalingGroup:*:autoScalingGroupName/${target.group}`,
    ],
  };
}

/** A desired configuration also needs what launching needs. */
function toLaunch({ template }: Pick<ScalingGroup, 'template'>, { session, found }: GroupPermissionFacts): Statement[] {
  const { partition, region, accountId } = session;
  const launchTemplate = `arn:${partition}:ec2:${region}:${accountId}:launch-template/${template?.id}`;
  return [
    {
      actions: ['ec2:RunInstances'],
      resources: ['*'],
      conditions: { ArnEquals: { 'ec2:LaunchTemplate': launchTemplate } },
    },
    ...(found?.tags
      ? [
          {
            actions: ['ec2:CreateTags'],
            resources: ['*'],
            conditions: { StringEquals: { 'ec2:CreateAction': 'RunInstances' } },
          },
        ]
      : []),
    ...(found?.profile
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
