import { expect, test } from '@jest/globals';
import fc from 'fast-check';

/** One kind of event in a history: a run of the step, a second writer, a fault, a change in mid-life. */
export type HistoryEvent<Model extends object, World> = fc.AsyncCommand<Model, World>;

/** An event that is told as `label` when a history fails; it is left out of a history while `when` is false for the model. */
export function event<Model extends object, World>(
  label: string,
  run: (model: Model, world: World) => Promise<void>,
  when: (model: Readonly<Model>) => boolean = () => true,
): HistoryEvent<Model, World> {
  return { check: when, run, toString: () => label };
}

export interface HistoriesOptions<Model extends object, World> {
  /** The job, as in the file's name: `objects` for `__tests__/histories/objects.test.ts`. */
  readonly name: string;
  /** What can happen, each with its random values. An event of a run checks the promise when the run was green. */
  readonly events: readonly fc.Arbitrary<HistoryEvent<Model, World>>[];
  /** A fresh world and what the model knows of it, for one history. */
  readonly begin: () => Promise<{ readonly model: Model; readonly real: World }>;
  /** Ends the world of one history, a failed one too. */
  readonly end: (real: World) => Promise<void>;
  /** How many histories `npm test` runs, and how many `.ci/run` (`HISTORIES=many`). */
  readonly few: number;
  readonly many: number;
  /** Events of the longest history. */
  readonly longest?: number;
}

/**
 * Declares a test of random histories with fast-check's model-based commands. The same seed gives the same histories. A failure
 * prints the line that runs that one history again.
 *
 * - `HISTORIES=many`, `HISTORIES=5000`: how many
 * - `HISTORIES_SEED=7`: other histories
 * - `HISTORY='SEED PATH REPLAY'`: the one history that a failure named; with `SHRINK=1` it is made shorter
 */
export function histories<Model extends object, World>(options: HistoriesOptions<Model, World>): void {
  const { name, events, begin, end, longest = 12 } = options;
  const again = readReplay(process.env.HISTORY);
  const seed = again?.seed ?? Number(process.env.HISTORIES_SEED ?? 1);
  const runs = again ? 1 : countOf(options);
  test(`${runs} histories, seed ${seed}`, async () => {
    const all = fc.commands([...events], {
      maxCommands: longest,
      size: 'max',
      ...(again ? { replayPath: again.replay } : {}),
    });
    const property = fc.asyncProperty(all, async (history) => {
      const world = await begin();
      try {
        await fc.asyncModelRun(() => world, history);
      } finally {
        await end(world.real);
      }
    });
    const result = await fc.check(property, {
      seed,
      numRuns: runs,
      endOnFailure: process.env.SHRINK !== '1',
      ...(again ? { path: again.path } : {}),
    });
    if (result.failed) throw new Error(tell(name, result));
    expect(result.numRuns).toBe(runs);
  }, 3_600_000);
}

function countOf({ few, many }: { readonly few: number; readonly many: number }): number {
  const wanted = process.env.HISTORIES;
  if (wanted === undefined || wanted === '') return few;
  return wanted === 'many' ? many : Number(wanted);
}

function readReplay(text: string | undefined): { seed: number; path: string; replay: string } | undefined {
  if (!text) return undefined;
  const [seed = '', path = '', replay = ''] = text.split(' ');
  return { seed: Number(seed), path, replay };
}

/** What fast-check's `RunDetails` has of a failure. */
interface Failure {
  readonly seed: number;
  readonly counterexample: readonly unknown[] | null;
  readonly counterexamplePath: string | null;
  readonly errorInstance: unknown;
}

/** The history, what broke, and the line that runs it again. */
function tell(name: string, { seed, counterexample, counterexamplePath, errorInstance }: Failure): string {
  const history = String(counterexample?.[0] ?? '');
  const [, replay = ''] = /replayPath="([^"]*)"/.exec(history) ?? [];
  return [
    `A history ends in a broken promise: ${history.replace(/ *\/\*replayPath.*\*\//, '')}`,
    errorInstance instanceof Error ? errorInstance.message : String(errorInstance),
    `Again: HISTORY='${seed} ${counterexamplePath} ${replay}' npm run unit -- __tests__/histories/${name}`,
    errorInstance instanceof Error ? (errorInstance.stack ?? '') : '',
  ].join('\n');
}
