import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { event, type HistoryEvent, histories } from '../../harness/histories/index.ts';
import { below, LayoutBuilder } from '../../harness/image.ts';
import { puller } from '../../harness/puller.ts';
import type { StepResult } from '../../harness/runner.ts';
import { ROLE } from '../../harness/scene.ts';
import type { FaultKind } from '../../sandbox/faults.ts';
import { endWorld, makeWorld, readAs, setRole, viewed, type World, writeLocal } from './objects/world.ts';

/**
 * Several jobs in one step: what one meets is not the others' undoing. After a green run each has kept its promise; after a red one
 * nothing serves but what is published whole, what could not succeed has written nothing, and the same step without the fault is green.
 */
const JOBS = ['images', 'objects', 'parameters', 'rollout'] as const;
type JobName = (typeof JOBS)[number];

interface Model {
  /** Of the site, and of the parameter. */
  revision: number;
  image: string;
}

const IMAGES = ['good', 'better'];
const SITE = { 'index.html': '<h1>Shop', 'app.js': 'let shop', 'about/index.html': '<h1>About' };
const PARAMETER = '/shop/prod/log-level';
const SERVICE = 'ecs:prod/web';
const built = Promise.all(
  IMAGES.map(async (name) => {
    const layout = new LayoutBuilder();
    const image = await layout.image([`the app, ${name}`]);
    return { name, digest: image.digest, files: below(name, layout.layout(image)) };
  }),
);

async function digestOf({ image }: Model): Promise<string> {
  return (await built).find(({ name }) => name === image)!.digest;
}

function inputsOf(jobs: readonly JobName[], { image }: Model): Record<string, string> {
  const inputs: Readonly<Record<JobName, Record<string, string>>> = {
    images: { images: `oci:${image} => shop:${image}` },
    objects: {
      's3-upload': 'site => s3://shop-artifacts',
      's3-delete': 'true',
      'cloudfront-distribution': 'E2ARTIFACTS',
    },
    parameters: { 'ssm-parameters': `LEVEL=${PARAMETER}`, 'ssm-env-file': '.env' },
    rollout: { deploy: `shop:${image} => ${SERVICE}`, 'deploy-timeout-minutes': '2' },
  };
  return Object.assign({ 'role-to-assume': ROLE }, ...jobs.map((name) => inputs[name]));
}

/** What of its promise a job has not kept, in words. */
const BROKEN: Readonly<Record<JobName, (model: Model, world: World, result: StepResult) => Promise<string[]>>> = {
  images: async (model, { sandbox }, { outputs }) => {
    const digest = await digestOf(model);
    const [pulled] = await (await puller(sandbox)).pull('shop', model.image).catch((error: Error) => [error.message]);
    const found = [pulled, outputs['image-digest'] ?? digest];
    return found.every((one) => one === digest) ? [] : [`shop:${model.image} is ${found.join(', and in the output ')}`];
  },
  objects: async ({ revision }, world) => {
    const wrong: string[] = [];
    for (const [name, text] of Object.entries(SITE)) {
      const found = [(await readAs(world, 'own', name))?.text, await viewed(world, 'own', `/${name}`)];
      if (found.some((one) => one !== `${text} ${revision}`))
        wrong.push(`${name} is ${found.join(', and to viewers ')} in revision ${revision}`);
    }
    return wrong;
  },
  parameters: async ({ revision }, { job }, { exported }) => {
    const found = [exported.LEVEL, /LEVEL="?([^"\n]*)/.exec(readFileSync(join(job.workspace, '.env'), 'utf8'))?.[1]];
    return found.every((one) => one === `level-${revision}`) ? [] : [`LEVEL is ${found.join(', and in .env ')}`];
  },
  rollout: async (model, { sandbox }) => {
    const serving = sandbox.serving.get(SERVICE);
    return serving?.includes(await digestOf(model)) ? [] : [`${SERVICE} serves ${serving}`];
  },
};

async function brokenOf(
  jobs: readonly JobName[],
  model: Model,
  [world, result]: [World, StepResult],
): Promise<string[]> {
  const broken = await Promise.all(jobs.map((name) => BROKEN[name](model, world, result)));
  return broken.flat();
}

interface Trouble {
  readonly kind: FaultKind | 'none' | 'SIGTERM' | 'SIGKILL';
  readonly service: string;
  /** The call of that service that it hits first. */
  readonly nth: number;
  readonly isLasting: boolean;
}

const anyTrouble: fc.Arbitrary<Trouble> = fc.record({
  kind: fc.constantFrom('none', 'none', 'status', 'status', 'reset', 'truncate', 'expire', 'SIGTERM', 'SIGKILL'),
  service: fc.constantFrom('s3', 's3', 'registry', 'registry', 'ecr', 'ssm', 'ecs', 'ecs', 'cloudfront', 'sts'),
  nth: fc.integer({ min: 1, max: 12 }),
  isLasting: fc.boolean(),
});

