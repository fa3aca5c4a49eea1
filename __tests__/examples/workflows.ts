import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';

/** A workflow file, as far as tests look into it. */
export interface Workflow {
  readonly name?: string;
  readonly on: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

export interface Job {
  readonly name?: string;
  readonly 'runs-on'?: string | readonly string[];
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly needs?: string | readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly strategy?: { readonly matrix?: Readonly<Record<string, unknown>> };
  readonly outputs?: Readonly<Record<string, string>>;
  readonly steps?: readonly Step[];
}

export interface Step {
  readonly id?: string;
  readonly name?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly 'working-directory'?: string;
}

/** A YAML text of the repository with where it stands: a file, or a fenced block of a page. */
export interface Source {
  readonly where: string;
  readonly text: string;
}

export const ROOT = resolve(import.meta.dirname, '../..');
/** What a workflow author writes to get this action; workflows of this repository write `$/`, their own commit. */
export const ACTION = /^(keyless-aws\/keyless-aws@v1|\$\/)$/;
export const REUSABLE = /^keyless-aws\/keyless-aws\/(\.github\/workflows\/[\w-]+\.yml)@v1$/;

export function yamlFiles(folder: string): Source[] {
  return readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.yml'))
    .map((name) => ({ where: `${folder}/${name}`, text: readFileSync(join(ROOT, folder, name), 'utf8') }));
}

export function readWorkflow(path: string): Workflow {
  return parse(readFileSync(join(ROOT, path), 'utf8')) as Workflow;
}

export interface Declared {
  readonly required?: boolean;
  readonly default?: unknown;
  readonly description?: string;
  readonly type?: string;
}

/** action.yml */
export function readAction() {
  return parse(readFileSync(join(ROOT, 'action.yml'), 'utf8')) as {
    readonly inputs: Readonly<Record<string, Declared | null>>;
    readonly outputs: Readonly<Record<string, Declared | null>>;
    readonly runs: Readonly<Record<string, string>>;
  };
}

/** Every step of a workflow with the job it is in. */
export function stepsOf(workflow: Workflow): { job: string; step: Step }[] {
  return Object.entries(workflow.jobs).flatMap(([job, { steps = [] }]) => steps.map((step) => ({ job, step })));
}

/** The pages of the documentation. */
export function pages(): Source[] {
  const inDocs = readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`);
  const all = ['README.md', 'SECURITY.md', 'CONTRIBUTING.md', 'setup/README.md', 'examples/README.md', ...inDocs];
  return all.map((where) => ({ where, text: readFileSync(join(ROOT, where), 'utf8') }));
}

/** The fenced YAML blocks of a page. */
export function yamlBlocks({ where, text }: Source): Source[] {
  return [...text.matchAll(/^( *)```ya?ml\n([\s\S]*?)^ *```/gm)].map((block) => ({
    where: `${where}:${text.slice(0, block.index).split('\n').length + 1}`,
    text: (block[2] ?? '').replaceAll(new RegExp(`^${block[1]}`, 'gm'), ''),
  }));
}

/** Every step in a piece of YAML: a workflow, a job, a list of steps, or one step. */
export function stepsIn(value: unknown): Step[] {
  if (Array.isArray(value)) return value.flatMap(stepsIn);
  if (typeof value !== 'object' || value === null) return [];
  const step = value as Step;
  if (typeof step.uses === 'string' || typeof step.run === 'string') return [step];
  return Object.values(value).flatMap(stepsIn);
}
