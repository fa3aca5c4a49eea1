import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { ROOT } from '../examples/workflows.ts';
import { type Arrow, importsIn, importsOfSource } from './imports.ts';

const RULES = {
  layers: 'an import goes down: doors → request, report → jobs → job → aws → base',
  jobs: 'a job never imports another one, nor the sign-in',
  rooms: 'in a job an import goes down: index → report, permissions, apply → plan → the other rooms',
  siblings: 'two rooms of a job never import each other both ways',
  circles: 'files never import each other in a circle, types included',
  start: 'what a sign-in loads first holds no SDK client',
} as const;

const JOBS = ['signin', 'images', 'objects', 'parameters', 'deploy'];
const DOORS = ['index.ts', 'main.ts', 'post.ts', 'credential-process.ts'];
const LAYERS = [['base'], ['aws'], ['job.ts'], JOBS, ['request', 'report'], ['request.ts', 'report.ts'], DOORS];

const arrows = importsOfSource();

describe('the dependency rule', () => {
  test('src/ keeps it', () => {
    expect(broken(arrows)).toEqual([]);
  });

  test('every file of src/ is in a layer', () => {
    expect([...new Set(arrows.map(({ from }) => from))].filter((path) => layerOf(path) < 0)).toEqual([]);
  });

  test('a file may not import one of a layer above, however it is imported', () => {
    for (const [from, to] of pairs(LAYERS.map((names) => names.map(fileOf)))) expectBroken(from, to, RULES.layers);
  });

  test('a job may not import another one', () => {
    for (const from of JOBS)
      for (const to of JOBS) if (from !== to) expectBroken(`${from}/new.ts`, `${to}/index.ts`, RULES.jobs);
  });

  test('a room of a job may not import one above it', () => {
    for (const job of JOBS) {
      const ranks = [
        ['rules/key.ts', 'request.ts'],
        ['plan/plan.ts', 'plan.ts'],
        ['apply/new.ts', 'report.ts', 'permissions.ts'],
        ['index.ts'],
      ];
      for (const [from, to] of pairs(ranks)) expectBroken(`${job}/${from}`, `${job}/${to}`, RULES.rooms);
    }
  });

  test('two rooms both ways are found', () => {
    const added = [
      ...importsIn('images/archive/new.ts', "import { a } from '../registry/other.ts';\n"),
      ...importsIn('images/registry/other.ts', "import { b } from '../archive/elsewhere.ts';\n"),
    ];
    expect(broken([...arrows, ...added]).join('\n')).toContain(RULES.siblings);
  });

  test('a circle of files is found, by types as well', () => {
    const added = [
      ...importsIn('base/a.ts', "import type { B } from './b.ts';\n"),
      ...importsIn('base/b.ts', "export { A } from './a.ts';\n"),
    ];
    expect(broken([...arrows, ...added])).toEqual([`base/a.ts → base/b.ts → base/a.ts: ${RULES.circles}`]);
  });

  test('an SDK client at the start is found', () => {
    const added = importsIn('signin/index.ts', "import { STSClient } from '@aws-sdk/client-sts';\n");
    expect(broken([...arrows, ...added]).join('\n')).toContain(RULES.start);
  });

  test('what somebody else put at a path is read in one way, which no pipe can keep waiting', () => {
    const others = [...new Set(arrows.map(({ from }) => from))].filter((path) =>
      /\breadFile(Sync)?\(/.test(readFileSync(join(ROOT, 'src', path), 'utf8')),
    );
    expect(others).toEqual(['base/read-text.ts']);
  });

  test("dist's first chunk holds no SDK client", () => {
    const first = readFileSync(join(ROOT, 'dist/index.js'), 'utf8');
    expect(first).not.toMatch(/class \w*Client extends|@aws-sdk\/client-/);
  });
});

/** Every way to write an import. */
const WAYS = [
  (path: string) => `import { a } from '${path}';`,
  (path: string) => `import type { A } from '${path}';`,
  (path: string) => `import { type A, b } from '${path}';`,
  (path: string) => `import {\n  a,\n  b,\n} from '${path}';`,
  (path: string) => `import '${path}';`,
  (path: string) => `export { a } from '${path}';`,
  (path: string) => `export type * from '${path}';`,
  (path: string) => `const { a } = await import('${path}');`,
  (path: string) => `const a = await import(\n  '${path}'\n);`,
  (path: string) => `type A = import('${path}').A;`,
];

/** Expects that an import from one file to another breaks a rule, however it is written. */
function expectBroken(from: string, to: string, rule: string): void {
  const path = relative(dirname(from), to);
  for (const way of WAYS) {
    const added = importsIn(from, `${way(path.startsWith('.') ? path : `./${path}`)}\n`);
    expect(added.flatMap(brokenBy)).toEqual([`${from} → ${to}: ${rule}`]);
  }
}

/** Each of a lower rank with each of a higher one. */
function pairs(ranks: readonly (readonly string[])[]): (readonly [lower: string, higher: string])[] {
  return ranks.flatMap((rank, at) =>
    rank.flatMap((lower) => ranks.slice(at + 1).flatMap((above) => above.map((higher) => [lower, higher] as const))),
  );
}

/** A file of a layer: the layer's own, or one in its folder. */
function fileOf(name: string): string {
  return name.endsWith('.ts') ? name : `${name}/index.ts`;
}

/** Each arrow that breaks a rule, with the rule's sentence. */
function broken(all: readonly Arrow[]): string[] {
  return [...new Set([...all.flatMap(brokenBy), ...mutual(all), ...circles(all), ...clientsAtTheStart(all)])];
}

function brokenBy({ from, to }: Arrow): string[] {
  if (!to.endsWith('.ts')) return [];
  const tell = (rule: string) => [`${from} → ${to}: ${rule}`];
  const [upper, lower] = [layerOf(from), layerOf(to)];
  if (upper < lower) return tell(RULES.layers);
  const [job, other] = [from.split('/')[0] ?? '', to.split('/')[0] ?? ''];
  if (!JOBS.includes(job) || !JOBS.includes(other)) return [];
  if (job !== other) return tell(RULES.jobs);
  return rankOf(from) < rankOf(to) ? tell(RULES.rooms) : [];
}

function layerOf(path: string): number {
  return LAYERS.findIndex((names) => names.includes(path.split('/')[0] ?? ''));
}

/** How high a file stands in its job: the door, what uses a plan, the plan, all others. */
function rankOf(path: string): number {
  const room = roomOf(path);
  if (room === 'index') return 3;
  if (['report', 'permissions', 'apply', 'describe'].includes(room)) return 2;
  return room === 'plan' ? 1 : 0;
}

/** The folder of a job that a file is in, or the file's own name: `images/plan.ts` and `images/plan/limits.ts` are `plan`. */
function roomOf(path: string): string {
  return (path.split('/')[1] ?? '').replace(/\.ts$/, '');
}

function mutual(all: readonly Arrow[]): string[] {
  const between = new Set<string>();
  for (const { from, to } of all) {
    const [job, other] = [from.split('/')[0] ?? '', to.split('/')[0]];
    if (JOBS.includes(job) && job === other && roomOf(from) !== roomOf(to)) {
      between.add(`${job}: ${roomOf(from)} ⇄ ${roomOf(to)}`);
    }
  }
  return [...between].flatMap((arrow) => {
    const [, job, one = '', two = ''] = /^(\w+): (\S+) ⇄ (\S+)$/.exec(arrow) ?? [];
    return one < two && between.has(`${job}: ${two} ⇄ ${one}`) ? [`${arrow}: ${RULES.siblings}`] : [];
  });
}

function circles(all: readonly Arrow[]): string[] {
  const targets = Map.groupBy(
    all.filter(({ to }) => to.endsWith('.ts')),
    ({ from }) => from,
  );
  const found: string[] = [];
  const done = new Set<string>();
  const walk = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) found.push(`${[...trail.slice(start), path].join(' → ')}: ${RULES.circles}`);
    if (start >= 0 || done.has(path)) return;
    for (const { to } of targets.get(path) ?? []) walk(to, [...trail, path]);
    done.add(path);
  };
  for (const path of targets.keys()) walk(path, []);
  return found;
}

/** SDK clients that are reached from the doors and the sign-in without an `import()` in between. */
function clientsAtTheStart(all: readonly Arrow[]): string[] {
  const reached = new Set(['index.ts', 'main.ts', 'signin/index.ts']);
  for (const path of reached) {
    for (const { from, to, lazy, type } of all) if (from === path && !lazy && !type) reached.add(to);
  }
  return [...reached].filter((to) => /^@(aws-sdk|smithy)\//.test(to)).map((to) => `${to}: ${RULES.start}`);
}
