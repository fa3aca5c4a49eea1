// Pushes the same images with this action, skopeo and podman to the same docker-registry, each into an empty repository,
// in turn. `node bench/images/index.ts [LAYERS] [MEGABYTES] [ROUNDS]`; needs Debian's docker-registry, skopeo and podman.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startJob } from '../../__tests__/harness/runner.ts';
import { startRegistry } from '../../__tests__/servers/registry.ts';
import { startSandbox } from '../../sandbox/index.ts';
import { gzipLayer, type Layer, plainLayer, realFiles, writeDockerArchive, writeLayout } from './fixtures.ts';

const [layers = 10, megabytes = 50, rounds = 3] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(process.env.BENCH_TMP ?? tmpdir(), 'keyless-bench-'));
const files = realFiles();

interface Run {
  readonly seconds: number;
  /** Peak memory of the process, MB. */
  readonly memory: number;
}

/** One image in all its forms, and the same with another last layer. */
async function fixtures() {
  const plain: Layer[] = [];
  for (let at = 0; at <= layers; at++) plain.push(await plainLayer(folder, `layer-${at}.tar`, megabytes * 1e6, files));
  const versions = { first: plain.slice(0, layers), changed: [...plain.slice(0, layers - 1), plain[layers]!] };
  const gzipped = new Map<Layer, Layer>();
  for (const layer of plain) gzipped.set(layer, await gzipLayer(layer, folder));
  for (const [name, of] of Object.entries(versions)) {
    await writeDockerArchive(join(folder, `${name}.tar`), of);
    await writeLayout(
      join(folder, name),
      of.map((layer) => gzipped.get(layer)!),
      of,
    );
  }
  return plain.slice(0, layers).reduce((sum, { size }) => sum + size, 0);
}

/** Runs a program; its time and, from /proc, its peak memory. */
async function timed(command: string, args: readonly string[]): Promise<Run> {
  const start = performance.now();
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('REGISTRY_')));
  const child = spawn(command, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  let memory = 0;
  const watch = setInterval(() => {
    memory = Math.max(memory, peakOf(child.pid));
  }, 20);
  const code = await new Promise((done) => child.once('close', done));
  clearInterval(watch);
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${said.slice(-500)}`);
  return { seconds: (performance.now() - start) / 1000, memory };
}

function peakOf(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

interface Case {
  readonly name: string;
  /** What is pushed before the clock runs. */
  readonly before?: string;
  readonly source: string;
  readonly inputs?: Record<string, string>;
  readonly skopeo: readonly string[];
}

const CASES: readonly Case[] = [
  { name: 'compressed layers (OCI layout)', source: 'oci:first', skopeo: [] },
  { name: 'the same again', before: 'oci:first', source: 'oci:first', skopeo: [] },
  { name: 'one layer changed', before: 'oci:first', source: 'oci:changed', skopeo: [] },
  { name: 'plain layers (docker save), gzip', source: 'docker-archive:first.tar', skopeo: [] },
  {
    name: 'plain layers, zstd',
    source: 'docker-archive:first.tar',
    inputs: { 'image-compression': 'zstd' },
    skopeo: [],
  },
  {
    name: 'plain layers, the same again',
    before: 'docker-archive:first.tar',
    source: 'docker-archive:first.tar',
    skopeo: [],
  },
  {
    name: 'plain layers, one changed',
    before: 'docker-archive:first.tar',
    source: 'docker-archive:changed.tar',
    skopeo: [],
  },
];

/** The shipped action; each run on an empty runner. */
async function action(host: string, source: string, inputs: Record<string, string> = {}): Promise<Run> {
  const sandbox = await startSandbox({
    world: { ecr: { '111122223333': { 'eu-west-1': { endpoint: `http://${host}`, repositories: { bench: {} } } } } },
  });
  const job = startJob({ env: { ...sandbox.env(), GITHUB_WORKSPACE: folder } });
  let memory = 0;
  let watch: NodeJS.Timeout | undefined;
  const result = await job.step(
    { 'role-to-assume': 'arn:aws:iam::111122223333:role/publish', images: `${source} => bench:1`, ...inputs },
    {
      started: ({ pid }) => {
        watch = setInterval(() => {
          memory = Math.max(memory, peakOf(pid));
        }, 20);
      },
    },
  );
  clearInterval(watch);
  job.end();
  await sandbox.stop();
  if (result.code !== 0) throw new Error(result.raw);
  return { seconds: result.milliseconds / 1000, memory };
}

/** Each run with an empty cache of known blobs, as on a fresh runner. */
async function skopeo(host: string, source: string, args: readonly string[]): Promise<Run> {
  rmSync('/var/lib/containers/cache', { recursive: true, force: true });
  const [kind, name] = source.split(':') as [string, string];
  const from = `${kind}:${join(folder, name)}`;
  return timed('skopeo', [
    '--insecure-policy',
    'copy',
    '-q',
    '--dest-tls-verify=false',
    ...args,
    from,
    `docker://${host}/bench:1`,
  ]);
}

async function measure(each: Case, tool: 'action' | 'skopeo'): Promise<Run> {
  const registry = await startRegistry();
  const { inputs, skopeo: args } = each;
  try {
    const push = (source: string) =>
      tool === 'action' ? action(registry.host, source, inputs) : skopeo(registry.host, source, args);
    if (each.before) await push(each.before);
    return await push(each.source);
  } finally {
    registry.stop();
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

try {
  if (!existsSync(resolve('dist/index.js'))) throw new Error('run npm run build first');
  const bytes = await fixtures();
  console.log(
    `${layers} layers, ${(bytes / 1e6).toFixed(0)} MB plain; ${cpus().length} × ${cpus()[0]?.model}; medians of ${rounds}`,
  );
  console.log('| push | this action | skopeo | ratio | memory |\n| --- | --- | --- | --- | --- |');
  for (const each of CASES) {
    const runs: Record<'action' | 'skopeo', Run[]> = { action: [], skopeo: [] };
    for (let round = 0; round < rounds; round++) {
      for (const tool of ['action', 'skopeo'] as const) runs[tool].push(await measure(each, tool));
    }
    const [ours, theirs] = [runs.action, runs.skopeo].map((of) => median(of.map(({ seconds }) => seconds))) as [
      number,
      number,
    ];
    const memory = Math.max(...runs.action.map((run) => run.memory));
    const row = [
      each.name,
      `${ours.toFixed(2)} s`,
      `${theirs.toFixed(2)} s`,
      (ours / theirs).toFixed(2),
      `${memory.toFixed(0)} MB`,
    ];
    console.log(`| ${row.join(' | ')} |`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
