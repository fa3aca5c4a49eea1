import { getEventListeners } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Clock } from '../../src/base/clock.ts';
import { networkProblem } from '../../src/base/edge/network.ts';
import { Problem } from '../../src/base/problem.ts';
import { HOUSE_RULES, makeCall, type RetryRules } from '../../src/base/retry.ts';
import { type Verdict, verdictOf } from '../../src/base/retryable.ts';

const never = new AbortController().signal;

/** Time that passes only in sleeps, and chance that a test chooses. */
function virtualClock(random = () => 0.5): Clock & { time: number; readonly sleeps: number[] } {
  const clock = {
    time: 0,
    sleeps: [] as number[],
    now: () => clock.time,
    random,
    sleep: async (ms: number) => {
      clock.sleeps.push(ms);
      clock.time += ms;
    },
  };
  return clock;
}

function failing(times: number, error: unknown) {
  let calls = 0;
  return {
    calls: () => calls,
    attempt: async () => {
      if (++calls <= times) throw error;
      return 'answer';
    },
  };
}

function awsError(name: string, status: number) {
  return Object.assign(new Error('text'), { name, $metadata: { httpStatusCode: status } });
}

test.each<[string, RegExp]>([
  ['SELF_SIGNED_CERT_IN_CHAIN', /connection failed \(SELF_SIGNED_CERT_IN_CHAIN\)[\s\S]*NODE_EXTRA_CA_CERTS/],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', /NODE_EXTRA_CA_CERTS/],
  ['CERT_HAS_EXPIRED', /NODE_EXTRA_CA_CERTS/],
  ['ERR_PROXY_TUNNEL', /the proxy answered HTTP 403[\s\S]*does not let this host through[\s\S]*NO_PROXY/],
])('%s is a problem of the network, not a bug of the action', async (code, message) => {
  const call = makeCall({ clock: virtualClock(), say: () => {}, signal: never });
  const attempt = failing(9, Object.assign(new Error('http://user:hunter2@proxy'), { code, statusCode: 403 }));
  const error = await call('sts:X', attempt.attempt).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Problem);
  expect((error as Problem).message).toMatch(message);
  expect((error as Problem).message).not.toContain('hunter2');
  expect(attempt.calls()).toBe(1);
});

test.each<[number | undefined, RegExp]>([
  [407, /answered HTTP 407[\s\S]*wants a user and a password[\s\S]*NTLM/],
  [502, /answered HTTP 502[\s\S]*could not reach the host/],
  [undefined, /the proxy broke off[\s\S]*hung up on CONNECT/],
])('what a proxy that opens no tunnel answers says what to do: %s', async (statusCode, message) => {
  const error = Object.assign(new Error(), { code: 'ERR_PROXY_TUNNEL', ...(statusCode ? { statusCode } : {}) });
  expect(networkProblem(error, { what: 'sts:X' })?.message).toMatch(message);
});

test('a connection to the proxy that fails is told as that', () => {
  const lost = { code: 'ENOTFOUND', syscall: 'getaddrinfo', proxy: 'proxy.corp:3128' };
  const { message } = networkProblem(lost, { what: 'sts:X' }) ?? {};
  expect(message).toContain('sts:X got no answer by way of the proxy proxy.corp:3128: connection failed (ENOTFOUND)');
  // The tunnel is open, and the server has hung up.
  const reset = networkProblem({ ...lost, code: 'ECONNRESET', syscall: 'read' }, { what: 'sts:X' });
  expect(reset?.message).not.toContain('proxy.corp');
});

