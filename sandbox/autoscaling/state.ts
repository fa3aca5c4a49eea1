import type { Core } from '../service.ts';
import { sectionOf } from '../world.ts';

/** A group as the world file states it. */
export interface GroupWorld {
  /** The version of its launch template that it names: a number, `$Latest` or `$Default`. */
  readonly template: string;
  /** How many versions the launch template has. */
  readonly versions: number;
  readonly instances: number;
  /** The AMI of each version; a parameter of SSM where it begins with `resolve:ssm:`. */
  readonly image?: string;
  /** Places of instances that are protected from scale in, or in standby. */
  readonly protected?: readonly number[];
  readonly standby?: readonly number[];
  readonly suspended?: readonly string[];
  readonly mixed?: boolean;
  /** One of the overrides of its mixed policy names a launch template of its own, which the first instance has. */
  readonly ownTemplate?: boolean;
  /** Its instances were launched from another launch template, which the group named before. */
  readonly formerTemplate?: boolean;
  /** The version that this override names; 1 when left out. */
  readonly ownVersion?: string;
  /** The version of an instance that waits in a warm pool. */
  readonly warm?: string;
  /** A target group sends it traffic. */
  readonly balanced?: boolean;
  /** `HealthCheckType`; EC2 when left out. */
  readonly healthChecks?: string;
  /** Whether it protects what it launches from scale in. */
  readonly protectsNew?: boolean;
  /** The version that the group names, where its instances have `template`: infrastructure code has changed it. */
  readonly named?: string;
  /** A lifecycle hook keeps an instance of another version in the group, long after it was replaced. */
  readonly leaving?: string;
  /** The launch template tags what it launches. */
  readonly tags?: boolean;
  /** Somebody cancels, or cancels and begins another one, when a refresh has been looked at so often. */
  readonly cancelledAtLook?: number;
  readonly rivalAtLook?: number;
  /** A lifecycle hook holds the first instance. */
  readonly held?: 'Pending:Wait' | 'Terminating:Wait';
  /** A refresh never ends. */
  readonly stuck?: boolean;
}

/** How instances of a version run, in the world's section `runs` by `template:7`; `boot`: what they read at boot. */
export interface GroupRunWorld {
  readonly unhealthy?: boolean;
}

export interface InstanceState {
  id: string;
  version: string;
  /** Counts up with each replacement of the group's instances. */
  generation: number;
}

export interface RefreshState {
  readonly id: string;
  readonly started: number;
  readonly version: string | undefined;
  readonly autoRollback: boolean;
  readonly generation: number;
  status: string;
  reason: string;
  looks: number;
}

export interface GroupState {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly stated: GroupWorld;
  /** What the group names now. */
  version: string;
  /** The version of the instance in its warm pool. */
  warm: string | undefined;
  readonly instances: InstanceState[];
  readonly refreshes: RefreshState[];
}

const ONGOING = ['Pending', 'InProgress', 'Baking', 'Cancelling', 'RollbackInProgress'];

export function isOngoing({ status }: RefreshState): boolean {
  return ONGOING.includes(status);
}

export function readGroups(core: Core): GroupState[] {
  const { region } = core.world;
  return Object.entries(sectionOf<Record<string, GroupWorld>>(core.world, 'autoscaling')).flatMap(([account, groups]) =>
    Object.entries(groups).map(([name, stated]) => {
      const state: GroupState = {
        ...{ account, region, name, stated, version: stated.template, refreshes: [], instances: [], warm: stated.warm },
      };
      for (let at = 0; at < stated.instances; at++) {
        state.instances.push({ id: instanceId(name, at, 0), version: resolved(state), generation: 0 });
      }
      if (stated.named) state.version = stated.named;
      publish(core, state);
      return state;
    }),
  );
}

/** The number that the group's version stands for. */
export function resolved({ version, stated }: Pick<GroupState, 'version' | 'stated'>): string {
  return /^\d+$/.test(version) ? version : String(version === '$Latest' ? stated.versions : 1);
}

function instanceId(name: string, at: number, generation: number): string {
  return `i-${Buffer.from(`${name}${at}${generation}`).toString('hex').padEnd(17, '0').slice(-17)}`;
}

export function beginRefresh(
  core: Core,
  state: GroupState,
  { version, autoRollback }: { readonly version: string | undefined; readonly autoRollback: boolean },
): RefreshState {
  const refresh: RefreshState = {
    id: crypto.randomUUID(),
    started: Math.max(core.clock.now(), (state.refreshes.at(-1)?.started ?? 0) + 1_000),
    ...{ version, autoRollback, generation: state.refreshes.length + 1, status: 'Pending', reason: '', looks: 0 },
  };
  state.refreshes.push(refresh);
  return refresh;
}

/** A look lets the refresh replace one more instance. */
export function look(core: Core, state: GroupState): void {
  const refresh = state.refreshes.at(-1);
  if (!refresh || !isOngoing(refresh)) return;
  refresh.looks++;
  const { cancelledAtLook, rivalAtLook, stuck } = state.stated;
  if (refresh.looks === cancelledAtLook)
    Object.assign(refresh, { status: 'Cancelled', reason: 'Cancelled due to user request.' });
  else if (refresh.looks === rivalAtLook) {
    refresh.status = 'Cancelled';
    beginRefresh(core, state, { version: undefined, autoRollback: false }).looks = 1_000;
  } else if (refresh.status === 'Pending') refresh.status = 'InProgress';
  else if (refresh.status === 'Cancelling') refresh.status = 'Cancelled';
  else if (refresh.status === 'RollbackInProgress') rollBack(state, refresh);
  else if (!stuck) replaceOne(core, state, refresh);
  publish(core, state);
}

function replaceOne(core: Core, state: GroupState, refresh: RefreshState): void {
  const version = refresh.version ?? resolved(state);
  const at = state.instances.findIndex(({ generation }) => generation < refresh.generation);
  const run = sectionOf<GroupRunWorld>(core.world, 'runs')[`template:${version}`];
  if (run?.unhealthy) {
    refresh.reason = `The instance refresh failed: instances of version ${version} do not pass the health checks of the group.`;
    if (refresh.autoRollback) refresh.status = 'RollbackInProgress';
    else refresh.status = 'Failed';
    if (at >= 0) Object.assign(state.instances[at]!, { version, generation: refresh.generation });
    return;
  }
  if (at >= 0)
    Object.assign(state.instances[at]!, {
      id: instanceId(state.name, at, refresh.generation),
      version,
      generation: refresh.generation,
    });
  if (state.instances.some(({ generation }) => generation < refresh.generation)) return;
  refresh.status = 'Successful';
  if (state.warm !== undefined) state.warm = version;
  if (refresh.version) state.version = refresh.version;
}

function rollBack(state: GroupState, refresh: RefreshState): void {
  for (const instance of state.instances) instance.version = resolved(state);
  refresh.status = 'RollbackSuccessful';
}

/** Which version each instance has, and how often it was replaced. */
export function publish({ serving }: Core, { name, instances }: GroupState): void {
  serving.set(
    `asg:${name}`,
    instances.map(({ version, generation }) => `template:${version}#${generation}`).join(', '),
  );
}
