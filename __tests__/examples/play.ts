import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
      const contexts = { github: githubContext(state.stage), inputs, matrix, needs: state.needs };
      if (job.uses) await playCalled(job, { ...state, needs: {} }, contexts);
      else state.needs[name] = { result: 'success', outputs: await playJob(name, job, state, contexts) };
    }
  }
}

async function playCalled(job: Job, state: State, contexts: Contexts): Promise<void> {
  const path = REUSABLE.exec(job.uses ?? '')?.[1];
  if (!path) throw new Error(`${job.uses} is no workflow of ours`);
  const called = readWorkflow(path);
  const declared = (called.on.workflow_call as { inputs: Record<string, { default?: unknown; type: string }> }).inputs;
  const given = evaluatedAll(job.with, contexts);
  const inputs = Object.entries(declared).map(([name, { default: preset, type }]) => {
    const value = given[name] ?? evaluated(preset, contexts);
    return [name, type === 'boolean' ? value === 'true' : value];
  });
  await playWorkflow(called, state, Object.fromEntries(inputs));
}

async function playJob(name: string, job: Job, state: State, contexts: Contexts): Promise<Record<string, string>> {
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
      const here = { ...contexts, steps: results };
      const outputs = await playStep(name, step, { state, runner, contexts: here, done });
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
    const script = join(state.kept, `run-${state.runs.length}.sh`);
    writeFileSync(script, step.run);
    const exports = Object.entries(env).map(([variable, value]) => `${variable}=${value}`);
    const ran = await runner.run('env', [...exports, 'bash', '-e', script]);
    state.runs.push(ran);
    if (ran.code !== 0) throw new Error(`${step.run.trim()} ended with ${ran.code}\n${ran.stdout}${ran.stderr}`);
    return {};
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
  othersAction(step, here, evaluatedAll(step.with, contexts));
  return {};
}

/** What the actions of others that examples use do to the workspace. */
function othersAction(step: Step, { state, runner }: Here, inputs: Readonly<Record<string, string>>): void {
  const [action] = (step.uses ?? '').split('@');
  const artifact = join(state.kept, 'artifacts', inputs.name ?? '');
  const path = join(runner.workspace, inputs.path ?? '.');
  if (action === 'actions/checkout') {
    for (const [file, content] of Object.entries(state.stage.files)) {
      mkdirSync(join(runner.workspace, file, '..'), { recursive: true });
      writeFileSync(join(runner.workspace, file), content, { mode: file.endsWith('.sh') ? 0o755 : 0o644 });
    }
  } else if (action === 'actions/upload-artifact') {
    // A folder's content; a file under its name.
    const isFile = (inputs.path ?? '').includes('.');
    mkdirSync(artifact, { recursive: true });
    cpSync(path, isFile ? join(artifact, inputs.path ?? '') : artifact, { recursive: true });
  } else if (action === 'actions/download-artifact') {
    if (!existsSync(artifact)) throw new Error(`no artifact ${inputs.name}`);
    cpSync(artifact, path, { recursive: true });
  } else if (!/^(actions\/setup-node|docker\/setup-buildx-action)$/.test(action ?? '')) {
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
