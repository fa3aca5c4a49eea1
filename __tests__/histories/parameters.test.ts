import { expect } from '@jest/globals';
import fc from 'fast-check';
import { event, type HistoryEvent, histories } from '../../harness/histories/index.ts';
import { type Job, type StepResult, startJob } from '../../harness/runner.ts';
import { ROLE } from '../../harness/scene.ts';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';

/**
 * One name in two regions and two accounts, with versions and labels, that a second writer stores, relabels, removes and denies,
 * between two runs and between two calls of one run. After each green run every name has a value that its own line says; after a
 * red one nothing was exported, and there was a reason.
 */
const HOME = '111122223333';
const OTHER = '444455556666';
const NAMES = ['/h/a', '/h/c/d'];
/** Where a parameter can be: at home in two regions, and in an account that shares it. */
const PLACES = [
  { account: HOME, region: 'eu-west-1' },
  { account: HOME, region: 'us-east-1' },
  { account: OTHER, region: 'eu-west-1' },
];

interface Stored {
  readonly versions: readonly string[];
  readonly labels: Readonly<Record<string, number>>;
}
/** By ARN: parameters, and what the role is denied. */
interface Model {
  readonly stored: Map<string, Stored>;
  readonly denied: Set<string>;
  written: number;
}
interface World {
  readonly sandbox: Sandbox;
  readonly job: Job;
}

const arnOf = ({ account, region }: (typeof PLACES)[number], name: string) =>
  `arn:aws:ssm:${region}:${account}:parameter${name}`;
const partsOf = (arn: string) => {
  const [, , , region = '', account = '', rest = ''] = arn.split(':');
  return { region, account, name: rest.replace(/^parameter/, '') };
};

/** Puts the model into the sandbox, whose world is live. */
function sync({ stored, denied }: Model, { sandbox }: World): void {
  const world = sandbox.world as unknown as {
    parameters: Record<string, Record<string, unknown[]>>;
    accounts: Record<string, { roles: Record<string, { policies: Record<string, unknown> }> }>;
  };
  world.parameters = { [HOME]: {}, [OTHER]: {} };
  for (const [arn, { versions, labels }] of stored) {
    const { region, account, name } = partsOf(arn);
    const byName = world.parameters[account] ?? {};
    byName[name] = [...(byName[name] ?? []), { region, versions, labels, type: 'SecureString', shared: [HOME] }];
  }
  const Statement = [
    { Effect: 'Allow', Action: ['ssm:GetParameter*', 'kms:Decrypt'], Resource: '*' },
    ...[...denied].map((Resource) => ({ Effect: 'Deny', Action: 'ssm:GetParameters', Resource })),
  ];
  const publish = world.accounts[HOME]?.roles.publish;
  if (publish) publish.policies = { parameters: { Version: '2012-10-17', Statement } };
}

/** A change that a second writer makes. */
interface Change {
  readonly kind: 'store' | 'label' | 'remove' | 'deny' | 'allow';
  readonly place: number;
  readonly name: number;
  readonly version: number;
}

function change(model: Model, { kind, place, name, version }: Change): void {
  const arn = arnOf(PLACES[place] ?? PLACES[0]!, NAMES[name] ?? '');
  const before = model.stored.get(arn);
  if (kind === 'store') {
    const value = `value-${++model.written}-${place}-${name}`;
    model.stored.set(arn, { versions: [...(before?.versions ?? []), value], labels: before?.labels ?? {} });
  } else if (kind === 'label' && before) {
    model.stored.set(arn, { ...before, labels: { live: 1 + (version % before.versions.length) } });
  } else if (kind === 'remove') model.stored.delete(arn);
  else if (kind === 'deny') model.denied.add(arn);
  else if (kind === 'allow') model.denied.delete(arn);
}

const anyChange: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom(
    'store',
    'store',
    'store',
    'store',
    'label',
    'label',
    'remove',
    'deny',
    'allow',
    'allow',
    'allow',
  ),
  place: fc.nat(PLACES.length - 1),
  name: fc.nat(NAMES.length - 1),
  version: fc.nat(5),
});

/** A line for one parameter, and what may be behind it. */
interface Line {
  readonly place: number;
  readonly name: number;
  readonly byArn: boolean;
  readonly selector: '' | ':1' | ':2' | ':live';
  readonly missing: '' | '?' | ' ?? by-default';
}
const anyLine: fc.Arbitrary<Line> = fc.record({
  place: fc.constantFrom(0, 0, 1, 1, 2),
  name: fc.nat(NAMES.length - 1),
  byArn: fc.constantFrom(false, false, true),
  selector: fc.constantFrom('', '', '', '', ':1', ':live'),
  missing: fc.constantFrom('', '?', '?', '?', ' ?? by-default', ' ?? by-default'),
});
/** `/h/`, with a label or without. */
const anyPath = fc.constantFrom('P_*?=/h/', 'L_*?=/h/ @live', undefined, undefined);

function lineText(line: Line, nth: number): string {
  const place = PLACES[line.place] ?? PLACES[0]!;
  const name = NAMES[line.name] ?? '';
  const source = line.byArn || line.place > 0 ? arnOf(place, name) : name;
  return `V${nth}${line.missing === '?' ? '?' : ''}=${source}${line.selector}${line.missing.startsWith(' ') ? line.missing : ''}`;
}

type State = Pick<Model, 'stored' | 'denied'>;
type Outcome = { readonly value: string } | 'nothing' | 'error';

