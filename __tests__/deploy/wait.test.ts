import { describe, expect, test } from '@jest/globals';
import { Problem } from '../../src/base/problem.ts';
import { makeWatch, TimedOut, whatEnded } from '../../src/deploy/wait.ts';

/** A watch whose time passes only while it sleeps. */
function watched(minutes = 30) {
  const controller = new AbortController();
  let now = 0;
  const sleeps: number[] = [];
  const said: string[] = [];
  const clock = {
    now: () => now,
    random: () => 0.5,
    sleep: async (ms: number, signal: AbortSignal) => {
      signal.throwIfAborted();
      sleeps.push(ms);
      now += ms;
    },
  };
  const watch = makeWatch({ clock, signal: controller.signal, say: (line) => said.push(line), minutes });
  return { watch, sleeps, said, controller, now: () => now };
}

describe('waiting for a rollout', () => {
  test('looks quickly at first, then every 15 seconds', async () => {
    const { watch, sleeps } = watched();
    let looks = 0;
    expect(await watch.until('it', async () => (++looks === 13 ? 'done' : undefined))).toBe('done');
    expect(sleeps.slice(0, 4)).toEqual([100, 200, 400, 800]);
    expect(sleeps.slice(-3)).toEqual([15_000, 15_000, 15_000]);
  });

  test('ends at its deadline, also when nothing ever answers as it should', async () => {
    const { watch, now } = watched(5);
    await expect(watch.until('ecs:prod/web to become stable', async () => undefined)).rejects.toThrow(
      'waited 5 minutes for ecs:prod/web to become stable',
    );
    expect(now()).toBe(5 * 60_000);
    const lost = watched(1);
    const look = async () => {
      throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
    };
    await expect(lost.watch.until('it', look)).rejects.toBeInstanceOf(TimedOut);
    expect(lost.said[0]).toBe('no answer while waiting for it; asking again');
  });

  test('a lost answer is not the end of what is waited for; a refusal is', async () => {
    const { watch } = watched();
    let looks = 0;
    const flaky = async () => {
      if (++looks === 2)
        throw new Problem({ what: 'no answer', cause: Object.assign(new Error(), { code: 'ETIMEDOUT' }) });
      return looks === 3 ? 'done' : undefined;
    };
    expect(await watch.until('it', flaky)).toBe('done');
    const refused = async () => {
      throw new Problem({ what: 'ecs:DescribeServices was refused' });
    };
    await expect(watch.until('it', refused)).rejects.toThrow('was refused');
  });

  test('a cancel ends it at once; a watch for the rollback has its own deadline and may be deaf to it', async () => {
    const { watch, controller } = watched(1);
    controller.abort(new Problem({ what: 'The step was cancelled' }));
    await expect(watch.until('it', async () => undefined)).rejects.toThrow('The step was cancelled');
    const deaf = watch.within(2, new AbortController().signal);
    await expect(deaf.until('the rollback', async () => undefined)).rejects.toThrow('waited 2 minutes');
  });
});

describe('what ended a rollout', () => {
  const { signal } = new AbortController();
  const look = async () => ['i-1: has begun nothing'];
  const fails = async () => {
    throw new Problem({ what: 'ecs:ListTasks was refused' });
  };

  test('is told with what held it at a time-out, and there alone', async () => {
    const timedOut = new TimedOut('it', 30);
    expect(await whatEnded(timedOut, signal, look)).toMatchObject({ why: 'i-1: has begun nothing' });
    const refused = new Problem({ what: 'it was refused', why: 'no policy', fix: 'allow it' });
    expect(await whatEnded(refused, signal, look)).toEqual({
      what: 'it was refused',
      why: 'no policy',
      fix: 'allow it',
    });
  });

  test('is told, and rolled back after it, also when that cannot be looked at', async () => {
    expect(await whatEnded(new TimedOut('it', 30), signal, fails)).toMatchObject({
      what: 'waited 30 minutes for it',
      why: 'more could not be looked at: ecs:ListTasks was refused',
    });
  });

  test('is the cancel where nothing else is known', async () => {
    const cancelled = AbortSignal.abort(new Problem({ what: 'the step was cancelled (SIGTERM)' }));
    expect(await whatEnded(cancelled.reason, cancelled, look)).toMatchObject({
      what: 'the step was cancelled (SIGTERM)',
      why: undefined,
    });
    expect(await whatEnded(undefined, AbortSignal.abort(), look)).toMatchObject({ what: 'the step was cancelled' });
  });
});
