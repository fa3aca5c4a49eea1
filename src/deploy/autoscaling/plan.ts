import type { Json } from '../../aws/api.ts';
import type { XmlNode, XmlValue } from '../../aws/xml.ts';
import { Problem } from '../../base/problem.ts';
import { counted } from '../../base/units.ts';
import type { GroupRollout } from '../request.ts';
import type { Stage, TargetPlan } from '../target.ts';
import { type Instance, ONGOING, openScaling, type Scaling, type ScalingGroup, type TemplateVersion } from './api.ts';
import { checkGroup } from './checks.ts';
import { permissionsFor } from './permissions.ts';

/** A group whose instances are to be replaced. */
export interface GroupPlan extends TargetPlan {
  readonly group: ScalingGroup;
  /** Of StartInstanceRefresh; undefined: the group's own configuration. */
  readonly desired: Json | undefined;
  /** The version of the launch template that is to serve; undefined: that of the group. */
  readonly version: string | undefined;
  /** Whether AWS can go back: it needs a desired configuration, and numbered versions of it and of the group. */
  readonly isReversible: boolean;
}

/**
 * Reads the group, its refreshes and the version of its launch template; writes nothing.
 * @throws Problem or Problems: what would keep the refresh from succeeding
 */
export async function planGroup({ target, template }: GroupRollout, { access, settings }: Stage): Promise<GroupPlan> {
  const name = `asg:${target.group}`;
  const scaling = openScaling(target.group, access);
  const group = await scaling.group();
  if (!group) {
    throw new Problem({
      what: `there is no Auto Scaling group ${target.group}`,
      on: name,
      fix: 'check the region and the account',
    });
  }
  const underWay = await refreshUnderWay(scaling);
  const version = template === undefined ? undefined : String(template);
  checkGroup(group, name);
  const found = version === undefined ? undefined : await templateVersion(scaling, { group, version, on: name });
  const waiting = version !== undefined && group.hasWarmPool ? await scaling.warmPool() : [];
  const isDone = version !== undefined && hasVersion(group, { version, waiting });
  const obstacles = version === undefined ? [] : obstaclesTo(group, { version, image: found?.image ?? '' });
  const isReversible = version !== undefined && obstacles.length === 0;
  const before = group.template ? `template:${group.template.version}` : 'its launch configuration';
  return {
    target: name,
    before,
    after: version === undefined ? before : `template:${version}`,
    changes: isDone ? [] : [changeOf(group, { before, version, waiting: waiting.length })],
    underWay,
    warnings: isDone ? [] : warningsFor(name, { group, version, obstacles }),
    notices:
      isDone || version !== undefined || settings.onFailure === 'leave'
        ? []
        : [`${name}: what instances read at boot is not rolled back; a failed refresh leaves new and old instances`],
    permissions: permissionsFor(group, {
      ...{ session: access.session, target, version, found, isDone, isReversible, settings },
      hasWarmPool: group.hasWarmPool,
    }),
    group,
    desired: version === undefined ? undefined : desiredFor(group, version),
    version,
    isReversible,
  };
}

export async function refreshUnderWay(scaling: Scaling): Promise<string | undefined> {
  const refresh = (await scaling.refreshes()).find(({ status }) => ONGOING.includes(status));
  return refresh && `instance refresh ${refresh.id} is ${refresh.status}`;
}

async function templateVersion(
  scaling: Scaling,
  { group, version, on }: { readonly group: ScalingGroup; readonly version: string; readonly on: string },
): Promise<TemplateVersion> {
  if (!group.template) {
    throw new Problem({
      what: 'the group has a launch configuration, and no launch template',
      on,
      fix: 'give the group a launch template, or write asg:GROUP without a version',
    });
  }
  const none = (cause?: unknown) =>
    new Problem({
      what: `the launch template ${group.template?.id} has no version ${version}`,
      on,
      fix: `write a version that it has: aws ec2 describe-launch-template-versions --launch-template-id ${group.template?.id}`,
      cause,
    });
  try {
    const found = await scaling.version({ id: group.template.id, version });
    if (found) return found;
  } catch (thrown) {
    throw (thrown as { code?: string }).code === 'InvalidLaunchTemplateId.VersionNotFound' ? none(thrown) : thrown;
  }
  throw none();
}

function changeOf(
  { instances }: ScalingGroup,
  {
    before,
    version,
    waiting,
  }: { readonly before: string; readonly version: string | undefined; readonly waiting: number },
): string {
  const count = `${counted(instances.length, 'instance')}${waiting > 0 ? ` and ${waiting} in the warm pool` : ''}`;
  return version === undefined ? `${count} are replaced (${before})` : `${count}: ${before} → template:${version}`;
}

