import type { Json } from '../../aws/api.ts';
import type { XmlNode, XmlValue } from '../../aws/xml.ts';
import { Problem } from '../../base/problem.ts';
import type { GroupRollout } from '../request.ts';
import type { Stage, TargetPlan } from '../target.ts';
import { type Instance, ONGOING, openScaling, type Scaling, type ScalingGroup, type TemplateVersion } from './api.ts';
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

/** Without these a refresh stands still. */
const NEEDED_PROCESSES = ['Launch', 'Terminate'];

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
  checkInstances(group, name);
  const found = version === undefined ? undefined : await templateVersion(scaling, { group, version, on: name });
  const isDone = version !== undefined && hasVersion(group, version);
  const usesParameter = found?.image.startsWith('resolve:ssm:') ?? false;
  const isNumbered = /^\d+$/.test(group.template?.version ?? '');
  const isReversible = version !== undefined && isNumbered && !usesParameter;
  const before = group.template ? `template:${group.template.version}` : 'its launch configuration';
  return {
    target: name,
    before,
    after: version === undefined ? before : `template:${version}`,
    changes: isDone ? [] : [changeOf(group, before, version)],
    underWay,
    warnings: isDone ? [] : warningsFor(name, { group, version, isNumbered, usesParameter }),
    notices:
      isDone || version !== undefined || settings.onFailure === 'leave'
        ? []
        : [`${name}: what instances read at boot is not rolled back; a failed refresh leaves new and old instances`],
    permissions: permissionsFor(group, {
      session: access.session,
      target,
      version,
      found,
      isDone,
      isReversible,
      settings,
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

/** By default a refresh waits an hour for such instances, and fails then. */
function checkInstances({ instances, suspended, arn }: ScalingGroup, on: string): void {
  const guarded = instances.filter(({ isProtected }) => isProtected).map(({ id }) => id);
  const standby = instances.filter(({ state }) => /Standby/.test(state)).map(({ id }) => id);
  const stopped = NEEDED_PROCESSES.filter((it) => suspended.includes(it));
  const group = arn.split('autoScalingGroupName/').at(-1);
  if (guarded.length > 0) {
    throw new Problem({
      what: `${guarded.join(', ')} ${guarded.length === 1 ? 'is' : 'are'} protected from scale in, and would not be replaced`,
      on,
      fix: `aws autoscaling set-instance-protection --no-protected-from-scale-in --auto-scaling-group-name ${group} --instance-ids ${guarded.join(' ')}`,
    });
  }
  if (standby.length > 0) {
    throw new Problem({
      what: `${standby.join(', ')} ${standby.length === 1 ? 'is' : 'are'} in standby, and would not be replaced`,
      on,
      fix: `aws autoscaling exit-standby --auto-scaling-group-name ${group} --instance-ids ${standby.join(' ')}`,
    });
  }
  if (stopped.length > 0) {
    throw new Problem({
      what: `the process${stopped.length === 1 ? '' : 'es'} ${stopped.join(', ')} of the group ${stopped.length === 1 ? 'is' : 'are'} suspended, so that no instance would be replaced`,
      on,
      fix: `aws autoscaling resume-processes --auto-scaling-group-name ${group} --scaling-processes ${stopped.join(' ')}`,
    });
  }
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
    new Problem({ what: `the launch template ${group.template?.id} has no version ${version}`, on, cause });
  try {
    const found = await scaling.version({ id: group.template.id, version });
    if (found) return found;
  } catch (thrown) {
    throw (thrown as { code?: string }).code === 'InvalidLaunchTemplateId.VersionNotFound' ? none(thrown) : thrown;
  }
  throw none();
}

function changeOf({ instances }: ScalingGroup, before: string, version: string | undefined): string {
  const count = `${instances.length} instance${instances.length === 1 ? '' : 's'}`;
  return version === undefined ? `${count} are replaced (${before})` : `${count}: ${before} → template:${version}`;
}

interface WarningFacts {
  readonly group: ScalingGroup;
  readonly version: string | undefined;
  readonly isNumbered: boolean;
  readonly usesParameter: boolean;
}

/** Whether the group and its instances have a version of the group's own template: another template has the same numbers. */
function hasVersion({ template, instances, overrides }: ScalingGroup, version: string): boolean {
  const isAt = (it: Instance) =>
    it.template?.id === template?.id ? it.template?.version === version : overrides.has(it.template?.id ?? '');
  return template?.version === version && instances.every(isAt);
}

function warningsFor(name: string, { group, version, isNumbered, usesParameter }: WarningFacts): string[] {
  const { template } = group;
  const cannot = `${name}: the refresh cannot be rolled back, because`;
  return [
    ...(template && !isNumbered
      ? [
          `${cannot} the group uses the version ${template.version} of its launch template. Give the group a number, and write template:VERSION => ${name}`,
        ]
      : []),
    ...(usesParameter
      ? [`${cannot} version ${version} takes its AMI from a parameter of SSM. Give it the id of an AMI`]
      : []),
    ...(version !== undefined && group.overrides.size > 0
      ? [
          `${name}: version ${version} does not reach instances of the type ${[...group.overrides.values()].join(', ')}, because the group's overrides name a launch template of their own for it`,
        ]
      : []),
    ...(group.instances.length === 0 ? [`${name}: the group has no instances, so nothing proves that it works`] : []),
  ];
}

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
