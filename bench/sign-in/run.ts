import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startSandbox } from '../../sandbox/index.ts';

/**
 * How long the shipped action takes from the start of its process to its first request, and to its end after a whole sign-in,
 * beside a bare `node -e 0`. Runs are interleaved, so that what else the machine does hits all alike. Milliseconds.
 */
const RUNS = Number(process.argv[2] ?? 20);
const DIST = resolve(import.meta.dirname, '../../dist/index.js');

const sandbox = await startSandbox();
await sandbox.token('publish'); // the sandbox's key is made here, not in the first run
const folder = mkdtempSync(join(tmpdir(), 'keyless-bench-'));
const files = ['ENV', 'OUTPUT', 'STATE', 'STEP_SUMMARY', 'PATH'].map((name) => {
  writeFileSync(join(folder, name), '');
  return [`GITHUB_${name}`, join(folder, name)] as const;
});

let firstRequest = 0;
const front = createServer((_incoming, outgoing) => {
  firstRequest ||= performance.now();
  sandbox.token('publish').then((value) => outgoing.end(JSON.stringify({ value })));
});
await new Promise<void>((listening) => front.listen(0, '127.0.0.1', listening));
const env = {
  PATH: process.env.PATH,
  ...sandbox.env(),
  ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${(front.address() as AddressInfo).port}/?api-version=2.0`,
  ...Object.fromEntries(files),
  'INPUT_ROLE-TO-ASSUME': 'arn:aws:iam::111122223333:role/publish',
};

async function time(args: readonly string[]): Promise<{ first: number; whole: number }> {
  firstRequest = 0;
  const start = performance.now();
  const code = await new Promise((done) => spawn(process.execPath, args, { env, stdio: 'ignore' }).once('close', done));
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`);
  return { first: firstRequest - start, whole: performance.now() - start };
}

const bare: number[] = [];
const first: number[] = [];
const whole: number[] = [];
for (let run = -1; run < RUNS; run++) {
  const node = await time(['-e', '0']);
  const step = await time([DIST]);
  if (run < 0) continue; // the first of each reads the files from disk
  bare.push(node.whole);
  first.push(step.first);
  whole.push(step.whole);
}
front.close();
await sandbox.stop();
rmSync(folder, { recursive: true });

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
const rows: [string, number[]][] = [
  ['node -e 0', bare],
  ['the step, to its first request', first],
  ['the step, whole sign-in', whole],
];
console.log(
  `${RUNS} runs, Node ${process.version}\n\n| | median ms | least | over bare Node |\n| --- | --- | --- | --- |`,
);
for (const [name, values] of rows) {
  const cells = [median(values), Math.min(...values), median(values) - median(bare)].map((ms) => ms.toFixed(0));
  console.log(`| ${name} | ${cells.join(' | ')} |`);
}
