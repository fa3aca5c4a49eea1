import * as core from '@actions/core';

/** What the post step undoes, saved before the act that it undoes. */
export type Undo =
  /** Removes a file that this step made. */
  | { readonly kind: 'file'; readonly path: string }
  /** Removes a folder that this step made, with all that is in it. */
  | { readonly kind: 'folder'; readonly path: string }
  /** Gives a variable of the job back the value it had before (`null`: it was not set). */
  | { readonly kind: 'variable'; readonly name: string; readonly before: string | null }
  /** Removes one section of an INI file (an AWS profile) that this step wrote, and puts back a copy of what was there. */
  | { readonly kind: 'profile'; readonly file: string; readonly section: string; readonly copy?: string };

/**
 * The one way to speak to the runner.
 * https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export interface Runner {
  /** The job's environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** An input as given, trimmed; empty when absent. */
  input(name: string): string;
  /** Hides a value in everything the job prints from now on. Empty values are ignored: the runner would warn. */
  mask(value: string): void;
  info(line: string): void;
  debug(line: string): void;
  notice(text: string): void;
  warning(text: string): void;
  /** An error annotation; does not end the step. */
  error(text: string): void;
  /** Sets a variable for later steps, and saves what it was for the post step; with `keep` the post step leaves it. */
  exportVariable(name: string, value: string, how?: { readonly keep?: boolean }): void;
  /** Takes a variable out of this process, for the SDK's sake; later steps keep it. */
  unset(name: string): void;
  output(name: string, value: string): void;
  /** Saves an undo for the post step. Call it before the act. */
  undoLater(undo: Undo): void;
  /** Appends markdown to the job summary. */
  summary(markdown: string): Promise<void>;
}

const UNDO_STATE = 'undo';

/** The runner of this process. */
export function githubRunner(): Runner {
  // The post step gets each state as a variable, and Linux takes none over 128 KiB: so one for each undo.
  let undos = 0;
  const undoLater = (undo: Undo) => core.saveState(`${UNDO_STATE}_${undos++}`, JSON.stringify(undo));
  const exported = new Set<string>();
  const taken: Record<string, string | undefined> = {};
  return {
    env: process.env,
    input: (name) => core.getInput(name),
    mask: (value) => {
      if (value !== '') core.setSecret(value);
    },
    info: (line) => core.info(inert(line)),
    debug: core.debug,
    notice: (text) => core.notice(text),
    warning: (text) => core.warning(text),
    error: (text) => core.error(text),
    exportVariable: (name, value, { keep = false } = {}) => {
      if (!keep && !exported.has(name)) {
        undoLater({ kind: 'variable', name, before: process.env[name] ?? taken[name] ?? null });
      }
      exported.add(name);
      core.exportVariable(name, value);
    },
    unset: (name) => {
      taken[name] = process.env[name];
      delete process.env[name];
    },
    output: (name, value) => core.setOutput(name, value),
    undoLater,
    summary: async (markdown) => {
      if (process.env.GITHUB_STEP_SUMMARY) await core.summary.addRaw(markdown, true).write();
    },
  };
}

/**
 * The text with nothing in it that the runner takes for a command: what is printed may quote names that others chose.
 * The runner reads `::command::` at the start of a line, after spaces too, and `##[command]` anywhere.
 */
export function inert(text: string): string {
  return text.replace(/^(\s*)::/gm, '$1: :').replaceAll('##[', '## [');
}

/** What main left to undo, the latest first; as many more as can't be read. */
export function savedUndos(): { readonly undos: readonly Undo[]; readonly unreadable: number } {
  const undos: Undo[] = [];
  let count = 0;
  for (let saved = core.getState(`${UNDO_STATE}_0`); saved; saved = core.getState(`${UNDO_STATE}_${count}`)) {
    count++;
    try {
      undos.push(JSON.parse(saved) as Undo);
    } catch {
      // The parser's error would quote it, and it may hold what a variable was.
    }
  }
  return { undos: undos.reverse(), unreadable: count - undos.length };
}
