import * as core from '@actions/core';
import { tryRunnerFiles, writeText, writeValues } from './runner-files.ts';
import { openUndoList, type Undo, type UndoList } from './undo.ts';

type Values = Readonly<Record<string, string>>;

/** Where an annotation stands. */
export interface Annotation {
  readonly title?: string;
  /** Below the workspace. */
  readonly file?: string;
  /** From 1. */
  readonly line?: number;
}

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
  /** An error annotation, at a line of a file where one is given; does not end the step. */
  error(text: string, where?: Annotation): void;
  /** Lines that the log folds under a title. */
  group(title: string, lines: readonly string[]): void;
  /**
   * Sets variables for later steps, all of them or none, and saves what they were for the post step; with `keep` the post step leaves
   * them. A variable cannot be taken away again: one that was not set is given `unset` in the post step, or emptied.
   * @throws Problem
   */
  exportVariables(values: Values, how?: { readonly keep?: boolean; readonly unset?: Values }): void;
  /** Sets variables in this process alone, for the SDK's sake; what is set already stays. */
  here(values: Values): void;
  /** Takes a variable out of this process, for the SDK's sake; later steps keep it. */
  unset(name: string): void;
  /** Sets outputs of the step, all of them or none. @throws Problem */
  outputs(values: Values): void;
  /** Saves an undo for the post step. Call it before the act. */
  undoLater(undo: Undo): void;
  /** Appends markdown to the job summary. A runner without one, or a full disk, costs the summary alone. */
  summary(markdown: string): void;
}

/**
 * The runner of this process. What the step will write to is tried first, and what its post step needs is saved.
 * @throws Problem when the runner's files cannot be written: nothing was done then
 */
export function githubRunner(): Runner {
  const { env } = process;
  tryRunnerFiles(env);
  const log = logTo(env);
  const undos = openUndoList(env, log.mask);
  const taken = new Map<string, string | undefined>();
  return {
    ...log,
    env,
    input: (name) => core.getInput(name),
    exportVariables: exporter(env, undos, taken),
    here: (values) => {
      for (const [name, value] of Object.entries(values)) env[name] ||= value;
    },
    unset: (name) => {
      taken.set(name, env[name]);
      delete env[name];
    },
    outputs: (values) => writeValues('GITHUB_OUTPUT', values, env),
    undoLater: (undo) => undos.later([undo]),
  };
}

/** Sets variables once and for all: the undo is what was there before the first time. */
function exporter(
  env: NodeJS.ProcessEnv,
  undos: UndoList,
  taken: ReadonlyMap<string, string | undefined>,
): Runner['exportVariables'] {
  const exported = new Set<string>();
  return (values, { keep = false, unset = {} } = {}) => {
    const names = Object.keys(values);
    if (!keep) {
      const fresh = names.filter((name) => !exported.has(name));
      undos.later(
        fresh.map((name) => {
          const before = env[name] ?? taken.get(name) ?? unset[name] ?? null;
          return { kind: 'variable' as const, name, before };
        }),
      );
    }
    writeValues('GITHUB_ENV', values, env);
    for (const name of names) exported.add(name);
    Object.assign(env, values);
  };
}

/** The log of a step: enough to report a failure when the runner's files cannot be written. */
export function logTo(env: Runner['env']): Log {
  return {
    mask: (value) => {
      if (value !== '') core.setSecret(value);
    },
    info: (line) => core.info(inert(line)),
    debug: core.debug,
    notice: (text) => core.notice(text),
    warning: (text) => core.warning(text),
    error: (text, { title, file, line } = {}) =>
      core.error(text, {
        ...(title ? { title } : {}),
        ...(file ? { file } : {}),
        ...(line ? { startLine: line } : {}),
      }),
    group: (title, lines) => {
      core.startGroup(title);
      for (const line of lines) core.info(inert(line));
      core.endGroup();
    },
    summary: (markdown) => {
      if (!env.GITHUB_STEP_SUMMARY) return;
      try {
        writeText('GITHUB_STEP_SUMMARY', `${markdown}\n`, env);
      } catch {
        core.warning(
          'The job summary could not be written: check the file that GITHUB_STEP_SUMMARY names, and the space on its disk',
        );
      }
    },
  };
}

/** The part of a runner that writes to the log. */
export type Log = Pick<Runner, 'mask' | 'info' | 'debug' | 'notice' | 'warning' | 'error' | 'group' | 'summary'>;

/**
 * The text with nothing in it that the runner takes for a command: what is printed may quote names that others chose.
 * The runner reads `::command::` at the start of a line, after all that .NET takes for white space, and `##[command]` anywhere.
 * https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
 */
export function inert(text: string): string {
  return text
    .replace(/\r\n?|[\v\f\x1c-\x1f\x85\u2028\u2029]/g, ' ')
    .replace(/^(\s*)::/gm, '$1: :')
    .replaceAll('##[', '## [');
}
