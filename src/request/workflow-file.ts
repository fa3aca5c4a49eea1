import { join } from 'node:path';
import type { Environment } from '../base/environment.ts';
import { readText } from '../base/read-text.ts';

/** Where an input of this step stands in the workflow's file. */
export interface LinePlace {
  /** Below the workspace, as an annotation wants it. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** The workflow's file as far as this action's steps are in it: each step's inputs with their lines. */
export interface WorkflowFile {
  readonly path: string;
  readonly steps: readonly ReadonlyMap<string, { readonly line: number; readonly literal: boolean }>[];
}

/**
 * The workflow's own file, when the job has checked it out and its steps of this action are in it; a reusable workflow's is not in
 * the caller's workspace. https://docs.github.com/actions/reference/workflows-and-actions/variables
 */
export function readWorkflowFile(env: Environment): WorkflowFile | undefined {
  const path = /^[^/]+\/[^/]+\/(\.github\/workflows\/[^/@]+\.ya?ml)@/.exec(env.GITHUB_WORKFLOW_REF ?? '')?.[1];
  if (!path || !env.GITHUB_WORKSPACE) return undefined;
  try {
    const steps = stepsIn(readText(join(env.GITHUB_WORKSPACE, path)), env.GITHUB_ACTION_REPOSITORY || './');
    return steps.length > 0 ? { path, steps } : undefined;
  } catch {
    // Not checked out, or not readable: then nothing is known, which is not a fault.
    return undefined;
  }
}

/** Where an input, or a line of it, stands; `undefined` where several steps of this action have the input, or none. */
export function placeOf({ path, steps }: WorkflowFile, input: string, line?: number): LinePlace | undefined {
  const found = steps.flatMap((step) => step.get(input) ?? []);
  if (found.length !== 1 || !found[0]) return undefined;
  // The lines of a literal block (`|`) are those of the file.
  return { file: path, line: found[0].line + (line !== undefined && found[0].literal ? line : 0) };
}

/**
 * Reads block style, as workflows are written: `uses:` and `with:` at one indentation, the inputs below `with:`.
 * Of a step in flow style (`with: { images: … }`), or with an alias, nothing is known; then of none.
 */
function stepsIn(text: string, action: string): WorkflowFile['steps'] {
  const lines = text.split(/\r?\n/).map((line) => {
    const [, lead = '', content = ''] = /^(\s*(?:- +)*)(.*)$/.exec(line) ?? [];
    return { indent: lead.length, starts: lead.includes('-'), content };
  });
  const isOurs = (used: string) => (action === './' ? used.startsWith('./') : used.startsWith(`${action}@`));
  const named = text
    .split(/\r?\n/)
    .filter((line) => !/^\s*#/.test(line) && isOurs(/\buses:\s*['"]?([^'"\s#,}]+)/.exec(line)?.[1] ?? ''));
  let unread = false;
  const steps = lines.flatMap(({ indent, content }, at) => {
    const used = /^uses:\s*['"]?([^'"\s#]+)/.exec(content)?.[1];
    if (!used || !isOurs(used)) return [];
    const [start, end] = [
      lines.findLastIndex((line, other) => other <= at && line.starts && line.indent === indent),
      lines.findIndex(
        (line, other) =>
          other > at && line.content !== '' && (line.indent < indent || (line.starts && line.indent === indent)),
      ),
    ];
    const step = lines.slice(Math.max(start, 0), end < 0 ? undefined : end);
    const given = step.findIndex((line) => line.indent === indent && /^with:\s*(#.*)?$/.test(line.content));
    unread ||= step.some((line) => line.indent === indent && /^with:\s*[^#\s]/.test(line.content));
    const below = given < 0 ? [] : step.slice(given + 1);
    const inner = below.find((line) => line.content !== '' && !line.content.startsWith('#'))?.indent ?? 0;
    const inputs = new Map<string, { line: number; literal: boolean }>();
    for (const [offset, line] of below.entries()) {
      if (line.content !== '' && line.indent <= indent) break;
      const [, name = '', value = ''] = /^['"]?([\w-]+)['"]?:\s*(.*)$/.exec(line.content) ?? [];
      if (line.indent === inner && name) {
        inputs.set(name.toLowerCase(), {
          line: Math.max(start, 0) + given + 2 + offset,
          literal: /^\|[+-]?\d?\s*(#.*)?$/.test(value),
        });
      }
    }
    return [inputs];
  });
  return unread || steps.length < named.length ? [] : steps;
}