/**
 * Whether the group and its instances have a version of the group's own template: another template has the same numbers.
 * @param waiting instances of the warm pool, which serve later as they are
 */
function hasVersion(
  { template, instances, overrides }: ScalingGroup,
  { version, waiting }: { readonly version: string; readonly waiting: readonly Instance[] },
): boolean {
  const isAt = (it: Instance) =>
    it.template?.id === template?.id ? it.template?.version === version : overrides.has(it.template?.id ?? '');
  return template?.version === version && [...instances, ...waiting].every(isAt);
}

/**
 * Why Auto Scaling could not go back from a version, each with what to do.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-rollback.html
 */
function obstaclesTo(
  { template, overrides }: ScalingGroup,
  { version, image }: { readonly version: string; readonly image: string },
): string[] {
  const isNumber = (it: string) => /^\d+$/.test(it);
  const floating = [...overrides.values()].filter((it) => !isNumber(it.version));
  return [
    ...(template && !isNumber(template.version)
      ? [`the group uses the version ${template.version} of its launch template. Give the group a number`]
      : []),
    ...floating.map(
      (it) => `the override for ${it.type} uses the version ${it.version} of its launch template. Give it a number`,
    ),
    // https://github.com/hashicorp/terraform-provider-aws/issues/34189
    ...(template?.version === version
      ? [
          `the group itself names version ${version} already, and has no other to go back to. Let this step bring the version, and leave it out of what sets up the group`,
        ]
      : []),
    ...(image.startsWith('resolve:ssm:')
      ? [`version ${version} takes its AMI from a parameter of SSM. Give it the id of an AMI`]
      : []),
  ];
}

interface WarningFacts {
  readonly group: ScalingGroup;
  readonly version: string | undefined;
  readonly obstacles: readonly string[];
}

function warningsFor(name: string, { group, version, obstacles }: WarningFacts): string[] {
  const { template, overrides, instances, isBalanced, healthChecks, suspended } = group;
  const cannot = `${name}: the refresh cannot be rolled back, because`;
  const floats = template !== undefined && !/^\d+$/.test(template.version);
  return [
    ...(version === undefined && floats
      ? [
          `${cannot} the group uses the version ${template.version} of its launch template. Give the group a number, and write template:VERSION => ${name}`,
        ]
      : []),
    ...obstacles.map((why) => `${cannot} ${why}`),
    ...(version !== undefined && overrides.size > 0
      ? [
          `${name}: version ${version} does not reach instances of the type ${[...overrides.values()].map(({ type }) => type).join(', ')}, because the group's overrides name a launch template of their own for it`,
        ]
      : []),
    ...(instances.length === 0 ? [`${name}: the group has no instances, so nothing proves that it works`] : []),
    ...(isBalanced && !healthChecks.some((it) => OF_BALANCERS.includes(it))
      ? [
          `${name}: a refresh counts an instance as healthy to which the load balancer sends no traffic, because the group's health checks are ${healthChecks.join(', ')} alone. Set its health check type to ELB`,
        ]
      : []),
    ...(suspended.includes('HealthCheck')
      ? [
          `${name}: a refresh counts every instance as healthy, because the process HealthCheck of the group is suspended`,
        ]
      : []),
  ];
}

/** Types of health checks that ask the load balancer. */
const OF_BALANCERS = ['ELB', 'VPC_LATTICE'];

/** The group's own configuration with another version, whole: what is left out of a mixed policy would be lost. */
function desiredFor({ template, mixedPolicy }: ScalingGroup, version: string): Json {
  const own = { LaunchTemplateId: template?.id, Version: version };
  if (!mixedPolicy) return { LaunchTemplate: own };
  const policy = withoutNames(mixedPolicy) as { LaunchTemplate?: Json };
  return {
    MixedInstancesPolicy: { ...policy, LaunchTemplate: { ...policy.LaunchTemplate, LaunchTemplateSpecification: own } },
  };
}

/** Answers name a template by id and by name; a request may use one of the two. */
function withoutNames(value: XmlValue): unknown {
  if (typeof value === 'string') return value === '' ? undefined : value;
  if (Array.isArray(value)) return value.map(withoutNames);
  const node = value as XmlNode;
  const kept = Object.entries(node).filter(([name]) => name !== 'LaunchTemplateName' || !('LaunchTemplateId' in node));
  return Object.fromEntries(kept.map(([name, it]) => [name, withoutNames(it)]));
}