describe('the class of an error', () => {
  test.each<[string, unknown, Verdict]>([
    ['a proxy that refuses', Object.assign(new Error(), { code: 'ERR_PROXY_TUNNEL', statusCode: 407 }), 'fatal'],
    ['a proxy that hangs up', Object.assign(new Error(), { code: 'ERR_PROXY_TUNNEL' }), 'transient'],
    [
      'a proxy that has lost its way',
      Object.assign(new Error(), { code: 'ERR_PROXY_TUNNEL', statusCode: 502 }),
      'transient',
    ],
    ['a certificate that is not trusted', Object.assign(new Error(), { code: 'SELF_SIGNED_CERT_IN_CHAIN' }), 'fatal'],
    ['throttled by name', awsError('ThrottlingException', 400), 'throttled'],
    ['throttled by status', { status: 429 }, 'throttled'],
    ['S3 asks for less', awsError('SlowDown', 503), 'throttled'],
    ['server error', awsError('InternalError', 500), 'transient'],
    ['unknown server error', { status: 502 }, 'transient'],
    ['lost connection', { code: 'ECONNRESET' }, 'transient'],
    ['every address failed', { errors: [{ code: 'ECONNREFUSED' }] }, 'transient'],
    ['a time-out of the SDK', Object.assign(new Error(), { name: 'TimeoutError' }), 'transient'],
    ['denied', awsError('AccessDenied', 403), 'fatal'],
    ['bad request', awsError('ValidationException', 400), 'fatal'],
    ['a bug', new TypeError('x is undefined'), 'fatal'],
    ['not even an error', undefined, 'fatal'],
  ])('%s', (_, error, verdict) => {
    expect(verdictOf(error)).toBe(verdict);
  });
});

