import { type CallOf, type Json, openApi } from '../../aws/api.ts';
import { listOf, nodeOf, textOf, type XmlNode } from '../../aws/xml.ts';
import type { CallOptions } from '../../base/retry.ts';
import type { Access } from '../../job.ts';
import { hurried } from '../cancelled.ts';

export interface Template {
  readonly id: string;
  /** A number, `$Latest` or `$Default`. */
  readonly version: string;
}

export interface Instance {
  readonly id: string;
  readonly state: string;
  readonly isProtected: boolean;
  readonly template: Template | undefined;
}

export interface ScalingGroup {
  readonly arn: string;
  readonly desired: number;
  readonly template: Template | undefined;
  /** As AWS answered it; undefined: the group has one instance type. */
  readonly mixedPolicy: XmlNode | undefined;
  /** Of its overrides that name a launch template of their own: the template's id → the instance type and the version. */
  readonly overrides: ReadonlyMap<string, { readonly type: string; readonly version: string }>;
  /** Without those that leave, and those of the warm pool. */
  readonly instances: readonly Instance[];
  /** Those that a lifecycle hook holds, whether they come or leave. */
  readonly held: readonly Pick<Instance, 'id' | 'state'>[];
  readonly hasWarmPool: boolean;
  /** Whether load balancers send it traffic. */
  readonly isBalanced: boolean;
  /** What says that an instance is healthy: `EC2`, `ELB`. */
  readonly healthChecks: readonly string[];
  /** Whether it protects what it launches from scale in. */
  readonly protectsNew: boolean;
  readonly suspended: readonly string[];
}

export interface Refresh {
  readonly id: string;
  readonly status: string;
  readonly reason: string;
  readonly percent: string;
  readonly left: string;
  readonly started: string;
}

/** One version of a launch template. */
export interface TemplateVersion {
  readonly image: string;
  readonly profile: boolean;
  /** Whether it tags what it launches. */
  readonly tags: boolean;
}

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstanceRefresh.html, `Status` */
export const ONGOING = ['Pending', 'InProgress', 'Baking', 'Cancelling', 'RollbackInProgress'];

const AUTO_SCALING = { name: 'autoscaling', variable: 'AUTO_SCALING', version: '2011-01-01' } as const;
const EC2 = { name: 'ec2', variable: 'EC2', version: '2016-11-15' } as const;

/** Auto Scaling for one group. */
export interface Scaling {
  group(): Promise<ScalingGroup | undefined>;
  /** The latest first. */
  refreshes(): Promise<readonly Refresh[]>;
  refresh(id: string): Promise<Refresh | undefined>;
  /** @returns its id */
  start(input: Json, how?: CallOptions): Promise<string>;
  rollback(): Promise<void>;
  cancel(): Promise<void>;
  /** Instances that wait in the group's warm pool. */
  warmPool(): Promise<readonly Instance[]>;
  /** Why instances did not come up, the latest first. */
  failures(): Promise<readonly string[]>;
  version(template: Template): Promise<TemplateVersion | undefined>;
}

/** @param signal in place of the step's own: what a cancelled step still has to do */
export function openScaling(name: string, access: Access, signal?: AbortSignal): Scaling {
  const { http, aws, session, runner } = access;
  const deps = { http, aws, session, env: runner.env };
  const api = openApi(AUTO_SCALING, deps);
  const how = hurried(signal);
  const AutoScalingGroupName = name;
  const ask = (action: CallOf<'autoscaling'>, input: Json, more?: CallOptions) =>
    api.query(action, input, { ...how, ...more });
  return {
    group: async () => {
      const answer = await ask('DescribeAutoScalingGroups', { AutoScalingGroupNames: [name] });
      const [group] = listOf(answer, 'AutoScalingGroups');
      return group && readGroup(group);
    },
    refreshes: async () => {
      const answer = await ask('DescribeInstanceRefreshes', { AutoScalingGroupName, MaxRecords: 20 });
      const found = listOf(answer, 'InstanceRefreshes').map(readRefresh);
      return found.sort((a, b) => (a.started < b.started ? 1 : a.started > b.started ? -1 : 0));
    },
    refresh: async (id) => {
      const answer = await ask('DescribeInstanceRefreshes', { AutoScalingGroupName, InstanceRefreshIds: [id] });
      return listOf(answer, 'InstanceRefreshes')
        .map(readRefresh)
        .find((it) => it.id === id);
    },
    start: async (input, more) =>
      textOf(await ask('StartInstanceRefresh', { AutoScalingGroupName, ...input }, more), 'InstanceRefreshId'),
    rollback: async () => {
      await ask('RollbackInstanceRefresh', { AutoScalingGroupName });
    },
    cancel: async () => {
      await ask('CancelInstanceRefresh', { AutoScalingGroupName });
    },
    warmPool: () => wholeWarmPool((input) => ask('DescribeWarmPool', { AutoScalingGroupName, ...input })),
    failures: async () => failuresIn(await ask('DescribeScalingActivities', { AutoScalingGroupName, MaxRecords: 20 })),
    version: async ({ id, version }) => {
      const input = { LaunchTemplateId: id, 'LaunchTemplateVersion.1': version };
      const answer = await openApi(EC2, deps).query('DescribeLaunchTemplateVersions', input, how);
      return readVersion(listOf(answer, 'launchTemplateVersionSet')[0]);
    },
  };
}