function outcomeOf(line: Line, { stored, denied }: State, path: string | undefined): Outcome {
  const arn = arnOf(PLACES[line.place] ?? PLACES[0]!, NAMES[line.name] ?? '');
  const found = stored.get(arn);
  // What another account does not have, it does not share: that is a denial.
  // What a path brings is authorized on the path alone.
  const withPath = path === 'P_*?=/h/' && line.place === 0 && line.selector === '';
  if ((denied.has(arn) && !withPath) || (!found && partsOf(arn).account === OTHER)) return 'error';
  const { versions = [], labels = {} } = found ?? {};
  const version =
    line.selector === '' ? versions.length : line.selector === ':live' ? labels.live : Number(line.selector.slice(1));
  const value = version === undefined ? undefined : versions[version - 1];
  if (value !== undefined) return { value };
  if (line.missing === '') return 'error';
  return line.missing === '?' ? 'nothing' : { value: 'by-default' };
}

/** What a path brings, by name: with a label the version that has it. A Deny on a parameter does not hold for its path. */
function belowPath(path: string, { stored }: Pick<Model, 'stored'>): Map<string, string> {
  const labelled = path.endsWith('@live');
  const found = new Map<string, string>();
  for (const [arn, { versions, labels }] of stored) {
    const { account, region, name } = partsOf(arn);
    const version = labelled ? labels.live : versions.length;
    if (account !== HOME || region !== 'eu-west-1' || version === undefined) continue;
    found.set(`${path[0]}_${name.slice(3).replaceAll('/', '_').toUpperCase()}`, versions[version - 1] ?? '');
  }
  return found;
}

const snapshot = ({ stored, denied }: Model): State => ({ stored: new Map(stored), denied: new Set(denied) });

function run(
  lines: readonly Line[],
  path: string | undefined,
  during: readonly { at: number; change: Change }[],
): HistoryEvent<Model, World> {
  const texts = [...lines.map(lineText), ...(path ? [path] : [])];
  return event(`run ${JSON.stringify(texts)} with ${JSON.stringify(during)}`, async (model, world) => {
    const states = [snapshot(model)];
    const settings = world.sandbox.world as unknown as { ssm: object };
    settings.ssm = {
      beforeCall: (nth: number) => {
        for (const it of during.filter(({ at }) => at === nth - called)) {
          change(model, it.change);
          states.push(snapshot(model));
        }
        sync(model, world);
      },
    };
    const called = world.sandbox.log.of('ssm').length;
    const step = await world.job.step({ 'role-to-assume': ROLE, 'ssm-parameters': texts.join('\n'), summary: 'false' });
    settings.ssm = {};
    check({ lines, path, states, step });
  });
}

function check({
  lines,
  path,
  states,
  step,
}: {
  lines: readonly Line[];
  path: string | undefined;
  states: readonly State[];
  step: StepResult;
}): void {
  // Who asks, and with which policies, is known when a request arrives: a change of them may be older than what is then read.
  const seen = states.flatMap(({ stored }, nth) => states.slice(0, nth + 1).map(({ denied }) => ({ stored, denied })));
  const outcomes = lines.map((line) => seen.map((state) => outcomeOf(line, state, path)));
  const below = path ? states.map((state) => belowPath(path, state)) : [];
  if (step.code !== 0) {
    expect(step.exported).toEqual({});
    expect([step.errors, outcomes.flat()]).toEqual([step.errors, expect.arrayContaining(['error'])]);
    return;
  }
  const exported = { ...step.exported };
  outcomes.forEach((possible, nth) => {
    const name = `V${nth}`;
    const values = possible.map((it) => (it === 'nothing' ? undefined : it === 'error' ? 'an error' : it.value));
    expect([name, values]).toEqual([name, expect.arrayContaining([exported[name]])]);
    delete exported[name];
  });
  for (const [name, value] of Object.entries(exported)) {
    expect([name, below.map((names) => names.get(name))]).toEqual([name, expect.arrayContaining([value])]);
  }
  for (const name of below[0]?.keys() ?? []) {
    if (below.every((names) => names.has(name))) expect(Object.keys(exported)).toContain(name);
  }
}

histories<Model, World>({
  name: 'parameters',
  events: [
    fc.array(anyChange, { minLength: 1, maxLength: 6 }).map((changes) =>
      event<Model, World>(`changes ${JSON.stringify(changes)}`, async (model, world) => {
        for (const one of changes) change(model, one);
        sync(model, world);
      }),
    ),
    fc
      .tuple(
        fc.array(anyLine, { minLength: 1, maxLength: 8 }),
        anyPath,
        fc.array(fc.record({ at: fc.integer({ min: 1, max: 4 }), change: anyChange }), { maxLength: 3 }),
      )
      .map(([lines, path, during]) => run(lines, path, during)),
  ],
  begin: async () => {
    const sandbox = await startSandbox();
    const job = startJob({ env: sandbox.env(), secrets: sandbox.secrets });
    const real = { sandbox, job };
    const model: Model = { stored: new Map(), denied: new Set(), written: 0 };
    for (const [place] of PLACES.entries()) {
      // Replicas have had more versions, or fewer, than what they replicate.
      for (let version = 0; version <= place; version++) {
        for (const [name] of NAMES.entries()) change(model, { kind: 'store', place, name, version });
      }
    }
    sync(model, real);
    return { model, real };
  },
  end: async ({ sandbox, job }) => {
    job.end();
    await sandbox.stop();
  },
  few: 7,
  many: 150,
  longest: 10,
});
