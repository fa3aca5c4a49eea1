import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

/**
 * A sentence on how AWS behaves where we depend on it, and the check of it. The same sentences are held against the
 * sandbox and against servers that nobody here wrote.
 */
export interface Sentence<Ground> {
  readonly says: string;
  readonly holds: (ground: Ground) => Promise<void>;
}

export interface Server<Ground> {
  readonly name: string;
  readonly start: () => Promise<Ground & { stop(): Promise<void> | void }>;
  /** Sentences that this server is known not to keep, with what it does instead. A server that begins to keep one fails. */
  readonly laxer?: Readonly<Record<string, string>>;
}

/** Holds each sentence against a server. */
export function contract<Ground>(sentences: readonly Sentence<Ground>[], server: Server<Ground>): void {
  describe(server.name, () => {
    let ground: Ground & { stop(): Promise<void> | void };
    beforeAll(async () => {
      ground = await server.start();
    }, 120_000);
    afterAll(() => ground?.stop());

    const laxer = new Map(Object.entries(server.laxer ?? {}));
    for (const { says, holds } of sentences) {
      const instead = laxer.get(says);
      laxer.delete(says);
      if (instead === undefined) test(says, () => holds(ground));
      else test.failing(`${says} (${server.name} is laxer: ${instead})`, () => holds(ground));
    }
    test('what it is laxer in is said in sentences of the contract', () => expect([...laxer.keys()]).toEqual([]));
  });
}

/** The name and status of the error that a call ends in. */
export async function refusal(call: Promise<unknown>): Promise<{ name: string; status: number }> {
  try {
    await call;
  } catch (error) {
    const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } };
    return { name, status: $metadata?.httpStatusCode ?? 0 };
  }
  throw new Error('the call was not refused');
}
