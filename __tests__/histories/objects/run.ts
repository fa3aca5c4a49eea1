import fc from 'fast-check';
import { event } from '../../../harness/histories/index.ts';
import type { StepResult } from '../../../harness/runner.ts';
import { DEPLOY, ROLE } from '../../../harness/scene.ts';
import type { Fault } from '../../../sandbox/faults.ts';
import { ADDRESSES, ASSET, type Model, type Run } from './model.ts';
import { checkFailure, checkPromise, type Green, remember } from './promise.ts';
import { isOwn, keysOf, PLACES, type Place, putAs, runKilled, setRole, viewed, type World } from './world.ts';

const TAKING: readonly Run['how'][] = ['least', 'lost', 'blind'];

export const runOf = (how: readonly Run['how'][], where: fc.Arbitrary<Place>, fixed: Partial<Run> = {}) =>
  fc
    .record<Run>({
      place: where,
      by: fc.constantFrom('uploader', 'uploader', 'uploader', 'owner'),
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
    // What takes permissions away takes them from the uploader.
    .map((run): Run => (run.place !== 'cross' || TAKING.includes(run.how) ? { ...run, by: 'uploader' } : run))
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
        const isSilent = result.code !== 0 && chosen.how !== 'killed' && result.errors.length === 0;
        if (isSilent) throw new Error(`the step failed without an error:\n${result.log}`);
        checkSuffices(chosen, result.errors.join());
        await remember(chosen, model, { world, result, before });
        if (result.code === 0) await checkPromise(chosen, { model, world, result, before });
        else if (chosen.how === 'refused') await checkFailure(chosen, { world, result, before });
      }),
    );

function tell({ place: where, how, nth, ...rest }: Run): string {
  const flags = Object.entries(rest)
    .filter(([, value]) => value !== false && value !== '' && value !== 1 && value !== 'auto' && value !== 'uploader')
    .map(([key, value]) => (value === true ? key : `${key}=${value}`));
  return [where, ...flags, how === 'plain' || how === 'least' ? how : `${how} at ${nth}`].join(' ');
}

function inputsOf(chosen: Run): Record<string, string> {
  const { bucket, distribution, prefix } = PLACES[chosen.place];
  const lines = [
    `site => s3://${bucket}/${prefix}`,
    ...(chosen.lines === 2 ? [`site/a => s3://${bucket}/${prefix}a`] : []),
  ];
  const isServed = chosen.served && isOwn(chosen.place);
  return {
    'role-to-assume': chosen.by === 'owner' ? `${ROLE}\n${DEPLOY}` : ROLE,
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
  if (chosen.how !== 'least' && chosen.how !== 'lost') return job.step(inputs);
  const dry = await job.step({ ...inputs, 'dry-run': 'true' });
  if (dry.code !== 0) return dry;
  setRole(world, JSON.parse(dry.outputs['iam-policy'] ?? '{}'));
  if (chosen.how === 'lost') sandbox.faults.add({ kind: 'truncate', action: LOST[chosen.nth - 1]!, nth: 1 });
  const result = await job.step(inputs);
  if (result.code === 0) checkDryRun(dry, result);
  return result;
}

/**
 * Nothing that the role may do helps where a bucket's policy demands the ACL: parts cannot carry it, and `s3-acl: none` sends none.
 * @throws Error where exactly the printed policy refuses the step
 */
function checkSuffices({ how, acl }: Run, errors: string): void {
  if (how !== 'least' && how !== 'lost') return;
  const isForbidden = errors.includes('a Deny in a resource-based policy');
  if (isForbidden && (acl === 'none' || errors.includes('s3:UploadPart was refused'))) return;
  if (!/AccessDenied|may not be listed|repairs? (was|were) refused/.test(errors)) return;
  throw new Error(`the printed policy does not suffice: ${errors}`);
}

/** S3 and CloudFront did what was asked for, and the answer did not arrive. */
const LOST = ['CompleteMultipartUpload', 'PutObject', 'CreateInvalidation', 'DeleteObjects'];

/** What is done is what the dry run said. */
function checkDryRun(dry: StepResult, { outputs, log }: StepResult): void {
  const { counts, repairs } = JSON.parse(dry.outputs.plan ?? '{}').objects;
  const done = `${outputs['s3-uploaded']} uploaded, ${outputs['s3-deleted']} deleted`;
  const said = `${counts.new + counts.changed + counts.headers} uploaded, ${counts.deleted} deleted`;
  if (said !== done && !log.includes('somebody else')) throw new Error(`the dry run said ${said}; done: ${done}`);
  const repaired = [...log.matchAll(/^s3-fix-acl: .* (\d+) more objects?$/gm)].reduce(
    (sum, [, n]) => sum + Number(n),
    0,
  );
  const isShown = dry.log.includes('Repairs (s3-fix-acl)');
  if (repaired !== repairs.length || isShown !== repaired > 0)
    throw new Error(`the dry run said ${repairs.length} repairs; done: ${repaired}\n${dry.log}`);
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
