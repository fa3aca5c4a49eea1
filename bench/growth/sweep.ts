import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PEERS } from '../objects/peers.ts';

/** What an upload is measured with as its number of files grows. */
export const KINDS = [
  'new',
  'unchanged',
  'one in a hundred changed',
  'dry run',
  'one header rule',
  'deletion',
  'folders with CloudFront',
  'a thousand excludes',
  'lines',
  'header rules',
  'excludes',
] as const;
export type Kind = (typeof KINDS)[number];

export interface Grown {
  readonly code: number | null;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly megabytes: number;
  /** By method. */
  readonly requests: Readonly<Record<string, number>>;
  readonly log: string;
}

const ROOT = resolve(import.meta.dirname, '../..');
const FILES_A_FOLDER = 100;

/** Of these kinds the number is that of the rules, and this the number of files. */
const FILES_FOR_RULES = 1_000;

/** Uploads this many files of 16 bytes, with the shipped action, to a server that throws them away. */
export async function grow(kind: Kind, many: number): Promise<Grown> {
  const ofRules = kind === 'header rules' || kind === 'excludes';
  const [files, rules] = ofRules ? [FILES_FOR_RULES, many] : [many, 1_000];
  const scratch = mkdtempSync(join(tmpdir(), 'keyless-growth-'));
  const folder = join(scratch, 'site');
  try {
    const listing = writeFiles(folder, { files, kind, scratch });
    return await measure({ kind, files, rules, scratch, folder, listing });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function nameOf(n: number, kind: Kind): string {
  const folder = Math.floor(n / (kind === 'folders with CloudFront' ? 1 : FILES_A_FOLDER));
  return `${String(folder).padStart(5, '0')}/${String(n).padStart(7, '0')}.txt`;
}

/** @returns the file that lists what the server holds already */
function writeFiles(
  folder: string,
  { files, kind, scratch }: { readonly files: number; readonly kind: Kind; readonly scratch: string },
): string {
  const held: [string, number, string][] = [];
  for (let n = 0; n < files; n++) {
    const text = `file ${String(n).padStart(11, '0')}`;
    const name = nameOf(n, kind);
    // Every other object is to be deleted.
    if (kind !== 'deletion' || n % 2 === 0) {
      mkdirSync(join(folder, name, '..'), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const isThere = kind === 'one in a hundred changed' ? n % 100 !== 0 : kind !== 'new' && kind !== 'dry run';
    const md5 = createHash('md5').update(text).digest('hex');
    held.push([name, text.length, isThere ? md5 : '0'.repeat(32)]);
  }
  const listing = join(scratch, 'listing.json');
  writeFileSync(listing, JSON.stringify(kind === 'new' || kind === 'dry run' ? [] : held));
  return listing;
}

interface Measure {
  readonly kind: Kind;
  readonly files: number;
  readonly rules: number;
  readonly scratch: string;
  readonly folder: string;
  readonly listing: string;
}

async function measure({ kind, files, rules, scratch, folder, listing }: Measure): Promise<Grown> {
  // What a deletion finds has to be older than the listing.
  const age = kind === 'deletion' ? ['60000'] : [];
  const server = spawn(process.execPath, [join(ROOT, 'bench/growth/null-server.ts'), '0', listing, ...age], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const port = await new Promise<string>((done) =>
      server.stdout.once('data', (text: Buffer) => done(text.toString().trim())),
    );
    const url = `http://127.0.0.1:${port}`;
    const dist = join(ROOT, 'dist/index.js');
    const place = { url, folder, scratch, cert: undefined, unchanged: false, node: process.execPath, dist };
    const env = { PATH: process.env.PATH ?? '', ...PEERS[0]!.env(place), ...inputsOf(kind, { folder, files, rules }) };
    const begun = performance.now();
    const { code, log } = await run([process.execPath, dist], env, scratch);
    const seconds = (performance.now() - begun) / 1000;
    const requests = (await (await fetch(`${url}/_requests`)).json()) as Record<string, number>;
    const [, cpu = '0', memory = '0'] =
      /([\d.]+) CPU s, (\d+) KiB/.exec(readFileSync(join(scratch, 'usage'), 'utf8')) ?? [];
    return { code, seconds, cpuSeconds: Number(cpu), megabytes: Number(memory) / 1024, requests, log };
  } finally {
    server.kill();
  }
}

function inputsOf(
  kind: Kind,
  { folder, files, rules }: Pick<Measure, 'folder' | 'files' | 'rules'>,
): Record<string, string> {
  const excludes = Array.from({ length: rules }, (_, n) => `!nothing-${n}/**`);
  const headers = Array.from({ length: rules }, (_, n) => `n${n}/*.{js,css} => no-cache`);
  const lines = Array.from(
    { length: Math.ceil(files / FILES_A_FOLDER) },
    (_, n) => `${folder}/${String(n).padStart(5, '0')} => s3://null/${String(n).padStart(5, '0')}`,
  );
  const whole = `${folder} => s3://null`;
  return {
    ...(kind === 'dry run' ? { 'INPUT_DRY-RUN': 'true' } : {}),
    ...(kind === 'one header rule' ? { 'INPUT_S3-CACHE-CONTROL': '**/* => no-cache' } : {}),
    ...(kind === 'deletion' ? { 'INPUT_S3-DELETE': 'true', 'INPUT_S3-MAX-DELETE': '100%' } : {}),
    ...(kind === 'folders with CloudFront' ? { 'INPUT_CLOUDFRONT-DISTRIBUTION': 'E2EXAMPLE123' } : {}),
    ...(kind === 'header rules' ? { 'INPUT_S3-CACHE-CONTROL': headers.join('\n') } : {}),
    ...(kind.endsWith('excludes') ? { 'INPUT_S3-UPLOAD': [whole, ...excludes].join('\n') } : {}),
    ...(kind === 'lines' ? { 'INPUT_S3-UPLOAD': lines.join('\n') } : {}),
  };
}

/** What the process used it says itself, when it ends. */
async function run(
  [program = '', ...args]: readonly string[],
  env: Readonly<Record<string, string>>,
  scratch: string,
): Promise<{ code: number | null; log: string }> {
  const usage = join(scratch, 'usage');
  const hook = join(scratch, 'usage.cjs');
  writeFileSync(
    hook,
    `process.on('exit', () => { const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
      require('node:fs').writeFileSync(${JSON.stringify(usage)}, ((userCPUTime + systemCPUTime) / 1e6) + ' CPU s, ' + maxRSS + ' KiB'); });`,
  );
  const child = spawn(program, ['--require', hook, ...args], { env, cwd: scratch, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (log += text.toString()));
  const code = await new Promise<number | null>((done) => child.once('close', done));
  return { code, log };
}
