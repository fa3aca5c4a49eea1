// Pushes the same images with this action and with skopeo to the same docker-registry, each into an empty one, in turn.
// `node bench/images/index.ts [LAYERS] [MEGABYTES] [ROUNDS] [CASES]`; needs Debian's docker-registry and skopeo. CASES is a
// part of the names of cases.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startRegistry } from '../../__tests__/servers/registry.ts';
import { startJob } from '../../harness/runner.ts';
import { startSandbox } from '../../sandbox/index.ts';
import { eachOf } from '../../src/base/parallel.ts';
import { gzipLayer, type Layer, plainLayer, realFiles, writeDockerArchive, writeLayout } from './fixtures.ts';

const [layers = 10, megabytes = 50, rounds = 3] = process.argv.slice(2, 5).map(Number);
const chosen = process.argv[5] ?? '';
const folder = mkdtempSync(join(process.env.BENCH_TMP ?? tmpdir(), 'keyless-bench-'));
const files = realFiles();

interface Run {
  readonly seconds: number;
  /** Processor seconds of the process, the kernel's for it included. */
  readonly cpu: number;
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

/** Runs a program; its time and, from /proc, its processor time and peak memory. */
async function timed(command: string, args: readonly string[]): Promise<Run> {
  const start = performance.now();
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('REGISTRY_')));
  const child = spawn(command, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const used = watch(child.pid);
  const code = await new Promise((done) => child.once('close', done));
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${said.slice(-500)}`);
  return { seconds: (performance.now() - start) / 1000, ...used() };
}

/** Looks at a process until it is asked what the process used. */
function watch(pid: number | undefined): () => Omit<Run, 'seconds'> {
  let [cpu, memory] = [0, 0];
  const look = () => {
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      memory = Math.max(memory, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
      // https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: utime and stime, in hundredths of a second.
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
      cpu = (Number(fields[11]) + Number(fields[12])) / 100;
    } catch {
      // It has ended.
    }
  };
  const timer = setInterval(look, 10);
  return () => {
    clearInterval(timer);
    return { cpu, memory };
  };
}

interface Case {
  readonly name: string;
  /** What is pushed before the clock runs. */
  readonly before?: string;
  readonly source: string;
  readonly inputs?: Record<string, string>;
}

const CASES: readonly Case[] = [
  { name: 'compressed layers (OCI layout)', source: 'oci:first' },
  { name: 'the same again', before: 'oci:first', source: 'oci:first' },
  { name: 'one layer changed', before: 'oci:first', source: 'oci:changed' },
  { name: 'plain layers (docker save), gzip', source: 'docker-archive:first.tar' },
  {
    name: 'plain layers, zstd',
    source: 'docker-archive:first.tar',
    inputs: { 'image-compression': 'zstd' },
  },
  {
    name: 'plain layers, the same again',
    before: 'docker-archive:first.tar',
    source: 'docker-archive:first.tar',
  },
  {
    name: 'plain layers, one changed',
    before: 'docker-archive:first.tar',
    source: 'docker-archive:changed.tar',
  },
];

/** The shipped action; each run on an empty runner. */
async function action(host: string, source: string, inputs: Record<string, string> = {}): Promise<Run> {
  const sandbox = await startSandbox({
    world: { ecr: { '111122223333': { 'eu-west-1': { endpoint: `http://${host}`, repositories: { bench: {} } } } } },
  });
  const job = startJob({ env: { ...sandbox.env(), GITHUB_WORKSPACE: folder } });
  let used: ReturnType<typeof watch> | undefined;
  const result = await job.step(
    { 'role-to-assume': 'arn:aws:iam::111122223333:role/publish', images: `${source} => bench:1`, ...inputs },
    {
      started: ({ pid }) => {
        used = watch(pid);
      },
    },
  );
  job.end();
  await sandbox.stop();
  if (result.code !== 0) throw new Error(result.raw);
  return { seconds: result.milliseconds / 1000, ...used!() };
}

/** Each run with an empty cache of known blobs, as on a fresh runner. */
async function skopeo(host: string, source: string): Promise<Run> {
  rmSync('/var/lib/containers/cache', { recursive: true, force: true });
  const [kind, name] = source.split(':') as [string, string];
  const from = `${kind}:${join(folder, name)}`;
  return timed('skopeo', [
    '--insecure-policy',
    'copy',
    '-q',
    '--dest-tls-verify=false',
    from,
    `docker://${host}/bench:1`,
  ]);
}

async function measure(each: Case, tool: 'action' | 'skopeo'): Promise<Run> {
  const registry = await startRegistry();
  try {
    const push = (source: string) =>
      tool === 'action' ? action(registry.host, source, each.inputs) : skopeo(registry.host, source);
    if (each.before) await push(each.before);
    return await push(each.source);
  } finally {
    registry.stop();
  }
}

/** The least that a push of the compressed layers takes: curl sends them, six at a time, and nothing is read or compared before. */
async function bareUploads(): Promise<Run> {
  const registry = await startRegistry();
  const blobs = join(folder, 'first/blobs/sha256');
  const start = performance.now();
  try {
    await eachOf(readdirSync(blobs), 6, async (name) => {
      const opened = await fetch(`${registry.url}/v2/bench/blobs/uploads/`, { method: 'POST' });
      const to = new URL(opened.headers.get('location') ?? '', registry.url);
      to.searchParams.set('digest', `sha256:${name}`);
      await timed('curl', ['-sSf', '-H', 'Expect:', '-X', 'PUT', '-T', join(blobs, name), to.href]);
    });
    return { seconds: (performance.now() - start) / 1000, cpu: 0, memory: 0 };
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
  console.log('| push | this action | skopeo | ratio | CPU s | skopeo | peak MB | skopeo |');
  console.log('| --- | --- | --- | --- | --- | --- | --- | --- |');
  for (const each of CASES.filter(({ name }) => name.includes(chosen))) {
    const runs: Record<'action' | 'skopeo', Run[]> = { action: [], skopeo: [] };
    for (let round = 0; round < rounds; round++) {
      for (const tool of ['action', 'skopeo'] as const) runs[tool].push(await measure(each, tool));
    }
    const of = (tool: 'action' | 'skopeo', field: keyof Run) => median(runs[tool].map((run) => run[field]));
    if (each === CASES[0]) {
      const bare: Run[] = [];
      for (let round = 0; round < rounds; round++) bare.push(await bareUploads());
      console.error(`curl, six PUTs at a time: ${median(bare.map(({ seconds }) => seconds)).toFixed(2)} s`);
    }
    const row = [
      each.name,
      `${of('action', 'seconds').toFixed(2)} s`,
      `${of('skopeo', 'seconds').toFixed(2)} s`,
      (of('action', 'seconds') / of('skopeo', 'seconds')).toFixed(2),
      ...[of('action', 'cpu'), of('skopeo', 'cpu')].map((cpu) => cpu.toFixed(2)),
      ...[of('action', 'memory'), of('skopeo', 'memory')].map((memory) => memory.toFixed(0)),
    ];
    console.log(`| ${row.join(' | ')} |`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
