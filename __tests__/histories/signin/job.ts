import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { KEY_LINES, KEYS, PRINT_IDENTITY } from '../../../harness/identity.ts';
import { type Job, type StepResult, startJob } from '../../../harness/runner.ts';
import { DEPLOY, ROLE } from '../../../harness/scene.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/index.ts';

/** A home folder with files of profiles of a user's own, as a self-hosted runner has it, shared by all jobs on it. */
export interface Machine {
  readonly sandbox: Sandbox;
  readonly home: string;
  readonly before: string;
  end(): Promise<void>;
}

export async function startMachine(): Promise<Machine> {
  const sandbox = await startSandbox();
  const home = mkdtempSync(join(tmpdir(), 'keyless-home-'));
  mkdirSync(join(home, '.aws'), { mode: 0o750 });
  writeFileSync(
    join(home, '.aws/config'),
    '# mine\n[default]\noutput = text\nmax_attempts = 2\n\n[profile shop]\nregion = us-east-1\n# of shop\n[profile z]\nx = 1\n[profile ci]\noutput = json\n',
  );
  writeFileSync(
    join(home, '.aws/credentials'),
    `[default]\n${KEY_LINES}\n[ci]\n${KEY_LINES}\n[shop]\naws_access_key_id = OLD\naws_secret_access_key = OLD\n`,
  );
  chmodSync(join(home, '.aws/config'), 0o644);
  chmodSync(join(home, '.aws/credentials'), 0o600);
  const end = async () => {
    rmSync(home, { recursive: true, force: true });
    await sandbox.stop();
  };
  return { sandbox, home, before: treeOf(home), end };
}

/** Every file below a folder: its mode and its bytes. */
export function treeOf(folder: string): string {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  const lines = names.map((name) => {
    const found = statSync(join(folder, name));
    return `${name} ${(found.mode & 0o777).toString(8)} ${found.isFile() ? readFileSync(join(folder, name), 'utf8') : ''}`;
  });
  return lines.join('\n');
}

/** What a step of a random job does. */
export interface Move {
  readonly label: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Kills the step this many milliseconds after its start. */
  readonly killMs?: number;
}

const CHAIN = `${ROLE}\n${DEPLOY}`;

const sources = fc.constantFrom<Record<string, string>>(
  { 'role-to-assume': ROLE },
  { 'role-to-assume': CHAIN },
  { 'role-to-assume': DEPLOY, 'credentials-source': 'ambient' },
  { 'credentials-source': 'ambient' },
  { 'role-to-assume': ROLE, 'use-existing-credentials': 'true' },
  { 'role-to-assume': 'arn:aws:iam::111122223333:role/nobody', 'disable-retry': 'true' },
);
const exports_ = fc.constantFrom<Record<string, string>>(
  {},
  {},
  { 'output-env-credentials': 'true' },
  { 'output-env-credentials': 'false' },
  { 'refresh-credentials': 'true' },
  { 'refresh-credentials': 'true', 'aws-profile': 'default', 'overwrite-aws-profile': 'true' },
  { 'aws-profile': 'shop', 'overwrite-aws-profile': 'true' },
  { 'aws-profile': 'mine', 'overwrite-aws-profile': 'true' },
  { 'aws-profile': 'mine', 'overwrite-aws-profile': 'true', 'output-env-credentials': 'true' },
  { 'unset-current-credentials': 'true' },
);
/** Keys in the step's own `env:` are gone in later steps: only a step that does not sign in with them may have some. */
const own = fc.constantFrom<Record<string, string>>({}, {}, KEYS);
const kills = fc.oneof(
  { weight: 6, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.integer({ min: 20, max: 200 }) },
);

export const moves: fc.Arbitrary<Move> = fc
  .tuple(sources, exports_, own, kills)
  .map(([source, wanted, env, killMs]) => {
    const inputs = { ...source, ...wanted };
    const isOidc =
      source['role-to-assume'] !== undefined && !source['credentials-source'] && !source['use-existing-credentials'];
    return {
      label: `${JSON.stringify(inputs)}${isOidc && env === KEYS ? ' with keys in env' : ''}${killMs ? `, killed after ${killMs} ms` : ''}`,
      inputs,
      ...(isOidc ? { env } : {}),
      ...(killMs ? { killMs } : {}),
    };
  });

/** One job on the machine, and what its steps promised. */
export interface RandomJob {
  readonly machine: Machine;
  readonly job: Job;
  /** Who later steps are, after the last step that says so. */
  who: string | undefined;
  readonly ran: StepResult[];
}

