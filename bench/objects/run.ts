import { spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { PEERS, type Peer, type Place } from './peers.ts';

/**
 * Uploads the same files with this action and its peers, in turn, to the same server that throws bodies away, and prints a table of
 * medians: `npm run bench:objects -- --case small --delay 30 --tls --runs 3 --peer 'this action,rclone'`. Needs gcc and libssl-dev.
 */
const { values } = parseArgs({
  options: {
    case: { type: 'string', default: 'small,middle,large,unchanged' },
    peer: { type: 'string', default: 'this action,rclone,aws s3 sync' },
    delay: { type: 'string', default: '30' },
    tls: { type: 'boolean', default: false },
    runs: { type: 'string', default: '3' },
  },
});

interface Case {
  readonly title: string;
  readonly files: number;
  readonly bytes: number;
  readonly unchanged?: boolean;
}

const CASES: Readonly<Record<string, Case>> = {
  small: { title: '5,000 × 10 KiB', files: 5_000, bytes: 10 << 10 },
  middle: { title: '100 × 3 MiB', files: 100, bytes: 3 << 20 },
  large: { title: '1 × 1 GiB', files: 1, bytes: 1 << 30 },
  unchanged: { title: '50,000 × 10 KiB, unchanged', files: 50_000, bytes: 10 << 10, unchanged: true },
};

interface Measured {
  readonly seconds: number;
  readonly cpu: number;
  readonly megabytes: number;
}

const ROOT = resolve(import.meta.dirname, '../..');
const scratch = mkdtempSync(join(tmpdir(), 'keyless-bench-'));
const sink = join(scratch, 'sink');
try {
  call('gcc', ['-O2', '-o', sink, join(import.meta.dirname, 'sink.c'), '-lssl', '-lcrypto', '-lpthread']);
  console.log(
    `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB; answers after ${values.delay} ms; ${values.tls ? 'TLS' : 'plain HTTP'}; medians of ${values.runs}\n`,
  );
  console.log('| files | program | s | objects/s | MB/s | CPU s | peak MB |');
  console.log('| --- | --- | ---: | ---: | ---: | ---: | ---: |');
  for (const name of values.case.split(',')) await bench(CASES[name]!);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

async function bench(one: Case): Promise<void> {
  const folder = join(scratch, 'files');
  const listing = makeFiles(folder, one);
  const peers = PEERS.filter(({ name }) => values.peer.split(',').includes(name));
  const measured = new Map<string, Measured[]>(peers.map(({ name }) => [name, []]));
  for (let run = 0; run < Number(values.runs); run++)
    for (const peer of peers) measured.get(peer.name)!.push(await measure(peer, one, { folder, listing }));
  for (const [name, runs] of measured) {
    const [seconds, cpu] = [median(runs.map((it) => it.seconds)), median(runs.map((it) => it.cpu))];
    const peak = Math.max(...runs.map((it) => it.megabytes));
    const rates = [one.files / seconds, one.unchanged ? 0 : (one.files * one.bytes) / 1e6 / seconds];
    console.log(
      `| ${one.title} | ${name} | ${seconds.toFixed(2)} | ${rates.map((rate) => Math.round(rate)).join(' | ')} | ${cpu.toFixed(2)} | ${Math.round(peak)} |`,
    );
  }
  rmSync(folder, { recursive: true });
}

/** Random bytes, in folders of a hundred. @returns the file that lists them, if they are to be there already */
function makeFiles(folder: string, { files, bytes, unchanged }: Case): string {
  const listed: string[] = [];
  const chunk = randomBytes(Math.min(bytes, 16 << 20));
  for (let n = 0; n < files; n++) {
    const name = `${String(Math.floor(n / 100)).padStart(3, '0')}/${String(n).padStart(5, '0')}.bin`;
    if (n % 100 === 0) mkdirSync(join(folder, name, '..'), { recursive: true });
    chunk.writeUInt32BE(n);
    for (let at = 0; at < bytes; at += chunk.length)
      writeFileSync(join(folder, name), chunk, { flag: at === 0 ? 'w' : 'a' });
    if (unchanged) listed.push(`${bytes} ${createHash('md5').update(chunk).digest('hex')} ${name}\n`);
  }
  const path = join(scratch, 'listing');
  writeFileSync(path, listed.join(''));
  return path;
}

async function measure(
  peer: Peer,
  { unchanged }: Case,
  { folder, listing }: { readonly folder: string; readonly listing: string },
): Promise<Measured> {
  const tls = values.tls ? certificate() : undefined;
  const server = spawn(sink, [values.delay, listing, ...(tls ?? [])], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const port = await new Promise<string>((done) =>
      server.stdout.once('data', (text: Buffer) => done(text.toString().trim())),
    );
    const place: Place = {
      url: tls ? `https://localhost:${port}` : `http://127.0.0.1:${port}`,
      folder,
      scratch,
      cert: tls?.[1],
      unchanged: unchanged ?? false,
      node: process.execPath,
      dist: join(ROOT, 'dist/index.js'),
    };
    return await timed(peer.command(place), { PATH: process.env.PATH ?? '', HOME: scratch, ...peer.env(place) });
  } finally {
    server.kill();
  }
}

/** The shell's `time` knows the processor time of children; the peak of the resident set is read from /proc on the way. */
async function timed(command: readonly string[], env: Record<string, string>): Promise<Measured> {
  const child = spawn('bash', ['-c', 'TIMEFORMAT="%R %U %S"; time "$@" >"$LOG" 2>&1', 'bash', ...command], {
    env: { ...env, LOG: join(scratch, 'log') },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, ...descendants(child.pid!).map(peakOf));
  }, 25);
  let times = '';
  child.stderr.on('data', (text: Buffer) => {
    times += text.toString();
  });
  const code = await new Promise<number | null>((done) => child.once('close', done));
  clearInterval(watch);
  if (code !== 0)
    throw new Error(`${command[0]} ended with ${code}: ${readFileSync(join(scratch, 'log'), 'utf8').slice(-2_000)}`);
  const [seconds = 0, user = 0, system = 0] = times.trim().split(' ').map(Number);
  return { seconds, cpu: user + system, megabytes: peak / 1024 };
}

function descendants(pid: number): number[] {
  const read = (path: string) => {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return '';
    }
  };
  const children = read(`/proc/${pid}/task/${pid}/children`).trim().split(' ').filter(Boolean).map(Number);
  return [...children, ...children.flatMap(descendants)];
}

/** In KiB. */
function peakOf(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** Key and certificate of a server that nobody but this benchmark trusts. */
function certificate(): [string, string] {
  const [key, cert] = [join(scratch, 'key.pem'), join(scratch, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  call('openssl', ['req', '-x509', ...curve, '-days', '2', ...subject, '-keyout', key, '-out', cert]);
  return [key, cert];
}

function call(program: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(program, args);
  if (status !== 0) throw error ?? new Error(`${program}: ${stderr.toString()}`);
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}