describe('retries', () => {
  const setUp = (rules: Partial<RetryRules> = {}) => {
    const clock = virtualClock();
    const said: string[] = [];
    return { clock, said, call: makeCall({ clock, say: (line) => said.push(line), signal: never, rules }) };
  };

  test('what is transient is tried until it works, each retry one line', async () => {
    const { call, said } = setUp();
    const { attempt, calls } = failing(3, awsError('ThrottlingException', 400));
    await expect(call('ssm:GetParameters', attempt)).resolves.toBe('answer');
    expect(calls()).toBe(4);
    expect(said).toHaveLength(3);
    expect(said[0]).toBe('ssm:GetParameters: ThrottlingException (HTTP 400); attempt 2 of 60 in 0.2 s');
  });

  test('a throttled call waits its turn, for longer than a server error is tried, unless a number of attempts is set', async () => {
    const throttled = awsError('ThrottlingException', 400);
    const patient = failing(15, throttled);
    await expect(setUp().call('ssm:GetParameters', patient.attempt)).resolves.toBe('answer');
    const limited = failing(15, throttled);
    await expect(setUp({ attempts: 3 }).call('ssm:GetParameters', limited.attempt)).rejects.toBe(throttled);
    expect(limited.calls()).toBe(3);
  });

  test('what cannot succeed is not tried again, and the error comes through as it is', async () => {
    const { call, said } = setUp();
    const error = awsError('AccessDenied', 403);
    const { attempt, calls } = failing(99, error);
    await expect(call('s3:PutObject', attempt)).rejects.toBe(error);
    expect([calls(), said]).toEqual([1, []]);
  });

  test('a denial that may be a change on its way is tried after a second and after two more', async () => {
    const { call, said } = setUp();
    const { attempt, calls } = failing(99, awsError('AccessDenied', 403));
    await expect(call('sts:AssumeRole', attempt, { classify: () => 'grace' })).rejects.toThrow('text');
    expect(calls()).toBe(3);
    const waits = said.map((line) => Number(/in ([\d.]+) s$/.exec(line)?.[1]));
    expect(waits[0]).toBeGreaterThanOrEqual(1);
    expect(waits[1]).toBeGreaterThanOrEqual(2);
  });

  test('what had ended and was replaced is tried once more, at once', async () => {
    const { call, said } = setUp();
    const { attempt, calls } = failing(99, awsError('ExpiredToken', 403));
    await expect(call('sts:AssumeRole', attempt, { classify: () => 'renewed' })).rejects.toThrow('text');
    expect([calls(), said[0]]).toEqual([2, expect.stringContaining('in 0.0 s')]);
  });

  test('a lost connection ends as a problem that says how often and how long', async () => {
    const { call } = setUp({ attempts: 3 });
    const { attempt } = failing(99, { code: 'ECONNREFUSED' });
    await expect(call('sts:GetCallerIdentity', attempt)).rejects.toThrow(Problem);
    await expect(call('sts:GetCallerIdentity', attempt)).rejects.toThrow(
      /connection failed \(ECONNREFUSED\)[\s\S]*3 attempts/,
    );
  });

  test('an attempt that does not answer is aborted at its deadline', async () => {
    const { call } = setUp({ attempts: 2, callMs: 5 });
    const hang = (signal: AbortSignal) =>
      new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    await expect(call('sts:AssumeRoleWithWebIdentity', hang)).rejects.toThrow(
      /no answer within 0.005 s[\s\S]*2 attempts/,
    );
  });

  test('five thousand calls that fail side by side say no more than one, and later how many they were', async () => {
    const said: string[] = [];
    const clock = { ...virtualClock(), time: 0, now: () => clock.time, sleep: async () => {} };
    const call = makeCall({ clock, say: (line) => said.push(line), signal: never });
    const fail = (action: string, times: number) => call(action, failing(times, awsError('SlowDown', 503)).attempt);
    await Promise.all(Array.from({ length: 5_000 }, () => fail('s3:PutObject', 2)));
    await fail('s3:GetObject', 1);
    clock.time = 6_000;
    await fail('s3:PutObject', 1);
    const line = (action: string, attempt: number) => `${action}: SlowDown (HTTP 503); attempt ${attempt} of 60 in `;
    expect(said).toEqual([
      expect.stringContaining(line('s3:PutObject', 2)),
      expect.stringContaining(line('s3:PutObject', 3)),
      expect.stringContaining(line('s3:GetObject', 2)),
      expect.stringMatching(/attempt 2 of 60 .*; 4999 more like it since the last line/),
    ]);
  });

  test('when the step is cancelled, nothing is tried again', async () => {
    const controller = new AbortController();
    const call = makeCall({ clock: virtualClock(), say: () => {}, signal: controller.signal });
    const cancelled = new Problem({ what: 'cancelled' });
    const attempt = async () => {
      controller.abort(cancelled);
      throw awsError('InternalError', 500);
    };
    await expect(call('s3:PutObject', attempt)).rejects.toBe(cancelled);
  });

  test('waits have full jitter: between nothing and the doubled base, never over the cap, all within the budget', async () => {
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.double({ min: 0, max: 0.999999, noNaN: true })), async (chance) => {
        const clock = virtualClock(() => chance.next().value as number);
        const call = makeCall({ clock, say: () => {}, signal: never });
        const { attempt, calls } = failing(99, { status: 503 });
        await call('anything', attempt).catch(() => {});
        expect(calls()).toBeLessThanOrEqual(HOUSE_RULES.attempts);
        expect(clock.time).toBeLessThanOrEqual(HOUSE_RULES.budgetMs);
        clock.sleeps.forEach((ms, n) => {
          expect(ms).toBeLessThanOrEqual(Math.min(HOUSE_RULES.capMs, HOUSE_RULES.baseMs * 2 ** (n + 1)));
        });
      }),
    );
  });
});

test("a call that has ended leaves nothing on the step's signal; one with a signal of its own is ended by that", async () => {
  const step = new AbortController();
  const call = makeCall({ clock: virtualClock(), say: () => {}, signal: step.signal });
  await call('s3:X', failing(1, awsError('SlowDown', 503)).attempt);
  expect(getEventListeners(step.signal, 'abort')).toEqual([]);
  const own = new AbortController();
  const hanging = call('s3:X', (signal) => new Promise((_, reject) => signal.addEventListener('abort', reject)), {
    signal: own.signal,
  });
  own.abort(new Error('another object failed'));
  await expect(hanging).rejects.toThrow('another object failed');
});