/** @param named what the job's own env names a profile with */
export function beginJob(machine: Machine, named: Readonly<Record<string, string>> = {}): RandomJob {
  const { sandbox, home } = machine;
  // boto3 takes no region from AWS_REGION.
  const env = { ...sandbox.env(), ...sandbox.containerEnv(), AWS_DEFAULT_REGION: 'eu-west-1', HOME: home, ...named };
  return { machine, job: startJob({ env, secrets: sandbox.secrets }), who: undefined, ran: [] };
}

/** Runs a step; after a green one every program of a later step is who the step said it is. */
export async function run(it: RandomJob, { inputs, env, killMs }: Move): Promise<void> {
  const result = await it.job.step(inputs, {
    ...(env ? { env } : {}),
    started: (child) => {
      if (killMs) setTimeout(() => child.kill('SIGKILL'), killMs);
    },
  });
  it.ran.push(result);
  if (result.code !== 0) {
    if (result.raw.includes('a bug of the action')) throw new Error(`a bug was told: ${result.log}`);
    // A step that was killed, or that failed, may have exported nothing or, when it was killed at its end, all.
    if (Object.keys(result.exported).length > 0) it.who = undefined;
    return;
  }
  const arn = result.outputs['authenticated-arn'] ?? '';
  const exported = Object.keys(result.exported).length > 0;
  if (exported && inputs['unset-current-credentials'] !== 'true') it.who = identityOf(arn);
  else if (exported) it.who = inputs['output-env-credentials'] === 'false' ? undefined : identityOf(arn);
  await check(it);
}

/** The role or user, without its session's name. */
function identityOf(arn: string): string {
  return arn.trim().replace(/(:assumed-role\/[^/]+)\/.*$/, '$1');
}

/** The JavaScript SDK, and in .ci/run boto3 and the aws CLI, are who the last green step said. */
async function check(it: RandomJob): Promise<void> {
  if (it.who !== undefined) await expectAll(it, it.who, `the last step said ${it.who}`);
}

async function expectAll({ job }: RandomJob, who: string, why: string): Promise<void> {
  for (const [name, command, args] of PROGRAMS) {
    const { code, stdout, stderr } = await job.run(command, args);
    const found = code === 0 ? identityOf(stdout) : `error: ${stderr.slice(-600)}`;
    if (found !== who) throw new Error(`${name} is ${found}, and ${why}; env ${shown(job.env)}`);
  }
}

function shown(env: Readonly<Record<string, string>>): string {
  const all = Object.entries(env).filter(([name]) => name.startsWith('AWS_'));
  return all.map(([name, value]) => `${name}=${/SECRET|TOKEN/.test(name) ? value.length : value}`).join(' ');
}

const BOTO3 = 'import boto3; print(boto3.client("sts").get_caller_identity()["Arn"])';

type Program = readonly [name: string, command: string, args: readonly string[]];

const has = (command: string, args: readonly string[]) => spawnSync(command, args).status === 0;
const PROGRAMS: readonly Program[] = [
  ['the JavaScript SDK', process.execPath, PRINT_IDENTITY],
  ...(process.env.HISTORIES ? others() : []),
];

/** Of Debian, which .ci/run installs. */
function others(): Program[] {
  const all: Program[] = [
    ['boto3', 'python3', ['-c', BOTO3]],
    ['the aws CLI', 'aws', ['sts', 'get-caller-identity', '--query', 'Arn', '--output', 'text']],
  ];
  return all.filter(([, command]) =>
    command === 'aws' ? has('aws', ['--version']) : has('python3', ['-c', 'import boto3']),
  );
}

/** Who every program is on this machine without a step: the keys of `[default]` in its HOME. */
const BEFORE = 'arn:aws:iam::111122223333:user/keyholder';

/**
 * The post steps, the latest first. Post steps of other actions come after them: their programs are who they were before the job, unless
 * other jobs work on the same HOME meanwhile.
 */
export async function endJob(it: RandomJob, { others }: { readonly others: boolean }): Promise<void> {
  for (const result of it.ran.toReversed()) {
    const post = await result.post();
    if (post.code !== 0 || post.warnings.length > 0) throw new Error(`post: ${post.log}`);
    if (it.job.env.AWS_PROFILE === '') throw new Error('post leaves an empty AWS_PROFILE');
  }
  if (!others) await expectAll(it, BEFORE, `after the post steps it should be ${BEFORE}`);
  // A step that is killed between making its list of undos and saving the key leaves the list, with nothing in it.
  const isEmptyList = (name: string) =>
    name.startsWith('keyless-aws-undo-') && readFileSync(join(it.job.temp, name), 'utf8').trim() === '';
  const left = readdirSync(it.job.temp).filter((name) => !name.startsWith('keyless-aws-after-') && !isEmptyList(name));
  it.job.end();
  if (left.length > 0) throw new Error(`left in RUNNER_TEMP: ${left.join(', ')}`);
}
