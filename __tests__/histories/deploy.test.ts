import { createHash } from 'node:crypto';
import { expect } from '@jest/globals';
import fc from 'fast-check';
import { event, histories } from '../../harness/histories/index.ts';
import { below, LayoutBuilder } from '../../harness/image.ts';
import { type Job, type StepResult, startJob } from '../../harness/runner.ts';
import { ROLE } from '../../harness/scene.ts';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';

/**
 * The promise: a green rollout means that the new thing serves, whatever was there before; after a red one the old serves, or the
 * message says what does. Asked of what the users of each target get.
 */
interface World {
  readonly sandbox: Sandbox;
  readonly job: Job;
  /** Digests of the images in the workspace by name. */
  readonly digests: Readonly<Record<string, string>>;
}

interface Model {
  runs: number;
}

const IMAGES = ['good', 'better', 'exits', 'sick'] as const;
type ImageName = (typeof IMAGES)[number];

/** A target, what a run gives it, and how to tell from what serves that it has that. */
interface Kind {
  readonly serving: string;
  inputs(image: ImageName): Record<string, string>;
  /** What serves when `image` does. */
  mark(image: ImageName, digests: World['digests']): string;
}

const VERSIONS: Readonly<Record<ImageName, string>> = { good: '2', better: '3', exits: '4', sick: '5' };
const bundleOf = (image: ImageName) => `bundle ${image}`;

const KINDS: Readonly<Record<string, Kind>> = {
  ecs: {
    serving: 'ecs:prod/web',
    inputs: (image) => ({ images: `oci:${image} => shop:${image}`, deploy: `shop:${image} => ecs:prod/web` }),
    mark: (image, digests) => digests[image]!,
  },
  lambda: {
    serving: 'lambda:resize:live',
    inputs: (image) => ({ images: `oci:${image} => shop:${image}`, deploy: `shop:${image} => lambda:resize:live` }),
    mark: (image, digests) => digests[image]!.replace('sha256:', ''),
  },
  function: {
    serving: 'lambda:resize',
    inputs: (image) => ({ images: `oci:${image} => shop:${image}`, deploy: `shop:${image} => lambda:resize` }),
    mark: (image, digests) => digests[image]!.replace('sha256:', ''),
  },
  group: {
    serving: 'asg:web',
    inputs: (image) => ({ deploy: `template:${VERSIONS[image]} => asg:web` }),
    mark: (image) => `template:${VERSIONS[image]}#`,
  },
  codeDeploy: {
    serving: 'codedeploy:shop/web',
    inputs: (image) => ({
      's3-upload': `bundles/${image}.zip => s3://shop-artifacts/web.zip`,
      deploy: 's3://shop-artifacts/web.zip => codedeploy:shop/web',
    }),
    mark: (image) => bundleOf(image),
  },
};

/** Whether everything that serves is the image, not a part of it. */
function servesAll(serving: string | undefined, mark: string, kind: string): boolean {
  if (kind !== 'group') return serving?.includes(mark) === true;
  return (serving ?? '').split(', ').every((one) => one.startsWith(mark));
}

const run = fc
  .record({
    kind: fc.constantFrom(...Object.keys(KINDS)),
    image: fc.constantFrom(...IMAGES),
    busy: fc.constantFrom('wait', 'wait', 'replace'),
    onFailure: fc.constantFrom('rollback', 'rollback', 'leave'),
    chaos: fc.constantFrom('none', 'none', 'throttle', 'reset', 'truncate', 'SIGTERM', 'SIGKILL'),
    probability: fc.double({ min: 0.05, max: 0.3, noNaN: true }),
  })
  .map(({ kind, image, busy, onFailure, chaos, probability }) =>
    event<Model, World>(`run ${kind} ${image} busy=${busy} ${onFailure} ${chaos}`, async (model, world) => {
      model.runs++;
      const { sandbox, job, digests } = world;
      const { serving, inputs, mark } = KINDS[kind]!;
      const before = sandbox.serving.get(serving);
      const service = { ecs: 'ecs', lambda: 'lambda', function: 'lambda', group: 'autoscaling' }[kind] ?? 'codedeploy';
      if (chaos === 'throttle' || chaos === 'reset' || chaos === 'truncate') {
        sandbox.faults.add({ kind: chaos, service, probability, times: 6 });
      }
      let child: { kill(signal: NodeJS.Signals): boolean } | undefined;
      const settings = { 'deploy-busy': busy, 'deploy-on-failure': onFailure, 'deploy-timeout-minutes': '2' };
      const result = await job.step(
        { 'role-to-assume': ROLE, ...inputs(image), ...settings },
        {
          sleeps: 'skipped',
          started: (it) => {
            child = it;
          },
          printed: (raw) => {
            if (chaos.startsWith('SIG') && /InProgress|IN_PROGRESS|PENDING|published/.test(raw)) {
              child?.kill(chaos as NodeJS.Signals);
            }
          },
        },
      );
      sandbox.faults.clear();
      const now = sandbox.serving.get(serving);
      const isNew = servesAll(now, mark(image, digests), kind);
      if (result.code === 0) {
        if (!isNew) throw new Error(`green, and ${serving} serves ${now}\n${result.log}`);
        expect(result.errors).toEqual([]);
      } else if (chaos !== 'SIGKILL') checkRed(result, { serving, before, now });
    }),
  );

