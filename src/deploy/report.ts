import type { Report } from '../job.ts';
import type { DeployResult } from './apply.ts';
import { type DeployPlan, isDone } from './plan.ts';
import { short } from './target.ts';

/** Log lines, outputs and summary of the rollouts of a step. */
export function reportDeploy({ targets }: DeployPlan, result: DeployResult | undefined): Report {
  if (!result) {
    return {
      lines: targets.map(({ target, changes }) => `${target}: ${changes.join('; ') || 'nothing to do'}`),
      outputs: { 'deploy-changed': 'false' },
      summary: table(
        ['target', 'serves now', 'change'],
        targets.map((it) => [code(it.target), code(it.before), isDone(it) ? 'nothing to do' : it.changes.join('<br>')]),
      ),
    };
  }
  const { outcomes } = result;
  return {
    lines: outcomes.map(({ target, state, after, seconds }) =>
      state === 'unchanged' ? `${target}: ${after} serves already` : `${target}: ${state}, ${after}, ${seconds} s`,
    ),
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
    summary: table(
      ['target', 'state', 'serves', 'time'],
      outcomes.map(({ target, state, before, after, seconds, console }) => [
        console ? `[${code(target)}](${console})` : code(target),
        state,
        ['unchanged', 'rolled back'].includes(state) ? code(before) : code(after),
        `${seconds} s`,
      ]),
    ),
  };
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

function code(text: string): string {
  return `\`${text
    .split(', ')
    .map((one) => {
      const [name = '', digest] = one.split('@');
      return digest ? `${name.split('/').at(-1)}@${short(digest)}` : one;
    })
    .join(', ')
    .replaceAll('|', '\\|')}\``;
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [titles, titles.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return ['### Rollout', '', ...lines].join('\n');
}
