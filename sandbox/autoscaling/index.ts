import { queryResult, type XmlValue, xml } from '../http/render.ts';
import { type Answer, AwsError, type Core, type Service, type ServiceCall } from '../service.ts';
import { beginRefresh, type GroupState, isOngoing, look, type RefreshState, readGroups } from './state.ts';

const NAMESPACE = 'http://autoscaling.amazonaws.com/doc/2011-01-01/';

interface Asked {
  readonly core: Core;
  readonly call: ServiceCall;
  readonly groups: readonly GroupState[];
}

/** EC2 Auto Scaling as far as an instance refresh calls it. A refresh gets on whenever it is looked at. */
export function makeAutoScaling(core: Core): Service {
  const groups = readGroups(core);
  return {
    name: 'autoscaling',
    protocol: 'query',
    handle: (call) => {
      const act = ACTIONS[call.action];
      if (!act) throw new AwsError('InvalidAction', 400, `the sandbox's Auto Scaling has no ${call.action}`);
      return queryResult(call.action, act({ core, call, groups }), NAMESPACE);
    },
  };
}

const ACTIONS: Readonly<Record<string, (asked: Asked) => XmlValue>> = {
  DescribeAutoScalingGroups: ({ call, groups }) => {
    call.authorize({ action: 'autoscaling:DescribeAutoScalingGroups', resource: '*' });
    const found = own(call, groups).filter(({ name }) => name === call.input['AutoScalingGroupNames.member.1']);
    return { AutoScalingGroups: { member: found.map(described) } };
  },
  DescribeInstanceRefreshes: ({ core, call, groups }) => {
    call.authorize({ action: 'autoscaling:DescribeInstanceRefreshes', resource: '*' });
    const group = named(call, groups);
    const id = call.input['InstanceRefreshIds.member.1'];
    look(core, group);
    const found = group.refreshes.filter((it) => id === undefined || it.id === id).reverse();
    return { InstanceRefreshes: { member: found.map((it) => refreshed(group, it)) } };
  },
  DescribeWarmPool: ({ call, groups }) => {
    call.authorize({ action: 'autoscaling:DescribeWarmPool', resource: '*' });
    const group = named(call, groups);
    const template = templateOf(group, group.warm ?? '');
    const waiting = { InstanceId: 'i-0warm', LifecycleState: 'Warmed:Stopped', LaunchTemplate: template };
    return { Instances: { member: group.warm === undefined ? [] : [waiting] } };
  },
  DescribeScalingActivities: ({ call, groups }) => {
    call.authorize({ action: 'autoscaling:DescribeScalingActivities', resource: '*' });
    const { refreshes, stated } = named(call, groups);
    const failed = stated.stuck || refreshes.some(({ reason }) => reason.includes('health checks'));
    const StatusMessage = stated.stuck
      ? 'We currently do not have sufficient t3.large capacity in the Availability Zone you requested (eu-west-1a).'
      : 'Instance failed to complete user data & was terminated';
    const activity = { StatusCode: 'Failed', StatusMessage };
    return { Activities: { member: failed ? [activity] : [] } };
  },
  StartInstanceRefresh: ({ core, call, groups }) => {
    const group = authorized(call, groups);
    const version = desiredVersion(call, group);
    if (group.refreshes.some(isOngoing)) {
      throw new AwsError(
        'InstanceRefreshInProgress',
        400,
        'An Instance Refresh is already in progress and blocks the execution.',
      );
    }
    const autoRollback = call.input['Preferences.AutoRollback'] === 'true';
    if (autoRollback && !isReversible(group, version)) {
      throw new AwsError('ValidationError', 400, 'AutoRollback needs a desired configuration with a numbered version.');
    }
    Object.assign(call.entry.params, { ...call.input });
    return { InstanceRefreshId: beginRefresh(core, group, { version, autoRollback }).id };
  },
  RollbackInstanceRefresh: ({ call, groups }) => {
    const group = authorized(call, groups);
    const active = activeRefresh(group);
    if (!isReversible(group, active.version)) {
      throw new AwsError('IrreversibleInstanceRefresh', 400, 'The refresh has no configuration to go back to.');
    }
    active.status = 'RollbackInProgress';
    return { InstanceRefreshId: active.id };
  },
  CancelInstanceRefresh: ({ call, groups }) => {
    const active = activeRefresh(authorized(call, groups));
    active.status = 'Cancelling';
    return { InstanceRefreshId: active.id };
  },
};

