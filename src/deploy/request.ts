import type { InputReader } from '../base/inputs.ts';
import { Problem } from '../base/problem.ts';
import { type DeployLine, type EcsTarget, nameOf, parseDeployLine, parseFirstLine } from './line.ts';
import type { Published } from './published.ts';
import { splitWords } from './words.ts';

/** What `deploy-timeout-minutes` takes, as action.yml says. */
export const MAX_TIMEOUT_MINUTES = 720;

type LineOf<Kind extends DeployLine['target']['kind']> = Extract<DeployLine, { target: { kind: Kind } }>;

/** The images of one service, by container; undefined: its only essential one. */
export interface EcsRollout {
  readonly target: EcsTarget;
  readonly images: readonly Pick<LineOf<'ecs'>, 'source' | 'container'>[];
  /** Commands of one-off tasks that run before anything is rolled out. */
  readonly first: readonly { readonly container: string; readonly command: readonly string[] }[];
}

/** The code of one function, and the aliases that move to it. */
export interface LambdaRollout extends Pick<LineOf<'lambda'>, 'target' | 'source'> {
  readonly aliases: readonly string[];
}

export type GroupRollout = LineOf<'asg'>;
export type CodeDeployRollout = LineOf<'codedeploy'>;

/** How rollouts are done: the inputs that hold for all of them. */
export interface DeploySettings {
  readonly wait: boolean;
  readonly timeoutMinutes: number;
  readonly onFailure: 'rollback' | 'leave';
  /** What a rollout that is under way gets. */
  readonly busy: 'fail' | 'wait' | 'replace';
}

export interface DeployRequest extends DeploySettings {
  readonly ecs: readonly EcsRollout[];
  readonly lambda: readonly LambdaRollout[];
  readonly groups: readonly GroupRollout[];
  readonly codeDeploy: readonly CodeDeployRollout[];
  readonly published: Published;
}

interface Numbered {
  readonly line: number;
}

/**
 * @param published what this very step pushes and uploads: it counts as there
 * @returns undefined when the step rolls nothing out
 */
export function deployRequest(inputs: InputReader, published: Published): DeployRequest | undefined {
  const lines = parsedLines(inputs, 'deploy', parseDeployLine);
  const firsts = parsedLines(inputs, 'deploy-first', (text) => {
    const { command, ...first } = parseFirstLine(text);
    return { ...first, command: splitWords(command) };
  });
  const settings: DeploySettings = {
    wait: inputs.boolean('deploy-wait', true),
    timeoutMinutes: inputs.integer('deploy-timeout-minutes', { min: 1, max: MAX_TIMEOUT_MINUTES }) ?? 30,
    onFailure: inputs.oneOf('deploy-on-failure', ['rollback', 'leave'], 'rollback'),
    busy: inputs.oneOf('deploy-busy', ['fail', 'wait', 'replace'], 'fail'),
  };
  if (inputs.lines('deploy').length === 0) {
    for (const { line } of firsts) {
      inputs.wrong('deploy-first', line, {
        what: 'nothing is rolled out',
        fix: 'give the service an image in deploy, or leave deploy-first out',
      });
    }
    return undefined;
  }
  checkTargetsOnce(lines, inputs);
  const ecs = servicesOf(lines, firsts);
  for (const { line, target } of firsts) {
    if (ecs.some((it) => nameOf(it.target) === nameOf(target))) continue;
    inputs.wrong('deploy-first', line, {
      what: `${nameOf(target)} is given no image`,
      why: 'the task runs the new revision of a service that is rolled out',
      fix: `add a line REPOSITORY:TAG => ${nameOf(target)} to deploy`,
    });
  }
  return {
    ...settings,
    ecs,
    lambda: functionsOf(lines),
    groups: unique(ofKind(lines, 'asg')),
    codeDeploy: unique(ofKind(lines, 'codedeploy')),
    published,
  };
}

function parsedLines<T extends object>(
  inputs: InputReader,
  name: string,
  parse: (text: string) => T,
): (T & Numbered)[] {
  return inputs.lines(name).flatMap(({ text, line }) => {
    try {
      return [{ ...parse(text), line }];
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown;
      const { what, why, fix } = thrown.details;
      inputs.wrong(name, line, { what, ...(why ? { why } : {}), ...(fix ? { fix } : {}) });
      return [];
    }
  });
}

/** Two images for one container, two codes for one function: which one serves in the end would be chance. */
function checkTargetsOnce(lines: readonly (DeployLine & Numbered)[], inputs: InputReader): void {
  const given = new Map<string, { readonly line: number; readonly content: string }>();
  for (const it of lines) {
    const isContainer = it.target.kind === 'ecs' && 'container' in it && it.container !== undefined;
    const name = isContainer ? `${nameOf(it.target)}/${it.container}` : nameOf(it.target);
    const content = JSON.stringify('source' in it ? it.source : it.template);
    const before = given.get(name) ?? { line: it.line, content };
    given.set(name, before);
    if (before.content === content) continue;
    inputs.wrong('deploy', it.line, {
      what: `${name} is given something else in line ${before.line}`,
      fix: 'keep one of the two lines',
    });
  }
}

function ofKind<Kind extends DeployLine['target']['kind']>(
  lines: readonly (DeployLine & Numbered)[],
  kind: Kind,
): (LineOf<Kind> & Numbered)[] {
  return lines.filter((it) => it.target.kind === kind) as (LineOf<Kind> & Numbered)[];
}

function unique<T extends DeployLine>(lines: readonly T[]): T[] {
  return [...new Map(lines.map((it) => [nameOf(it.target), it])).values()];
}

function servicesOf(
  lines: readonly (DeployLine & Numbered)[],
  firsts: readonly { target: EcsTarget; container: string; command: readonly string[] }[],
): EcsRollout[] {
  const services = Map.groupBy(ofKind(lines, 'ecs'), ({ target }) => nameOf(target));
  return [...services].map(([name, images]) => ({
    target: images[0]!.target,
    images: images.map(({ source, container }) => ({ source, container })),
    first: firsts.filter(({ target }) => nameOf(target) === name),
  }));
}

function functionsOf(lines: readonly (DeployLine & Numbered)[]): LambdaRollout[] {
  const functions = Map.groupBy(ofKind(lines, 'lambda'), ({ target }) => nameOf(target));
  return [...functions.values()].map((all) => ({
    target: all[0]!.target,
    source: all[0]!.source,
    aliases: [...new Set(all.flatMap(({ alias }) => alias ?? []))],
  }));
}
