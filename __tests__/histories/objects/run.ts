import fc from 'fast-check';
import { event } from '../../../harness/histories/index.ts';
import type { StepResult } from '../../../harness/runner.ts';
import { ROLE } from '../../../harness/scene.ts';
import type { Fault } from '../../../sandbox/faults.ts';
import { ADDRESSES, ASSET, type Model, type Run } from './model.ts';
import { checkPromise, type Green, remember } from './promise.ts';
import { keysOf, PLACES, type Place, putAs, runKilled, setRole, viewed, type World } from './world.ts';

export const runOf = (how: readonly Run['how'][], where: fc.Arbitrary<Place>, fixed: Partial<Run> = {}) =>
  fc
    .record<Run>({
      place: where,
      delete: fc.boolean(),
      fix: fc.constantFrom(false, false, false, true),
      acl: fc.constantFrom('auto', 'auto', 'none'),
      verify: fc.constantFrom('auto', 'auto', 'warn', 'fail'),
      served: fc.constantFrom(true, true, true, false),
      paths: fc.constantFrom(false, false, false, false, true),
      cache: fc.constantFrom('', 'no-cache', 'max-age=60'),
      tag: fc.constantFrom('', '', 'web', 'shop'),
      lines: fc.constantFrom(1, 1, 2),
      how: fc.constantFrom(...how),
      code: fc.constantFrom('', '', '', 'compress', 'both'),
      nth: fc.integer({ min: 1, max: 4 }),
    })
    .map((random) => ({ ...random, ...fixed }))
    .map((chosen) =>
      event<Model, World>(`run ${tell(chosen)}`, async (model, world) => {
        // The role may do everything, but what a run with its own printed policy takes away.
        setRole(world, chosen.how === 'blind' ? BLIND : undefined);
        world.sandbox.clock.advance(1_000);
        const inputs = inputsOf(chosen);
        const before = await keysOf(world, chosen.place);
        model.overlapped.clear();
        const result = await runAs(chosen, { model, world }, inputs);
        world.sandbox.faults.clear();
        setRole(world);
        const bug = result.errors.find((error) => error.includes('bug of the action'));
        if (bug) throw new Error(bug);
        if (chosen.how === 'least' && /AccessDenied|may not be listed/.test(result.errors.join()))
          throw new Error(`the printed policy does not suffice: ${result.errors.join()}`);
        await remember(chosen, model, { world, result, before });
        if (result.code === 0) await checkPromise(chosen, { model, world, result, before });
      }),
    );

function tell({ place: where, how, nth, ...rest }: Run): string {
  const flags = Object.entries(rest)
    .filter(([, value]) => value !== false && value !== '' && value !== 1 && value !== 'auto')
    .map(([key, value]) => (value === true ? key : `${key}=${value}`));
  return [where, ...flags, how === 'plain' || how === 'least' ? how : `${how} at ${nth}`].join(' ');
}

function inputsOf(chosen: Run): Record<string, string> {
  const { bucket, distribution } = PLACES[chosen.place];
  const lines = [`site => s3://${bucket}`, ...(chosen.lines === 2 ? [`site/a => s3://${bucket}/a`] : [])];
  const isServed = chosen.served && chosen.place === 'own';
  return {
    'role-to-assume': ROLE,
    's3-upload': lines.join('\n'),
    's3-if-no-files-found': 'ignore',
    's3-acl': chosen.acl,
    's3-verify-owner': chosen.verify,
    's3-fix-acl': String(chosen.fix),
    's3-delete': String(chosen.delete),
    ...(chosen.tag ? { 's3-tags': `team=${chosen.tag}` } : {}),
    ...(chosen.code ? { 's3-compress': '**/*.js => br' } : {}),
    ...(chosen.code === 'both' ? { 's3-content-encoding': '**/*.js => gzip' } : {}),
    ...(chosen.cache ? { 's3-cache-control': `site/**/*.html => ${chosen.cache}` } : {}),
    ...(isServed ? { 'cloudfront-distribution': distribution } : {}),
    ...(isServed && chosen.paths ? { 'cloudfront-paths': '/*' } : {}),
  };
}

async function runAs(
  chosen: Run,
  { model, world }: Pick<Green, 'model' | 'world'>,
  inputs: Readonly<Record<string, string>>,
): Promise<StepResult> {
  const { sandbox, job } = world;
  const refuse = (fault: Omit<Fault, 'kind'>) =>
    sandbox.faults.add({ kind: 'status', status: 403, code: 'AccessDenied', ...fault });
  if (chosen.how === 'refused') refuse({ service: 's3', action: 'PutObject', nth: chosen.nth });
  if (chosen.how === 'not invalidated') refuse({ service: 'cloudfront', action: 'CreateInvalidation' });
  if (chosen.how === 'killed') {
    const action = ['PutObject', 'PutObject', 'CreateInvalidation', 'DeleteObjects'][chosen.nth - 1]!;
    // The edge has been told to forget, and asks again for what is not deleted yet.
    const before = async () => {
      if (action !== 'DeleteObjects') return;
      for (const path of Object.values(ADDRESSES).flat()) await viewed(world, chosen.place, path);
    };
    return runKilled(world, inputs, { action, nth: chosen.nth > 2 ? 1 : chosen.nth, before });
  }
  if (chosen.how === 'overlapped') {
    const put = (key: string) => putAs(world, chosen.place, { writer: 'owner', key, text: 'of another release' });
    await put(ASSET);
    const does = () => {
      model.overlapped.add(chosen.place);
      return put('other.html');
    };
    sandbox.faults.add({ kind: 'meanwhile', service: 's3', action: 'PutObject', nth: chosen.nth, does });
  }
  if (chosen.how === 'least') {
    const dry = await job.step({ ...inputs, 'dry-run': 'true' });
    if (dry.code !== 0) return dry;
    setRole(world, JSON.parse(dry.outputs['iam-policy'] ?? '{}'));
  }
  return job.step(inputs);
}

/** What uploaders often have at most: nothing that shows modes, ACLs and owners. */
const BLIND = {
  Statement: [
    {
      Effect: 'Allow' as const,
      Action: ['s3:PutObject', 's3:PutObjectAcl', 's3:PutObjectTagging', 's3:ListBucket', 's3:DeleteObject'],
      Resource: '*',
    },
    { Effect: 'Allow' as const, Action: ['kms:*', 'cloudfront:*'], Resource: '*' },
  ],
};