/** What a failed run leaves is what was there, or is told. */
function checkRed(
  { errors, log }: StepResult,
  { serving, before, now }: { serving: string; before: string | undefined; now: string | undefined },
): void {
  const text = errors.join('\n');
  if (errors.length === 0) throw new Error(`red without a word\n${log}`);
  const tells =
    /serves|still has|the service has|the group has|goes on|decides|instances may have|under way|at the same time/;
  if (now !== before && !tells.test(text))
    throw new Error(`${serving} served ${before}, now ${now}, and nobody says so:\n${text}`);
  if (/bug of the action/.test(text)) throw new Error(text);
}

const change = fc
  .record({
    breaker: fc.constantFrom(
      undefined,
      { enable: false, rollback: false },
      { enable: true, rollback: true },
      { enable: true, rollback: false },
    ),
    rival: fc.constantFrom(undefined, undefined, 2),
    stopped: fc.constantFrom(undefined, undefined, undefined, 2),
  })
  .map(({ breaker, rival, stopped }) =>
    event<Model, World>(
      `the targets change: ${JSON.stringify({ breaker, rival, stopped })}`,
      async (_model, { sandbox }) => {
        const { ecs, lambda, autoscaling, codedeploy } = sandbox.world as unknown as Record<
          string,
          Record<string, Record<string, Record<string, unknown>>>
        >;
        const account = '111122223333';
        Object.assign(ecs![account]!.prod!.web as object, { breaker, rivalAtLook: rival, stoppedAtLook: stopped });
        Object.assign(lambda![account]!.resize!, { rivalAtLook: rival });
        Object.assign(autoscaling![account]!.web!, { rivalAtLook: rival, cancelledAtLook: stopped });
        Object.assign(codedeploy![account]!.shop!.web as object, { rivalAtLook: rival, stoppedAtLook: stopped });
      },
    ),
  );

/** One set of images for all histories: a run pushes what is not there yet. */
const built = Promise.all(
  IMAGES.map(async (name) => {
    const layout = new LayoutBuilder();
    const image = await layout.image([`the app, ${name}`]);
    return { name, digest: image.digest, files: below(name, layout.layout(image)) };
  }),
);

histories<Model, World>({
  name: 'deploy',
  events: [run, run, run, change],
  begin: async () => {
    const images = await built;
    const digests = Object.fromEntries(images.map(({ name, digest }) => [name, digest]));
    const sandbox = await startSandbox({
      world: {
        buckets: { 'shop-artifacts': { versioning: true } },
        autoscaling: { '111122223333': { web: { template: '1', versions: 9 } } },
        runs: {
          [digests.exits!]: { exitCode: 1, lambda: 'InvalidImage' },
          [digests.sick!]: { unhealthy: true, lambdaVersion: 'FunctionError.InitTimeout' },
          [`template:${VERSIONS.exits}`]: { unhealthy: true },
          [`template:${VERSIONS.sick}`]: { unhealthy: true },
          [md5(bundleOf('exits'))]: { event: 'AfterInstall' },
          [md5(bundleOf('sick'))]: { event: 'ValidateService' },
        },
      },
    });
    const bundles = Object.fromEntries(IMAGES.map((name) => [`bundles/${name}.zip`, bundleOf(name)]));
    const files = Object.assign({}, bundles, ...images.map((it) => it.files));
    const job = startJob({ env: sandbox.env(), files, secrets: sandbox.secrets });
    return { model: { runs: 0 }, real: { sandbox, job, digests } };
  },
  end: async ({ sandbox, job }) => {
    job.end();
    await sandbox.stop();
  },
  few: 4,
  many: 150,
  longest: 6,
});

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
