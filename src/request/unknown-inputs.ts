import { actLike } from '../base/environment.ts';
import type { InputReader } from '../base/inputs.ts';
import type { Runner } from '../base/runner.ts';
import { KEY_INPUTS } from '../signin/request-parts.ts';
import { INPUT_NAMES } from './input-names.ts';
import { PEER_INPUTS } from './peer-inputs.ts';
import { readWorkflowFile, type WorkflowFile } from './workflow-file.ts';

/** What an `INPUT_…` variable that action.yml does not name is taken for. */
export type InputVerdict =
  | { readonly kind: 'error'; readonly what: string; readonly fix: string }
  | { readonly kind: 'warning'; readonly text: string };

/**
 * An input that action.yml does not name does nothing, and a step that does nothing is green: it ends the step when it is a near miss
 * of a name here, an input of a peer, or has a hyphen. GitHub gives inputs as `INPUT_…` variables, and jobs have such variables of
 * their own (`env: INPUT_VERSION: …`); those have no hyphen, and what can only be one of them is a warning.
 */
export function checkUnknownInputs(inputs: InputReader, runner: Pick<Runner, 'env' | 'input' | 'warning'>): void {
  const given = Object.keys(runner.env).flatMap((variable) => {
    const name = /^INPUT_([^a-z]+)$/.exec(variable)?.[1]?.toLowerCase();
    const known = name === undefined || INPUT_NAMES.includes(name) || KEY_INPUTS.includes(name);
    return known || !runner.env[variable]?.trim() ? [] : [name];
  });
  if (given.length === 0) return;
  const file = readWorkflowFile(runner.env);
  for (const name of given) {
    const verdict = judge(name, {
      seen: seenIn(file, name),
      leaks: actLike(runner.env) !== undefined,
      isGiven: (known) => inputs.text(known) !== undefined,
    });
    if (verdict.kind === 'error') inputs.wrong(name, undefined, verdict);
    else runner.warning(verdict.text);
  }
}

/** Whether the workflow's file shows the name as an input of this step; `undefined` where there is no file to look into. */
function seenIn(file: WorkflowFile | undefined, name: string): boolean | undefined {
  return file?.steps.some((step) => step.has(name));
}

interface Signs {
  readonly seen: boolean | undefined;
  /** The inputs of a composite action are variables of the steps in it. https://github.com/nektos/act/issues/2874 */
  readonly leaks?: boolean;
  readonly isGiven: (known: string) => boolean;
}

/** @param name in lower case */
export function judge(name: string, { seen, leaks = false, isGiven }: Signs): InputVerdict {
  const what = 'there is no such input';
  const peer = PEER_INPUTS[name];
  const near = peer ? undefined : nearest(name);
  const sure = seen === true || (name.includes('-') && !leaks);
  // Without a hyphen it may be a variable of the job's own: it is when the input that it looks like is given besides.
  const likely = !leaks && seen !== false && (peer ? !peer.common : near !== undefined && !isGiven(near));
  if (peer && (sure || likely))
    return { kind: 'error', what, fix: `${peer.of} has an input of that name; here, write ${peer.here}` };
  if (near && (sure || likely)) return { kind: 'error', what, fix: `write ${near}` };
  if (sure) return { kind: 'error', what, fix: 'correct its name, or leave it out; docs/inputs.md lists all inputs' };
  const hint = peer ? ` ${peer.of} has an input of that name; here, write ${peer.here}.` : '';
  return {
    kind: 'warning',
    text: `${name} is not an input of this action and has no effect (a variable INPUT_${name.toUpperCase()} of ${leaks ? 'a composite action' : 'the job itself'} looks the same).${hint}`,
  };
}

/** The input whose name is spelled almost so: separators do not count, nor one letter in five or two in eight. */
function nearest(name: string): string | undefined {
  const plain = (text: string) => text.replaceAll(/[-_. ]/g, '');
  const written = plain(name);
  const allowed = written.length >= 8 ? 2 : written.length >= 5 ? 1 : 0;
  const ranked = INPUT_NAMES.map((known) => ({ known, far: distance(written, plain(known)) })).sort(
    (a, b) => a.far - b.far,
  );
  return ranked[0] && ranked[0].far <= allowed ? ranked[0].known : undefined;
}

/** How many letters to insert, delete, replace or swap with a neighbour (optimal string alignment). */
function distance(a: string, b: string): number {
  let [before, last] = [[] as number[], Array.from({ length: b.length + 1 }, (_, at) => at)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(replaced, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) row[j] = Math.min(row[j] ?? 0, (before[j - 2] ?? 0) + 1);
    }
    [before, last] = [last, row];
  }
  return last[b.length] ?? 0;
}