/** The versions of launch templates, which belong to EC2. */
export function makeEc2(core: Core): Service {
  const groups = readGroups(core);
  return {
    name: 'ec2',
    protocol: 'query',
    handle: (call) => {
      call.authorize({ action: `ec2:${call.action}`, resource: '*' });
      if (call.action !== 'DescribeLaunchTemplateVersions') {
        throw new AwsError('InvalidAction', 400, `the sandbox's EC2 has no ${call.action}`);
      }
      const group = own(call, groups).find((it) => templateId(it) === call.input.LaunchTemplateId);
      const version = Number(call.input['LaunchTemplateVersion.1']);
      if (!group || !(version >= 1 && version <= group.stated.versions)) {
        throw new AwsError('InvalidLaunchTemplateId.VersionNotFound', 400, 'Could not find the specified version.');
      }
      const launchTemplateData = {
        imageId: group.stated.image ?? 'ami-1',
        iamInstanceProfile: { name: 'web' },
        ...(group.stated.tags ? { tagSpecificationSet: { item: [{ resourceType: 'instance' }] } } : {}),
      };
      const item = { launchTemplateId: templateId(group), versionNumber: version, launchTemplateData };
      return answered({ DescribeLaunchTemplateVersionsResponse: { launchTemplateVersionSet: { item: [item] } } });
    },
  };
}

function answered(root: { readonly [element: string]: XmlValue }): Answer {
  return { headers: { 'content-type': 'text/xml' }, body: xml(root) };
}

/** A desired configuration also needs what launching needs. */
function desiredVersion(call: ServiceCall, group: GroupState): string | undefined {
  const prefix = group.stated.mixed
    ? 'DesiredConfiguration.MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification'
    : 'DesiredConfiguration.LaunchTemplate';
  const version = call.input[`${prefix}.Version`];
  if (version === undefined) return undefined;
  if (call.input[`${prefix}.LaunchTemplateName`] !== undefined) {
    throw new AwsError(
      'ValidationError',
      400,
      'Valid requests must contain either LaunchTemplateId or LaunchTemplateName',
    );
  }
  const { region, account } = group;
  const context = { 'ec2:LaunchTemplate': `arn:aws:ec2:${region}:${account}:launch-template/${templateId(group)}` };
  call.authorize({ action: 'ec2:RunInstances', resource: `arn:aws:ec2:${region}:${account}:instance/*`, context });
  if (group.stated.tags) {
    const created = { 'ec2:CreateAction': 'RunInstances' };
    call.authorize({
      action: 'ec2:CreateTags',
      resource: `arn:aws:ec2:${region}:${account}:instance/*`,
      context: created,
    });
  }
  const passed = { 'iam:PassedToService': 'ec2.amazonaws.com' };
  call.authorize({ action: 'iam:PassRole', resource: `arn:aws:iam::${account}:role/web-instance`, context: passed });
  return String(version);
}

function isReversible({ version: current, stated }: GroupState, version: string | undefined): boolean {
  const floats = !/^\d+$/.test(stated.ownVersion ?? '1');
  return version !== undefined && /^\d+$/.test(current) && !floats && !stated.image?.startsWith('resolve:ssm:');
}

function activeRefresh({ refreshes }: GroupState): RefreshState {
  const active = refreshes.find(isOngoing);
  if (active) return active;
  throw new AwsError('ActiveInstanceRefreshNotFound', 400, 'No in progress or pending Instance Refresh found.');
}

function own(call: ServiceCall, groups: readonly GroupState[]): GroupState[] {
  return groups.filter(({ account, region }) => account === call.caller.account && region === call.region);
}

function named(call: ServiceCall, groups: readonly GroupState[]): GroupState {
  const group = own(call, groups).find(({ name }) => name === call.input.AutoScalingGroupName);
  if (group) return group;
  throw new AwsError('ValidationError', 400, 'AutoScalingGroup name not found - AutoScalingGroup not found');
}

function authorized(call: ServiceCall, groups: readonly GroupState[]): GroupState {
  const group = named(call, groups);
  call.authorize({ action: `autoscaling:${call.action}`, resource: arnOf(group) });
  return group;
}