async function wholeWarmPool(ask: (input: Json) => Promise<XmlNode>): Promise<Instance[]> {
  const found: Instance[] = [];
  const seen = new Set<string>();
  let token = '';
  do {
    seen.add(token);
    const page = await ask(token ? { NextToken: token } : {});
    found.push(...listOf(page, 'Instances').map(readInstance));
    token = textOf(page, 'NextToken');
  } while (!seen.has(token));
  return found.filter(({ state }) => !/Terminat/.test(state));
}

function failuresIn(answer: XmlNode): string[] {
  const failed = listOf(answer, 'Activities').filter((it) =>
    ['Failed', 'Cancelled'].includes(textOf(it, 'StatusCode')),
  );
  return [...new Set(failed.map((it) => textOf(it, 'StatusMessage') || textOf(it, 'Description')))];
}

function readVersion(node: XmlNode | undefined): TemplateVersion | undefined {
  const data = nodeOf(node, 'launchTemplateData');
  return (
    node && {
      image: textOf(data, 'imageId'),
      profile: nodeOf(data, 'iamInstanceProfile') !== undefined,
      tags: data !== undefined && listOf(data, 'tagSpecificationSet').length > 0,
    }
  );
}

/** Lifecycle hooks keep an instance that was replaced in the group for up to two days. */
const LEAVING = /^(Terminat|Detach|Quarantin)/;

function readGroup(group: XmlNode): ScalingGroup {
  const mixedPolicy = nodeOf(group, 'MixedInstancesPolicy');
  const launches = nodeOf(mixedPolicy, 'LaunchTemplate');
  const mixed = nodeOf(launches, 'LaunchTemplateSpecification');
  const instances = listOf(group, 'Instances').map(readInstance);
  return {
    arn: textOf(group, 'AutoScalingGroupARN'),
    desired: Number(textOf(group, 'DesiredCapacity')),
    template: readTemplate(nodeOf(group, 'LaunchTemplate') ?? mixed),
    mixedPolicy,
    overrides: new Map(
      (launches ? listOf(launches, 'Overrides') : []).flatMap((it): [string, { type: string; version: string }][] => {
        const { id, version = '' } = readTemplate(nodeOf(it, 'LaunchTemplateSpecification')) ?? {};
        return id ? [[id, { type: textOf(it, 'InstanceType'), version }]] : [];
      }),
    ),
    instances: instances.filter(({ state }) => !LEAVING.test(state)),
    held: instances.filter(({ state }) => state.endsWith(':Wait')),
    hasWarmPool: nodeOf(group, 'WarmPoolConfiguration') !== undefined,
    isBalanced: BALANCED_BY.some((name) => Array.isArray(group[name]) && group[name].length > 0),
    healthChecks: textOf(group, 'HealthCheckType').split(','),
    protectsNew: textOf(group, 'NewInstancesProtectedFromScaleIn') === 'true',
    suspended: listOf(group, 'SuspendedProcesses').map((it) => textOf(it, 'ProcessName')),
  };
}

/** Lists of load balancers, in the order in which AWS invented them. */
const BALANCED_BY = ['LoadBalancerNames', 'TargetGroupARNs', 'TrafficSources'];

function readInstance(node: XmlNode): Instance {
  return {
    id: textOf(node, 'InstanceId'),
    state: textOf(node, 'LifecycleState'),
    isProtected: textOf(node, 'ProtectedFromScaleIn') === 'true',
    template: readTemplate(nodeOf(node, 'LaunchTemplate')),
  };
}

function readTemplate(node: XmlNode | undefined): Template | undefined {
  // A group without a version uses the default one.
  return node && { id: textOf(node, 'LaunchTemplateId'), version: textOf(node, 'Version') || '$Default' };
}

function readRefresh(node: XmlNode): Refresh {
  return {
    id: textOf(node, 'InstanceRefreshId'),
    status: textOf(node, 'Status'),
    reason: textOf(node, 'StatusReason'),
    percent: textOf(node, 'PercentageComplete'),
    left: textOf(node, 'InstancesToUpdate'),
    started: textOf(node, 'StartTime'),
  };
}
