import { spawn, spawnSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { describe } from '@jest/globals';
import { freePort } from './ports.ts';

/** moto, an AWS in Python that nobody here wrote: good for how requests and answers look, lax about who may do what. */
export interface Moto {
  /** The endpoint of every service. */
  readonly url: string;
  stop(): void;
}

/** `describe` where moto is installed (`pip install "moto[server]"`); elsewhere the tests are skipped, and say why. */
export function describeWithMoto(name: string, tests: () => void): void {
  const here = spawnSync('python3', ['-c', 'import moto.server']).status === 0;
  if (here) describe(name, tests);
  else describe.skip(`${name} (skipped: python3 -m moto.server is not installed)`, tests);
}

/** Started on a free port; answers within a second or two. */
export async function startMoto(): Promise<Moto> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn('python3', ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  for (let tries = 0; child.exitCode === null && tries < 300; tries++) {
    const answer = await fetch(`${url}/moto-api/data.json`).catch(() => undefined);
    if (answer?.ok) return { url, stop: () => child.kill() };
    await delay(100);
  }
  child.kill();
  throw new Error(`moto did not start on port ${port}`);
}
