import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startRegistry } from '../../__tests__/servers/registry.ts';
import { eachOf } from '../../src/base/parallel.ts';
import { CASES, type Case } from './cases.ts';
import { delayed } from './delay.ts';
import { makeFixtures } from './fixtures.ts';
import { action, located, type Run, skopeo, timed } from './tools.ts';

/**
 * Pushes the same images with this action and with skopeo to the same docker-registry, each into an empty one, in turn, and prints a
 * table of medians: `npm run bench:images -- --case plain --runs 3`; needs Debian's docker-registry and skopeo.
 */
const { values } = parseArgs({
  options: {
    /** Parts of the names of cases. */
    case: { type: 'string', default: '' },
    layers: { type: 'string', default: '10' },
    megabytes: { type: 'string', default: '50' },
    runs: { type: 'string', default: '3' },
    /** A folder for the images, which stay there for the next run. */
    fixtures: { type: 'string' },
  },
});
const [layers, megabytes, runs] = [values.layers, values.megabytes, values.runs].map(Number) as [
  number,
  number,
  number,
];

type Tool = 'action' | 'skopeo';

async function measure({ before, step, inputs, delay }: Case, tool: Tool, folder: string): Promise<Run> {
  const registry = await startRegistry();
  const way = delay === undefined ? undefined : await delayed(registry.host, delay);
  const push = ({ images, peer }: Case['step'], host: string) => {
    if (tool === 'action') return action({ folder, host }, { images, ...inputs });
    const plainHttp = ['--src-tls-verify=false', '--dest-tls-verify=false'];
    return skopeo(
      peer.map(([source, target]) => [
        ...plainHttp,
        located(folder, source.replace('HOST', host)),
        `docker://${host}/${target}`,
      ]),
    );
  };
  try {
    if (before) await push(before, registry.host);
    return await push(step, way?.host ?? registry.host);
  } finally {
    way?.stop();
    registry.stop();
  }
}

/** The least that a push of the compressed layers takes: curl sends them, six at a time, and nothing is read or compared before. */
async function bareUploads(folder: string): Promise<Run> {
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

/** Makes the images, or takes those that an earlier run left. */
async function prepare(folder: string): Promise<number> {
  const made = join(folder, 'bytes');
  if (existsSync(made)) return Number(readFileSync(made, 'utf8'));
  mkdirSync(folder, { recursive: true });
  const bytes = await makeFixtures(folder, { layers, bytes: megabytes * 1e6 });
  writeFileSync(made, String(bytes));
  return bytes;
}

async function row(each: Case, folder: string): Promise<string> {
  const taken: Record<Tool, Run[]> = { action: [], skopeo: [] };
  for (let round = 0; round < runs; round++) {
    for (const tool of ['action', 'skopeo'] as const) taken[tool].push(await measure(each, tool, folder));
  }
  const of = (tool: Tool, field: keyof Run) => median(taken[tool].map((run) => run[field]));
  return [
    each.name,
    `${of('action', 'seconds').toFixed(2)} s`,
    `${of('skopeo', 'seconds').toFixed(2)} s`,
    (of('action', 'seconds') / of('skopeo', 'seconds')).toFixed(2),
    ...[of('action', 'cpu'), of('skopeo', 'cpu')].map((cpu) => cpu.toFixed(2)),
    ...[of('action', 'memory'), of('skopeo', 'memory')].map((memory) => memory.toFixed(0)),
  ].join(' | ');
}

const folder = values.fixtures ?? mkdtempSync(join(process.env.BENCH_TMP ?? tmpdir(), 'keyless-bench-'));
try {
  if (!existsSync(resolve('dist/index.js'))) throw new Error('run npm run build first');
  const bytes = await prepare(folder);
  console.log(
    `${layers} layers, ${(bytes / 1e6).toFixed(0)} MB plain; ${cpus().length} × ${cpus()[0]?.model}; medians of ${runs}`,
  );
  console.log('| push | this action | skopeo | ratio | CPU s | skopeo | peak MB | skopeo |');
  console.log('| --- | --- | --- | --- | --- | --- | --- | --- |');
  for (const each of CASES.filter(({ name }) => values.case.split(',').some((part) => name.includes(part)))) {
    console.log(`| ${await row(each, folder)} |`);
    if (each !== CASES[0]) continue;
    const bare: number[] = [];
    for (let round = 0; round < runs; round++) bare.push((await bareUploads(folder)).seconds);
    console.error(`curl, six PUTs at a time: ${median(bare).toFixed(2)} s`);
  }
} finally {
  if (values.fixtures === undefined) rmSync(folder, { recursive: true, force: true });
}
