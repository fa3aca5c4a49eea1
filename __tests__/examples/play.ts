import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative, resolve } from 'node:path';
import { type Job as RunnerJob, type StepResult, startJob } from '../../harness/runner.ts';
import type { Sandbox } from '../../sandbox/index.ts';
import { type Contexts, evaluated, evaluatedAll } from './expressions.ts';
import { ACTION, type Job, REUSABLE, readWorkflow, type Step, type Workflow } from './workflows.ts';

/** What a workflow meets on the runner: its repository, and tools that stand in for those that need a network. */
export interface Stage {
  readonly sandbox: Sandbox;
  /** The job of the sandbox's world that GitHub says this is. */
  readonly as?: string;
  /** Files of the repository by path. */
  readonly files: Readonly<Record<string, string | Buffer>>;
  /** Programs by name, as shell scripts, found before those of the machine. */
  readonly tools?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** One step of this action, as it was run. */
export interface Played {
  readonly job: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly result: StepResult;
  /** A copy of the workspace before the step. */
  readonly workspace: string;
}

export interface Outcome {
  readonly steps: readonly Played[];
  /** Output and exit of every `run:`, in order. */
  readonly runs: readonly { readonly code: number | null; readonly stdout: string; readonly stderr: string }[];
  /** Removes what was kept. */
  end(): void;
}

/** Runs a workflow's jobs in their order and for each of their matrix, step by step, until one fails. */
export async function play(path: string, stage: Stage, inputs: Contexts = {}): Promise<Outcome> {
  const kept = mkdtempSync(join(tmpdir(), 'keyless-play-'));
  const state: State = { stage, kept, steps: [], runs: [], needs: {} };
  await playWorkflow(readWorkflow(path), state, inputs);
  return { steps: state.steps, runs: state.runs, end: () => rmSync(kept, { recursive: true, force: true }) };
}

interface State {
  readonly stage: Stage;
  readonly kept: string;
  readonly steps: Played[];
  readonly runs: { code: number | null; stdout: string; stderr: string }[];
  needs: Record<string, unknown>;
}

async function playWorkflow(workflow: Workflow, state: State, inputs: Contexts): Promise<void> {
  // The jobs of our files stand in the order of their needs.
  for (const [name, job] of Object.entries(workflow.jobs)) {
    for (const matrix of combinations(job.strategy?.matrix)) {
      const contexts = { github: githubContext(state.stage), inputs, matrix, needs: state.needs, secrets: {} };
      if (job.uses) await playCalled(job, { ...state, needs: {} }, contexts);
      else state.needs[name] = { result: 'success', outputs: await playJob({ ...job, id: name }, state, contexts) };
    }
  }
}

async function playCalled(job: Job, state: State, contexts: Contexts): Promise<void> {
  const path = REUSABLE.exec(job.uses ?? '')?.[1];
  if (!path) throw new Error(`${job.uses} is not a workflow of ours`);
  const called = readWorkflow(path);
  const declared = (called.on.workflow_call as { inputs: Record<string, { default?: unknown; type: string }> }).inputs;
  const given = evaluatedAll(job.with, contexts);
  const inputs = Object.entries(declared).map(([name, { default: preset, type }]) => {
    const value = given[name] ?? evaluated(preset, contexts);
    return [name, type === 'boolean' ? value === 'true' : value];
  });
  const extra = Object.keys(given).filter((name) => !(name in declared));
  if (extra.length > 0) throw new Error(`${job.uses} has no input ${extra.join(', ')}`);
  await playWorkflow(called, state, Object.fromEntries(inputs));
}

async function playJob(
  job: Job & { readonly id: string },
  state: State,
  contexts: Contexts,
): Promise<Record<string, string>> {
  const { stage } = state;
  const env = { ...stage.sandbox.env(stage.as), ...stage.env };
  // Without the permission GitHub sets neither variable.
  const allowed = job.permissions?.['id-token'] === 'write';
  const kept = Object.entries(env).filter(([variable]) => allowed || !variable.startsWith('ACTIONS_ID_TOKEN_'));
  const runner = startJob({ env: Object.fromEntries(kept), secrets: stage.sandbox.secrets });
  const tools = makeTools(state, stage.tools);
  runner.env.PATH = `${tools}:${runner.env.PATH}`;
  const results: Record<string, unknown> = {};
  const done: StepResult[] = [];
  try {
    for (const step of job.steps ?? []) {
      const here = { ...contexts, steps: results, runner: { temp: runner.temp } };
      const outputs = await playStep(job.id, step, { state, runner, contexts: here, done });
      if (step.id) results[step.id] = { outputs, outcome: 'success' };
    }
    return evaluatedAll(job.outputs, { ...contexts, steps: results });
  } finally {
    for (const result of done.reverse()) await result.post();
    runner.end();
  }
}

interface Here {
  readonly state: State;
  readonly runner: RunnerJob;
  readonly contexts: Contexts;
  readonly done: StepResult[];
}

async function playStep(job: string, step: Step, here: Here): Promise<Readonly<Record<string, string>>> {
  const { state, runner, contexts } = here;
  const env = evaluatedAll(step.env, contexts);
  if (step.run) {
    const [script, output] = ['sh', 'output'].map((end) => join(state.kept, `run-${state.runs.length}.${end}`)) as [
      string,
      string,
    ];
    const folder = evaluated(step['working-directory'] ?? '.', contexts);
    writeFileSync(script, `cd '${folder}'\n${step.run}`);
    writeFileSync(output, '');
    const exports = Object.entries({ ...env, GITHUB_OUTPUT: output }).map(
      ([variable, value]) => `${variable}=${value}`,
    );
    const ran = await runner.run('env', [...exports, 'bash', '-e', script]);
    state.runs.push(ran);
    if (ran.code !== 0) throw new Error(`${step.run.trim()} ended with ${ran.code}\n${ran.stdout}${ran.stderr}`);
    const lines = readFileSync(output, 'utf8')
      .split('\n')
      .filter((line) => line.includes('='));
    return Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
  }
  if (ACTION.test(step.uses ?? '')) {
    const workspace = join(state.kept, `workspace-${state.steps.length}`);
    cpSync(runner.workspace, workspace, { recursive: true });
    const inputs = evaluatedAll(step.with, contexts);
    const before = { ...runner.env };
    const result = await runner.step(inputs, { env });
    state.steps.push({ job, inputs, env: { ...before, ...env }, result, workspace });
    here.done.push(result);
    if (result.code !== 0) throw new Error(`the step of ${job} failed:\n${result.log}`);
    return result.outputs;
  }
  await othersAction(step, here, evaluatedAll(step.with, contexts));
  return {};
}

/** What the actions of others that examples use do to the workspace. */
async function othersAction(
  step: Step,
  { state, runner }: Here,
  inputs: Readonly<Record<string, string>>,
): Promise<void> {
  const [action] = (step.uses ?? '').split('@');
  const artifact = join(state.kept, 'artifacts', inputs.name ?? '');
  const path = resolve(runner.workspace, inputs.path ?? '.');
  if (action === 'actions/checkout') {
    for (const [file, content] of Object.entries(state.stage.files)) {
      mkdirSync(join(runner.workspace, file, '..'), { recursive: true });
      writeFileSync(join(runner.workspace, file), content, { mode: file.endsWith('.sh') ? 0o755 : 0o644 });
    }
  } else if (action === 'actions/upload-artifact') {
    if (existsSync(artifact)) {
      throw new Error(`409 Conflict: an artifact with this name already exists on the workflow run: ${inputs.name}`);
    }
    mkdirSync(artifact, { recursive: true });
    // A folder's content; a file under its name.
    const target = statSync(path).isFile() ? join(artifact, basename(path)) : artifact;
    const isHidden = (file: string) =>
      relative(path, file)
        .split('/')
        .some((part) => part.startsWith('.'));
    const filter = (file: string) => inputs['include-hidden-files'] === 'true' || !isHidden(file);
    cpSync(path, target, { recursive: true, filter });
  } else if (action === 'actions/download-artifact') {
    if (!existsSync(artifact)) throw new Error(`no artifact ${inputs.name}`);
    cpSync(artifact, path, { recursive: true });
  } else if (action === 'docker/setup-buildx-action') {
    mkdirSync(join(runner.env.HOME ?? '', '.docker/buildx'), { recursive: true });
    writeFileSync(join(runner.env.HOME ?? '', '.docker/buildx/current'), '{"Driver":"docker-container"}');
  } else if (action === 'docker/build-push-action') {
    const { code, stderr } = await runner.run('docker', [
      'buildx',
      'build',
      '--output',
      inputs.outputs ?? '',
      inputs.context ?? '.',
    ]);
    if (code !== 0) throw new Error(`buildx failed with: ${stderr}`);
  } else if (action !== 'actions/setup-node') {
    throw new Error(`${step.uses} is not known to the tests`);
  }
}

function makeTools(state: State, tools: Stage['tools'] = {}): string {
  const folder = join(state.kept, 'tools');
  mkdirSync(folder, { recursive: true });
  for (const [name, script] of Object.entries(tools)) {
    writeFileSync(join(folder, name), `#!/bin/bash\nset -eu\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return folder;
}

function githubContext({ sandbox, as }: Stage): Record<string, string> {
  const env = sandbox.env(as);
  return {
    sha: env.GITHUB_SHA ?? '',
    ref: env.GITHUB_REF ?? '',
    ref_name: (env.GITHUB_REF ?? '').split('/').slice(2).join('/'),
    repository: env.GITHUB_REPOSITORY ?? '',
    event_name: env.GITHUB_EVENT_NAME ?? '',
    run_id: env.GITHUB_RUN_ID ?? '',
  };
}

/** Every combination of a matrix, or those that it includes. */
function combinations(matrix: Readonly<Record<string, unknown>> = {}): Record<string, unknown>[] {
  if (Array.isArray(matrix.include)) return matrix.include;
  return Object.entries(matrix).reduce<Record<string, unknown>[]>(
    (all, [name, values]) => all.flatMap((one) => (values as unknown[]).map((value) => ({ ...one, [name]: value }))),
    [{}],
  );
}
