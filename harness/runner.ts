import { spawn } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ACTION, ROOT } from './action.ts';
import { checkCanaries, watchArguments } from './canary.ts';
import { readFileCommands, readLog } from './commands.ts';

/**
 * Plays GitHub's runner: inputs with action.yml's defaults, the file commands, masks, the post step.
 * https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export interface JobOptions {
  /** The job's environment, on top of a scrubbed one. */
  readonly env?: Readonly<Record<string, string>>;
  /** Files of the workspace by path. */
  readonly files?: Readonly<Record<string, string | Buffer>>;
  /** What may appear nowhere a user or another process can look: the canary check. Read when a step ends. */
  readonly secrets?: Iterable<string>;
}

export interface StepResult {
  readonly code: number | null;
  /** What the step printed, as the log shows it: commands taken out, masks applied. */
  readonly log: string;
  /** What the step printed, commands included and nothing masked. */
  readonly raw: string;
  /** Annotations by level, unescaped. */
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  readonly notices: readonly string[];
  readonly masks: readonly string[];
  readonly outputs: Readonly<Record<string, string>>;
  /** What the step exported for later steps. */
  readonly exported: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly milliseconds: number;
  /** Runs the post step of this step, as the runner does when the job ends. */
  post(): Promise<StepResult>;
}

export interface Job {
  readonly workspace: string;
  /** RUNNER_TEMP */
  readonly temp: string;
  /** The environment that the next step gets: what earlier steps exported is in it. */
  readonly env: Record<string, string>;
  /** Runs the shipped action with these inputs. */
  step(inputs: Readonly<Record<string, string>>, options?: StepOptions): Promise<StepResult>;
  /** Runs a program as a `run:` step with the job's environment. */
  run(command: string, args?: readonly string[]): Promise<{ code: number | null; stdout: string; stderr: string }>;
  /** Removes the job's folders. */
  end(): void;
}

export interface StepOptions {
  /** `skipped`: the pauses of a wait or a retry take no time, and the step's clock moves on by them. */
  readonly sleeps?: 'real' | 'skipped';
  readonly env?: Readonly<Record<string, string>>;
  /** Other files in place of the runner's own, by variable: `/dev/full` for a full disk. */
  readonly files?: Readonly<Record<string, string>>;
  /** Where the tests run as root, who may read everything: the step runs as somebody who owns the job's folders and no file in them. */
  readonly as?: 'nobody';
  /** Called with the child process, to cancel it (`child.kill('SIGINT')`). */
  readonly started?: (child: { kill(signal: NodeJS.Signals): boolean; readonly pid?: number | undefined }) => void;
  /** Called with what was printed so far, whenever something is printed. */
  readonly printed?: (raw: string) => void;
}

/**
 * Cancels the step, once, when `happened` says so of what was printed so far. Once: its last words may match too, and a signal
 * that arrives while Node ends, when no handler is left, kills it without an exit code.
 */
export function cancelWhen(happened: (printed: string) => boolean, signal: NodeJS.Signals = 'SIGTERM'): StepOptions {
  let printed = '';
  return {
    started: (child) => {
      // What happens on a server is not printed.
      const timer = setInterval(() => {
        if (!happened(printed)) return;
        clearInterval(timer);
        child.kill(signal);
      }, 5).unref();
    },
    printed: (raw) => {
      printed = raw;
    },
  };
}

/** A job on a runner of its own: workspace, temporary folder, home. */
export function startJob({ env = {}, files = {}, secrets = [] }: JobOptions = {}): Job {
  if (Number.parseInt(process.versions.node, 10) < 24) throw new Error('actions run on Node 24: start tests with npm');
  const base = mkdtempSync(join(tmpdir(), 'keyless-job-'));
  const [workspace, temp, home] = ['workspace', 'temp', 'home'].map((name) => {
    mkdirSync(join(base, name));
    return join(base, name);
  }) as [string, string, string];
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(workspace, path, '..'), { recursive: true });
    writeFileSync(join(workspace, path), content);
  }
  const jobEnv: Record<string, string> = {
    PATH: process.env.PATH ?? '',
    HOME: home,
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_WORKSPACE: workspace,
    GITHUB_REPOSITORY: 'octo-org/shop',
    GITHUB_REPOSITORY_OWNER: 'octo-org',
    GITHUB_RUN_ID: '4711',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_REF: 'refs/heads/main',
    GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
    GITHUB_ACTOR: 'octocat',
    GITHUB_JOB: 'deploy',
    GITHUB_WORKFLOW: 'release',
    GITHUB_SERVER_URL: 'https://github.com',
    RUNNER_TEMP: temp,
    RUNNER_OS: process.platform === 'win32' ? 'Windows' : process.platform === 'darwin' ? 'macOS' : 'Linux',
    AWS_EC2_METADATA_DISABLED: 'true',
    ...(process.env.NODE_COMPILE_CACHE ? { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE } : {}),
    ...env,
  };
  const context: Context = { base, workspace, env: jobEnv, secrets, steps: 0 };
  return {
    workspace,
    temp,
    env: jobEnv,
    step: (inputs, options = {}) => runStep(context, inputs, options),
    run: (command, args = []) => runProgram(context, command, args),
    end: () => rmSync(base, { recursive: true, force: true }),
  };
}