function add(
  { sandbox }: World,
  { kind, service, nth, isLasting }: Trouble,
  kill: (signal: NodeJS.Signals) => void,
): void {
  if (kind === 'none') return;
  if (kind === 'SIGTERM' || kind === 'SIGKILL') {
    sandbox.faults.add({ kind: 'meanwhile', service, nth, does: () => kill(kind) });
    return;
  }
  const [status, code] = isLasting ? [403, 'AccessDenied'] : [500, 'InternalError'];
  const from = isLasting ? Array.from({ length: 12 }, (_, more) => nth + more) : [nth];
  for (const one of from) sandbox.faults.add({ kind, service, nth: one, status, code });
}

function run(jobs: readonly JobName[], trouble: Trouble, isDry: boolean): HistoryEvent<Model, World> {
  const label = `run ${jobs.join('+')}${isDry ? ' dry' : ''} ${JSON.stringify(trouble)}`;
  return event(label, async (model, world) => {
    const { sandbox, job } = world;
    let child: { kill(signal: NodeJS.Signals): boolean } | undefined;
    add(world, trouble, (signal) => child?.kill(signal));
    sandbox.log.clear();
    rmSync(join(job.workspace, '.env'), { force: true });
    const before = sandbox.serving.get(SERVICE);
    const inputs = { ...inputsOf(jobs, model), ...(isDry ? { 'dry-run': 'true' } : {}) };
    const result = await job.step(inputs, { sleeps: 'skipped', started: (it) => (child = it) });
    sandbox.faults.clear();
    const broken =
      result.code !== 0
        ? await brokenByFailure(jobs, model, { world, result, trouble, before })
        : isDry
          ? writesOf(world)
          : await brokenOf(jobs, model, [world, result]);
    if (broken.length > 0)
      throw new Error(`${broken.join('\n')}\n--- the log\n${result.log}\n--- errors\n${result.errors.join('\n')}`);
    if (result.code === 0 || isDry) return;
    const again = await job.step(inputsOf(jobs, model), { sleeps: 'skipped' });
    const left = again.code === 0 ? await brokenOf(jobs, model, [world, again]) : again.errors;
    if (left.length > 0) throw new Error(`and the run after it: ${left.join('\n')}\n--- the log\n${again.log}`);
  });
}

interface Failed {
  readonly world: World;
  readonly result: StepResult;
  readonly trouble: Trouble;
  readonly before: string | undefined;
}

/** What a failed run must not leave, or say. */
async function brokenByFailure(
  jobs: readonly JobName[],
  model: Model,
  { world, result, trouble, before }: Failed,
): Promise<string[]> {
  const text = result.errors.join('\n');
  const broken: string[] = [];
  if (text === '' && trouble.kind !== 'SIGKILL') broken.push('red without a word');
  if (/bug of the action/.test(text)) broken.push('it calls itself a bug');
  if (new Set(result.errors).size < result.errors.length) broken.push('the same error twice');
  const now = world.sandbox.serving.get(SERVICE);
  if (now !== before) {
    const published = jobs.filter((name) => name === 'images' || name === 'objects');
    broken.push(
      ...(await brokenOf(published, model, [world, { ...result, outputs: {} }])).map((one) => `rolled out, and ${one}`),
    );
  }
  return broken;
}

/** Calls that changed something, of a run that was to change nothing. */
function writesOf({ sandbox }: World): string[] {
  return sandbox.log.entries
    .filter(
      ({ service, method, status }) =>
        ['s3', 'registry'].includes(service) && !['GET', 'HEAD'].includes(method) && status < 300,
    )
    .map(({ service, method, action }) => `a dry run made ${service} ${method} ${action}`);
}

const anyRun = fc
  .record({
    jobs: fc.subarray([...JOBS], { minLength: 2 }),
    trouble: anyTrouble,
    isDry: fc.constantFrom(false, false, false, true),
  })
  // A service gets what the registry has: its image is there by then.
  .map(({ jobs, trouble, isDry }) =>
    run(jobs.includes('rollout') ? JOBS.filter((one) => one === 'images' || jobs.includes(one)) : jobs, trouble, isDry),
  );

const change = fc.constantFrom(...IMAGES).map((image) =>
  event<Model, World>(`a new revision, with the image ${image}`, async (model, world) => {
    model.revision++;
    model.image = image;
    setRevision(world, model);
  }),
);

function setRevision(world: World, { revision }: Model): void {
  for (const [name, text] of Object.entries(SITE)) writeLocal(world, name, `${text} ${revision}`);
  const { parameters } = world.sandbox.world as unknown as { parameters: Record<string, Record<string, unknown>> };
  parameters['111122223333']![PARAMETER] = `level-${revision}`;
}

histories<Model, World>({
  name: 'whole',
  events: [anyRun, anyRun, anyRun, change],
  begin: async () => {
    const world = await makeWorld({});
    for (const { files } of await built)
      for (const [name, content] of Object.entries(files)) {
        mkdirSync(dirname(join(world.job.workspace, name)), { recursive: true });
        writeFileSync(join(world.job.workspace, name), content);
      }
    setRole(world);
    const model = { revision: 1, image: 'good' };
    setRevision(world, model);
    return { model, real: world };
  },
  end: endWorld,
  few: 2,
  many: 60,
  longest: 6,
});
