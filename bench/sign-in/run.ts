import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startSandbox } from '../../sandbox/index.ts';
import { median, ROLE, timed } from './step.ts';

/**
 * How long the shipped action takes from the start of its process to its first request, and to its end after a whole sign-in,
 * compared with a bare `node -e 0`. Runs are interleaved, so that other load on the machine hits them all alike. Milliseconds.
 */
const RUNS = Number(process.argv[2] ?? process.env.BENCH_RUNS ?? 20);

const sandbox = await startSandbox();
await sandbox.token('publish'); // the sandbox's key is made here, not in the first run
let firstRequest = 0;
const front = createServer((_incoming, outgoing) => {
  firstRequest ||= performance.now();
  sandbox.token('publish').then((value) => outgoing.end(JSON.stringify({ value })));
});
await new Promise<void>((listening) => front.listen(0, '127.0.0.1', listening));
const url = `http://127.0.0.1:${(front.address() as AddressInfo).port}/?api-version=2.0`;
const env = { ...sandbox.env(), ACTIONS_ID_TOKEN_REQUEST_URL: url };

const bare: number[] = [];
const first: number[] = [];
const whole: number[] = [];
for (let run = -1; run < RUNS; run++) {
  const node = await timed(env, {}, ['-e', '0']);
  firstRequest = 0;
  const start = performance.now();
  const step = await timed(env, { 'role-to-assume': ROLE });
  if (step.code !== 0) throw new Error(`the step ended with ${step.code}`);
  if (run < 0) continue; // the first of each reads the files from disk
  bare.push(node.milliseconds);
  first.push(firstRequest - start);
  whole.push(step.milliseconds);
}
front.close();
await sandbox.stop();

const rows: [string, number[]][] = [
  ['`node -e 0`', bare],
  ['the step, to its first request', first],
  ['the step, whole sign-in', whole],
];
console.log(`${RUNS} runs, Node ${process.version}\n`);
console.log('| | median ms | fastest | over bare Node |\n| --- | --- | --- | --- |');
for (const [name, values] of rows) {
  const cells = [median(values), Math.min(...values), median(values) - median(bare)].map((ms) => ms.toFixed(0));
  console.log(`| ${name} | ${cells.join(' | ')} |`);
}
