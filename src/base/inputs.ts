import { Problem, Problems } from './problem.ts';
import { quote } from './quote.ts';
import type { Runner } from './runner.ts';

/** One item of a list input, with its line in the input (from 1), for messages. */
export interface InputLine {
  readonly text: string;
  readonly line: number;
}

/**
 * Reads inputs of action.yml and collects every problem, so that all are reported at once. A reader gives back a usable
 * value (the default, nothing) after a problem: the run stops in `throwProblems` before any of it is used.
 */
export interface InputReader {
  /** The environment, for the inputs whose default is a variable. */
  readonly env: Runner['env'];
  /** Trimmed; `undefined` when absent or empty. */
  text(name: string): string | undefined;
  /** YAML 1.2 booleans, as GitHub's own actions take them: true, True, TRUE, false, False, FALSE. */
  boolean(name: string, absent: boolean): boolean;
  /** A whole number in decimal digits, limits included. */
  integer(name: string, limits: { readonly min: number; readonly max: number }): number | undefined;
  oneOf<T extends string>(name: string, accepted: readonly T[], absent: T): T;
  /** The items of a list input: one per line, without empty lines and lines that start with `#`. */
  lines(name: string): InputLine[];
  /** The items of a list input, each through a parser; a Problem that it throws is collected with input and line. */
  parsed<T>(name: string, parse: (text: string) => T): T[];
  /** Collects a problem of an input (or of a variable), or of one line of it; `on` says more of the place, `column 7`. Quotes no secret. */
  wrong(
    name: string,
    line: number | undefined,
    problem: { on?: string; what: string; why?: string; fix?: string },
  ): void;
  /** @throws Problems when anything was wrong */
  throwProblems(): void;
}

const BOOLEANS: Readonly<Record<string, boolean>> = {
  true: true,
  True: true,
  TRUE: true,
  false: false,
  False: false,
  FALSE: false,
};

export function inputReader(runner: Pick<Runner, 'input' | 'env'>): InputReader {
  const problems: Problem[] = [];
  const reader: Basics = {
    text: (name) => runner.input(name).trim() || undefined,
    lines: (name) =>
      (reader.text(name) === undefined ? '' : runner.input(name))
        .split('\n')
        .map((line, index) => ({ text: line.trim(), line: index + 1 }))
        .filter((line) => line.text !== '' && !line.text.startsWith('#')),
    wrong: (name, line, { on, ...problem }) => {
      const kind = /^[A-Z0-9_]+$/.test(name) ? 'Variable' : 'Input';
      const place = [`${kind} ${name}`, ...(line === undefined ? [] : [`line ${line}`]), ...(on ? [on] : [])];
      problems.push(new Problem({ on: place.join(', '), input: { name, line }, ...problem }));
    },
  };
  return {
    env: runner.env,
    ...reader,
    ...valuesOf(reader),
    parsed: (name, parse) => parsedLines(reader, name, parse),
    throwProblems: () => {
      if (problems.length > 0) throw new Problems(problems);
    },
  };
}

type Basics = Pick<InputReader, 'text' | 'lines' | 'wrong'>;

/** The readers of one value. */
function valuesOf({ text, wrong }: Basics): Pick<InputReader, 'boolean' | 'integer' | 'oneOf'> {
  return {
    boolean: (name, absent) => {
      const given = text(name);
      if (given === undefined) return absent;
      const value = BOOLEANS[given];
      if (value === undefined)
        wrong(name, undefined, { what: `${quote(given)} is not a boolean`, fix: 'write true or false' });
      return value ?? absent;
    },
    integer: (name, { min, max }) => {
      const given = text(name);
      if (given === undefined) return undefined;
      const value = Number(given);
      if (/^\d{1,15}$/.test(given) && value >= min && value <= max) return value;
      wrong(name, undefined, {
        what: `${quote(given)} is not accepted`,
        fix: `write a whole number from ${min} to ${max}`,
      });
      return undefined;
    },
    oneOf: (name, accepted, absent) => {
      const given = text(name);
      if (given === undefined) return absent;
      const value = accepted.find((it) => it === given);
      if (value === undefined) {
        wrong(name, undefined, { what: `${quote(given)} is not accepted`, fix: `write one of ${accepted.join(', ')}` });
      }
      return value ?? absent;
    },
  };
}

function parsedLines<T>({ lines, wrong }: Basics, name: string, parse: (text: string) => T): T[] {
  const values: T[] = [];
  for (const { text, line } of lines(name)) {
    try {
      values.push(parse(text));
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown;
      const { on, what, why, fix } = thrown.details;
      wrong(name, line, { what, ...(on ? { on } : {}), ...(why ? { why } : {}), ...(fix ? { fix } : {}) });
    }
  }
  return values;
}