function arnOf({ region, account, name }: GroupState): string {
  return `arn:aws:autoscaling:${region}:${account}:autoScalingGroup:3f2c:autoScalingGroupName/${name}`;
}

function templateId({ name }: GroupState): string {
  return `lt-${Buffer.from(name).toString('hex')}`;
}

/** Of an instance or an override that is not of the group's own launch template. */
function otherTemplate({ ownVersion = '1' }: GroupState['stated']): XmlValue {
  return { LaunchTemplateId: 'lt-0arm', LaunchTemplateName: 'arm', Version: ownVersion };
}

function templateOf(group: GroupState, version: string): Record<string, XmlValue> {
  return { LaunchTemplateId: templateId(group), LaunchTemplateName: group.name, Version: version };
}

function described(group: GroupState): XmlValue {
  const { name, stated, version, instances } = group;
  const template = templateOf(group, version);
  return {
    AutoScalingGroupName: name,
    AutoScalingGroupARN: arnOf(group),
    DesiredCapacity: instances.length,
    HealthCheckType: stated.healthChecks ?? 'EC2',
    NewInstancesProtectedFromScaleIn: stated.protectsNew ?? false,
    TargetGroupARNs: { member: stated.balanced ? ['arn:aws:elasticloadbalancing:…:targetgroup/web/1'] : [] },
    ...(stated.warm === undefined ? {} : { WarmPoolConfiguration: { MinSize: 1, PoolState: 'Stopped' } }),
    ...(stated.mixed ? { MixedInstancesPolicy: mixedInstances(stated, template) } : { LaunchTemplate: template }),
    Instances: { member: instancesOf(group) },
    SuspendedProcesses: { member: (stated.suspended ?? []).map((ProcessName) => ({ ProcessName })) },
  };
}

function mixedInstances(stated: GroupState['stated'], template: XmlValue): XmlValue {
  const first = stated.ownTemplate
    ? { InstanceType: 'm7g.large', LaunchTemplateSpecification: otherTemplate(stated) }
    : { InstanceType: 'm5.large' };
  return {
    LaunchTemplate: {
      LaunchTemplateSpecification: template,
      Overrides: { member: [first, { InstanceType: 'm6i.large' }, { InstanceRequirements: REQUIREMENTS }] },
    },
    InstancesDistribution: { OnDemandPercentageAboveBaseCapacity: 50, SpotMaxPrice: '' },
  };
}

/** Instance types by what they have. One list in it has elements of another name than all others. */
const REQUIREMENTS = {
  VCpuCount: { Min: 2 },
  CpuManufacturers: { member: ['intel'] },
  BaselinePerformanceFactors: { Cpu: { Reference: { item: [{ InstanceFamily: 'c6i' }] } } },
};

function instancesOf(group: GroupState): XmlValue[] {
  const { stated, instances } = group;
  const leaving = {
    InstanceId: 'i-0leaving',
    LifecycleState: 'Terminating:Wait',
    ProtectedFromScaleIn: false,
    LaunchTemplate: templateOf(group, stated.leaving ?? ''),
  };
  const staying = instances.map((it, at) => ({
    InstanceId: it.id,
    LifecycleState: at === 0 && stated.held ? stated.held : stated.standby?.includes(at) ? 'Standby' : 'InService',
    ProtectedFromScaleIn: stated.protected?.includes(at) ?? false,
    LaunchTemplate:
      stated.ownTemplate && at === 0
        ? otherTemplate(stated)
        : {
            ...templateOf(group, it.version),
            ...(stated.formerTemplate && it.generation === 0 ? { LaunchTemplateId: 'lt-0former' } : {}),
          },
  }));
  return stated.leaving ? [...staying, leaving] : staying;
}

function refreshed({ instances }: GroupState, { id, status, reason, started, generation }: RefreshState): XmlValue {
  const left = instances.filter((it) => it.generation < generation).length;
  return {
    InstanceRefreshId: id,
    Status: status,
    StatusReason: reason || undefined,
    StartTime: new Date(started).toISOString(),
    PercentageComplete: Math.round(100 * (1 - left / Math.max(1, instances.length))),
    InstancesToUpdate: left,
  };
}
