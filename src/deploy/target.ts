import { Refused } from '../aws/client.ts';
import { consoleUrl } from '../aws/partition.ts';
import type { Statement } from '../aws/policy.ts';
import type { Problem } from '../base/problem.ts';
import type { Access, ComingImage } from '../job.ts';
import type { DeployLine } from './line.ts';
import type { Published } from './published.ts';
import type { DeploySettings } from './request.ts';
import type { Watch } from './wait.ts';

/** What is planned for one target. */
export interface TargetPlan {
  /** `ecs:prod/web` */
  readonly target: string;
  /** What serves now: a digest, a version, a revision. */
  readonly before: string;
  /** What is to serve; undefined: not known before it is pushed or uploaded. */
  readonly after: string | undefined;
  /** `web: sha256:a… → sha256:b…`; empty: it serves already, and there is nothing to do. */
  readonly changes: readonly string[];
  /** A rollout that is under way, in words. */
  readonly underWay: string | undefined;
  /** What works and cannot be undone, and what to change. */
  readonly warnings: readonly string[];
  readonly notices: readonly string[];
  readonly permissions: readonly Statement[];
}

export type State = 'unchanged' | 'started' | 'succeeded' | 'rolled back' | 'superseded' | 'stopped' | 'failed';

/** What became of one target. */
export interface Outcome {
  readonly target: string;
  readonly before: string;
  readonly after: string;
  /** The deployment's id or ARN; empty when there is none. */
  readonly id: string;
  readonly state: State;
  /** Whether something else serves at the end than before; a rollout that is not waited for counts. */
  readonly isChanged: boolean;
  /** Address of the console's page. */
  readonly console: string;
  /** Anything but success. */
  readonly problem?: Problem;
  /** What it came to ask, where that was less than planned: what serves already turned out to be what was published. */
  readonly permissions?: readonly Statement[];
}

/** What a kind of target works with. */
export interface Stage {
  readonly access: Access;
  readonly settings: DeploySettings;
  readonly published: Published;
  /** Auto Scaling groups whose instances this step replaces. */
  readonly refreshed: ReadonlySet<string>;
  readonly watch: Watch;
}

/** One target of the step. */
export interface Roller {
  readonly target: DeployLine['target'];
  /** Reads and checks. @throws Problem or Problems: all that would keep the rollout from succeeding. */
  plan(): Promise<TargetPlan>;
  /** What this step is to push is looked at before it is. @throws Problem or Problems: what would keep the rollout from succeeding */
  check?(plan: TargetPlan, coming: readonly ComingImage[]): Promise<void>;
  /** Tasks that run before anything is rolled out (`deploy-first`). @throws Problem when one fails */
  first?(plan: TargetPlan): Promise<void>;
  apply(plan: TargetPlan): Promise<Outcome>;
}

/** How a rollout ended, as far as it differs from one end to another. */
export interface Ending {
  readonly state: State;
  readonly isChanged: boolean;
  readonly problem?: Problem;
}

/** What a rollout has whatever its end. */
export interface Rollout {
  readonly plan: TargetPlan;
  readonly after: string;
  readonly id: string;
  /** The console's page: its path, with everything in it percent-encoded; empty when there is none. */
  readonly page: string;
}

export function outcomeOf(
  { plan, after, id, page }: Rollout,
  ending: Ending,
  { session }: Pick<Access, 'session'>,
): Outcome {
  const console = page === '' ? '' : consoleUrl(session, page);
  return { target: plan.target, before: plan.before, after, id, console, ...ending };
}

/** The outcome of a target that already runs what it should. @param found the plan that found it so, after the push */
export function unchanged({ target, before }: TargetPlan, { permissions }: TargetPlan): Outcome {
  return { target, before, after: before, id: '', state: 'unchanged', isChanged: false, console: '', permissions };
}

/** `sha256:` and twelve digits: enough to tell two apart. */
export function short(digest: string): string {
  return digest.startsWith('sha256:') ? `${digest.slice(0, 19)}…` : digest;
}

/** Whether AWS said so in one of these codes. */
export function isRefused(thrown: unknown, ...codes: readonly string[]): thrown is Refused {
  return thrown instanceof Refused && codes.includes(thrown.code);
}