const FAST_CLOCK = new URL('./fast-clock.ts', import.meta.url).href;

/** The job's `GITHUB_TOKEN`. */
export const JOB_TOKEN = 'ghs_16C7e42F292c6912E7710c838347Ae178B4a';

interface Context {
  readonly base: string;
  readonly workspace: string;
  readonly env: Record<string, string>;
  readonly secrets: Iterable<string>;
  steps: number;
}

async function runStep(context: Context, inputs: Readonly<Record<string, string>>, options: StepOptions) {
  const main = await runDoor(context, { door: ACTION.runs.main, inputs, state: {} }, options);
  Object.assign(context.env, main.result.exported);
  const post = async (): Promise<StepResult> => {
    const { result } = await runDoor(context, { door: ACTION.runs.post, inputs, state: main.state }, {});
    Object.assign(context.env, result.exported);
    return { ...result, post };
  };
  return { ...main.result, post };
}

interface Door {
  /** The file of `dist/` that is started. */
  readonly door: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly state: Readonly<Record<string, string>>;
}

async function runDoor(context: Context, { door, inputs, state }: Door, options: StepOptions) {
  const folder = join(context.base, `step-${context.steps++}`);
  mkdirSync(folder);
  const file = (name: string) => {
    writeFileSync(join(folder, name), '');
    return join(folder, name);
  };
  const files = { env: file('env'), output: file('output'), state: file('state'), summary: file('summary') };
  const env: Record<string, string> = {
    ...context.env,
    ...options.env,
    GITHUB_ENV: files.env,
    GITHUB_OUTPUT: files.output,
    GITHUB_STATE: files.state,
    GITHUB_STEP_SUMMARY: files.summary,
    GITHUB_PATH: file('path'),
    ...options.files,
  };
  for (const [name, value] of Object.entries(withDefaults(inputs))) {
    env[`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`] = value;
  }
  for (const [name, value] of Object.entries(state)) env[`STATE_${name}`] = value;

  if (isNobody(options)) {
    const own = [context.base, context.workspace, context.env.RUNNER_TEMP ?? '', folder, ...readdirSync(folder)];
    for (const path of own) chownSync(resolve(folder, path), NOBODY, NOBODY);
  }
  const start = Date.now();
  const { code, raw, seenArguments } = await runProcess(door, { env, cwd: context.workspace }, options);
  const summary = readFileSync(files.summary, 'utf8');
  const read = readLog(raw);
  const result = {
    code,
    raw,
    ...read,
    outputs: readFileCommands(files.output),
    exported: readFileCommands(files.env),
    summary,
    milliseconds: Date.now() - start,
  };
  checkCanaries(context.secrets, result, seenArguments);
  return { result, state: readFileCommands(files.state) };
}

const NOBODY = 65_534;

function isNobody(options: StepOptions): boolean {
  return options.as === 'nobody' && process.getuid?.() === 0;
}

/** Runs a door in a process of its own, and watches what its processes are started with. */
async function runProcess(
  door: string,
  { env, cwd }: { readonly env: Record<string, string>; readonly cwd: string },
  options: StepOptions,
) {
  // Histories take a step that fails for one that was refused.
  if (!existsSync(join(ROOT, door))) throw new Error(`There is no ${door}: npm run build makes it.`);
  const seenArguments = new Set<string>();
  const ended = await new Promise<{ code: number | null; raw: string }>((done, failed) => {
    const clock = options.sleeps === 'skipped' ? ['--import', FAST_CLOCK] : [];
    const child = spawn(process.execPath, [...clock, join(ROOT, door)], {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(isNobody(options) ? { uid: NOBODY, gid: NOBODY } : {}),
    });
    let printed = '';
    const take = (chunk: Buffer) => {
      printed += chunk.toString();
      options.printed?.(printed);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.once('error', failed);
    const watch = setInterval(() => watchArguments(child.pid, seenArguments), 20).unref();
    child.once('close', (exit) => {
      clearInterval(watch);
      done({ code: exit, raw: printed });
    });
    options.started?.(child);
  });
  return { ...ended, seenArguments };
}

function withDefaults(inputs: Readonly<Record<string, string>>): Record<string, string> {
  const declared = ACTION.inputs;
  const given = new Set(Object.keys(inputs));
  for (const name of given) if (!(name in declared)) throw new Error(`action.yml declares no input ${name}`);
  // The runner evaluates a default; those with an expression are the job's token and its matrix, which it has none.
  const evaluated = (text: string) =>
    text.replace('${{ github.token }}', JOB_TOKEN).replace('${{ toJSON(matrix) }}', 'null');
  const defaults = Object.entries(declared).map(([name, input]) => [name, evaluated(String(input?.default ?? ''))]);
  return { ...(Object.fromEntries(defaults) as Record<string, string>), ...inputs };
}

async function runProgram({ workspace, env }: Context, command: string, args: readonly string[]) {
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((done, failed) => {
    const child = spawn(command, args, { cwd: workspace, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.once('error', failed);
    child.once('close', (code) => done({ code, stdout, stderr }));
  });
}
