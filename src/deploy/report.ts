import { inCode, link, prose, table } from '../base/markdown.ts';
import { counted } from '../base/units.ts';
import type { Report } from '../job.ts';
import type { DeployResult } from './apply.ts';
import { type DeployPlan, isDone } from './plan.ts';
import { short } from './target.ts';

/** Log lines, outputs and summary of the rollouts of a step. */
export function reportDeploy(plan: DeployPlan, result: DeployResult | undefined): Report {
  const changes = plan.targets.some((it) => !isDone(it));
  return { changes, ...(result ? ofOutcomes(result) : ofPlan(plan)) };
}

/** Of a dry run. */
function ofPlan({ targets }: DeployPlan): Omit<Report, 'changes'> {
  const toDo = targets.filter((it) => !isDone(it));
  // What the step publishes may turn out to serve already.
  const most = toDo.some(({ after }) => after === undefined) ? 'at most ' : '';
  return {
    headline: `${most}${toDo.length} of ${counted(targets.length, 'target')} to roll out`,
    lines: targets.map(({ target, changes: told }) => `${target}: ${told.join('; ') || 'nothing to do'}`),
    outputs: { 'deploy-changed': 'false' },
    summary: section(
      ['target', 'serves now', 'change'],
      targets.map((it) => [
        inCode(it.target),
        inCode(shortly(it.before)),
        isDone(it) ? 'nothing to do' : it.changes.map(prose).join('<br>') || prose(it.underWay ?? ''),
      ]),
    ),
  };
}

function ofOutcomes({ outcomes }: DeployResult): Omit<Report, 'changes'> {
  return {
    headline: headline(outcomes),
    lines: outcomes.map(lineOf),
    outputs: {
      deployments: JSON.stringify(
        outcomes.map(({ target, before, after, id, state, seconds, console }) => ({
          target,
          before,
          after,
          id,
          state,
          seconds,
          console,
        })),
      ),
      'deploy-changed': String(outcomes.some(({ isChanged }) => isChanged)),
    },
    summary: section(['target', 'state', 'serves', 'time:'], outcomes.map(rowOf)),
  };
}

type Result = DeployResult['outcomes'][number];

/** `2 succeeded, 1 rolled back` */
function headline(outcomes: readonly Result[]): string {
  const states = Map.groupBy(outcomes, ({ state }) => state);
  return [...states].map(([state, all]) => `${all.length} ${state}`).join(', ');
}

const UNSURE = 'the error tells what serves';

/** What serves in the end, where that is one thing. */
function servesOf({ state, isChanged, before, after }: Result): string {
  if (state === 'succeeded' || state === 'started') return after;
  return isChanged ? UNSURE : before;
}

function lineOf(outcome: Result): string {
  const { target, state, after, seconds } = outcome;
  if (state === 'unchanged') return `${target}: ${after} serves already`;
  return `${target}: ${state}, ${servesOf(outcome)}, ${seconds} s`;
}

function rowOf(outcome: Result): string[] {
  const { target, state, seconds, console } = outcome;
  const name = inCode(target);
  const serves = servesOf(outcome);
  return [
    console ? link(name, console) : name,
    state,
    serves === UNSURE ? serves : inCode(shortly(serves)),
    `${seconds} s`,
  ];
}

/** The plan as data: no more of it than a reader needs. */
export function describeDeploy({ targets, settings }: DeployPlan): unknown {
  const { wait, timeoutMinutes, onFailure, busy } = settings;
  return {
    targets: targets.map(({ target, before, after, changes, underWay, warnings }) => ({
      target,
      before,
      after: after ?? null,
      changes,
      ...(underWay ? { underWay } : {}),
      warnings,
    })),
    wait,
    timeoutMinutes,
    onFailure,
    busy,
  };
}

/** Of an image its last name and the first digits of its digest. */
function shortly(text: string): string {
  return text
    .split(', ')
    .map((one) => {
      const [name = '', digest] = one.split('@');
      return digest ? `${name.split('/').at(-1)}@${short(digest)}` : one;
    })
    .join(', ');
}

function section(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  return ['### Rollout', '', table({ heads, rows })].join('\n');
}
