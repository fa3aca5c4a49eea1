import fc from 'fast-check';
import { event, histories } from '../../harness/histories/index.ts';
import { beginJob, endJob, type Machine, moves, type RandomJob, run, startMachine, treeOf } from './signin/job.ts';

/**
 * Jobs of a few steps on one HOME: whatever came before, each program of a later step is who the last green step said it is; and
 * when the post steps have run, every program is who it was before the job, and HOME is what it was.
 */
interface World {
  readonly machine: Machine;
  readonly one: RandomJob;
}

histories<{ steps: number }, World>({
  name: 'signin',
  events: [
    moves.map((move) =>
      event(
        move.label,
        async (model, { one }) => {
          model.steps++;
          await run(one, move);
        },
        ({ steps }) => steps < 5,
      ),
    ),
    fc.array(fc.array(moves, { minLength: 1, maxLength: 3 }), { minLength: 6, maxLength: 6 }).map((jobs) =>
      event(
        `six jobs side by side: ${jobs.map((job) => job.map(({ label }) => label).join(' then ')).join('; ')}`,
        async (model, { machine }) => {
          model.steps += 4;
          const ended = await Promise.allSettled(
            jobs.map((job, nth) => alone(machine, job, nth % 2 === 0 ? {} : { AWS_DEFAULT_PROFILE: 'ci' })),
          );
          for (const it of ended) if (it.status === 'rejected') throw it.reason;
        },
        ({ steps }) => steps === 0,
      ),
    ),
  ],
  begin: async () => {
    const machine = await startMachine();
    return { model: { steps: 0 }, real: { machine, one: beginJob(machine) } };
  },
  end: async ({ machine, one }) => {
    try {
      await endJob(one, { others: false });
      const after = treeOf(machine.home);
      if (after !== machine.before) throw new Error(`HOME was\n${machine.before}\nand is\n${after}`);
    } finally {
      await machine.end();
    }
  },
  few: 4,
  many: 400,
  longest: 4,
});

async function alone(
  machine: Machine,
  job: Parameters<typeof run>[1][],
  named: Readonly<Record<string, string>>,
): Promise<void> {
  const it = beginJob(machine, named);
  try {
    for (const move of job) await run(it, move);
  } finally {
    await endJob(it, { others: true });
  }
}
