import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { event, type HistoryEvent, histories } from '../../harness/histories/index.ts';
import type { StepResult } from '../../harness/runner.ts';
import { ROLE } from '../../harness/scene.ts';
import type { Fault } from '../../sandbox/faults.ts';
import {
  deleteAs,
  endWorld,
  keysOf,
  makeWorld,
  PLACES,
  type Place,
  putAs,
  readAs,
  removeLocal,
  runKilled,
  setRole,
  settings,
  viewed,
  type World,
  writeLocal,
} from './objects/world.ts';

/** What is in LOCAL, and what the buckets hold beside it that nobody may delete. */
interface Model {
  readonly files: Map<string, string>;
  /** Objects, PLACE/KEY, that have a header that no rule names, and the content that they had then. */
  readonly dressed: Map<string, string>;
  /** Keys of the own bucket that a run was to delete. */
  readonly gone: Set<string>;
  /** Where another release wrote a file of its own during the last run. */
  readonly overlapped: Set<Place>;
}

type ObjectsEvent = HistoryEvent<Model, World>;

const NAMES = ['index.html', 'a/index.html', 'app.js', 'style.css', 'old page.html'] as const;
/** Long enough to be stored compressed. */
const code = (content: string) => `${content}; `.repeat(100);
const FIRST = { 'index.html': 'one', 'a/index.html': 'two', 'app.js': code('three'), 'style.css': 'four' };
const ADDRESSES: Readonly<Record<string, readonly string[]>> = {
  'index.html': ['/', '/index.html'],
  'a/index.html': ['/a/index.html'],
  'app.js': ['/app.js'],
  'style.css': ['/style.css'],
  'old page.html': ['/old%20page.html'],
};

const place = fc.constantFrom<Place>('own', 'cross');
const name = fc.constantFrom(...NAMES);
const text = fc.stringMatching(/^[a-z]{3,8}$/);

const changed = fc.record({ name, text }).map(
  ({ name: path, text: content }): ObjectsEvent =>
    event(`write ${path} "${content}"`, async ({ files }, world) => {
      files.set(path, path.endsWith('.js') ? code(content) : content);
      writeLocal(world, path, files.get(path)!);
    }),
);

const removed = name.map(
  (path): ObjectsEvent =>
    event(
      `remove ${path}`,
      async ({ files }, world) => {
        files.delete(path);
        removeLocal(world, path);
      },
      ({ files }) => files.has(path) && files.size > 1,
    ),
);

/** Viewers fill the cache of the edge with what there is now. */
const looked = fc.record({ place, names: fc.uniqueArray(name, { minLength: 1 }) }).map(({ place: where, names }) =>
  event<Model, World>(`viewers of ${where} look at ${names.join(', ')}`, async (_model, world) => {
    for (const path of names.flatMap((one) => ADDRESSES[one] ?? [])) await viewed(world, where, path);
  }),
);

const otherWriter = fc
  .record({ place, key: name, text, writer: fc.constantFrom('uploader' as const, 'owner' as const) })
  .map(({ place: where, ...written }) =>
    event<Model, World>(
      `the ${written.writer} puts ${where} ${written.key} "${written.text}"`,
      async ({ dressed, gone }, world) => {
        setRole(world);
        dressed.delete(`${where}/${written.key}`);
        if (where === 'own') gone.delete(written.key);
        await putAs(world, where, written);
      },
    ),
  );

/** What was uploaded without an ACL long ago, with the very content of LOCAL: nothing has to be sent, and nothing is served. */
const olderTool = fc.constant(
  event<Model, World>('an older tool has uploaded everything without an ACL', async ({ files, dressed }, world) => {
    setRole(world);
    for (const key of files.keys()) dressed.delete(`cross/${key}`);
    for (const [key, content] of files) await putAs(world, 'cross', { writer: 'uploader', key, text: content });
  }),
);

/** A tool that sets a header which no rule of the step names. */
const dress = (where: Place) =>
  event<Model, World>(`another tool has uploaded everything to ${where}, with a language`, async (model, world) => {
    setRole(world);
    for (const [key, content] of model.files) {
      await putAs(world, where, { writer: 'owner', key, text: content, language: 'de' });
      model.dressed.set(`${where}/${key}`, content);
      if (where === 'own') model.gone.delete(key);
    }
  });

const lost = fc.record({ place, key: name }).map(({ place: where, key }) =>
  event<Model, World>(`somebody deletes ${where} ${key}`, async ({ dressed }, world) => {
    dressed.delete(`${where}/${key}`);
    await deleteAs(world, where, key);
  }),
);

const mode = fc
  .constantFrom(
    'BucketOwnerEnforced' as const,
    'BucketOwnerPreferred' as const,
    'ObjectWriter' as const,
    'none' as const,
  )
  .map((ownership) =>
    event<Model, World>(`Object Ownership becomes ${ownership}`, async (_model, world) => {
      settings(world, 'cross').ownership = ownership;
    }),
  );

/** In the own account no managed key, which CloudFront cannot use, and which says nothing of itself later. */
const KEYS = {
  own: [`arn:aws:kms:eu-west-1:${PLACES.own.account}:key/shop-key`, 'shop-key'],
  cross: [`arn:aws:kms:eu-west-1:${PLACES.cross.account}:key/site-key`, 'site-key'],
};
const encryptionOf = (where: Place) =>
  fc.constantFrom('AES256', ...(where === 'own' ? [] : ['aws:kms', 'alias/site']), ...KEYS[where]).map((kind) =>
    event<Model, World>(`the default encryption of ${where} becomes ${kind}`, async (_model, world) => {
      const bucket = settings(world, where);
      bucket.encryption = kind === 'AES256' ? 'AES256' : 'aws:kms';
      if (kind !== 'AES256' && kind !== 'aws:kms') Object.assign(bucket, { encryptionKey: kind });
      else delete (bucket as { encryptionKey?: string }).encryptionKey;
    }),
  );

interface Run {
  readonly place: Place;
  readonly delete: boolean;
  readonly fix: boolean;
  readonly acl: 'auto' | 'none';
  readonly verify: 'auto' | 'warn' | 'fail';
  readonly served: boolean;
  readonly paths: boolean;
  readonly cache: '' | 'no-cache' | 'max-age=60';
  readonly lines: 1 | 2;
  readonly code: '' | 'compress' | 'both';
  readonly how: 'plain' | 'refused' | 'killed' | 'not invalidated' | 'least' | 'blind' | 'overlapped';
  readonly nth: number;
}

const runOf = (how: readonly Run['how'][], where: fc.Arbitrary<Place>, fixed: Partial<Run> = {}) =>
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

const HOWS = ['plain', 'plain', 'plain', 'refused', 'killed', 'not invalidated', 'least', 'blind'] as const;
const run = runOf(HOWS, place);

/** Another release uploads its first file while this one is at work. */
const overlapped = fc
  .tuple(changed, removed, runOf(['overlapped'], place, { delete: true, nth: 1 }))
  .map((events) => inTurn(events));

/** A release that fails in its midst, of a site that viewers know, and the next one. */
const failure = fc
  .tuple(
    runOf(['plain'], fc.constant('own')),
    changed,
    runOf(['refused', 'killed', 'not invalidated'], fc.constant('own')),
    runOf(['plain'], fc.constant('own')),
  )
  .map(([released, write, failing, next]) =>
    event<Model, World>(`${released}; viewers look; ${write}; ${failing}; ${next}`, async (model, world) => {
      await released.run(model, world);
      for (const path of Object.values(ADDRESSES).flat()) await viewed(world, 'own', path);
      for (const step of [write, failing, next]) await step.run(model, world);
    }),
  );

const inTurn = (events: readonly ObjectsEvent[]) =>
  event<Model, World>(events.join('; '), async (model, world) => {
    for (const one of events) if (one.check(model)) await one.run(model, world);
  });

/** Encrypted by a key, under exactly the printed policy. */
const sealed = place.chain((where) =>
  fc.tuple(encryptionOf(where), runOf(['least', 'plain'], fc.constant(where))).map(inTurn),
);

/** Headers of another tool stay where a rule changes another one. */
const redressed = place.chain((where) =>
  runOf(['plain'], fc.constant(where)).map((next) => inTurn([dress(where), next])),
);

/** A run that ends between its deletions and their invalidation, and the next one. */
const halfDeleted = fc
  .tuple(
    runOf(['plain'], fc.constant('own')),
    removed,
    runOf(['killed'], fc.constant('own'), { delete: true, served: true, nth: 4 }),
    runOf(['plain'], fc.constant('own')),
  )
  .map(([released, remove, failing, next]) =>
    event<Model, World>(`${released}; viewers look; ${remove}; ${failing}; ${next}`, async (model, world) => {
      await released.run(model, world);
      for (const path of Object.values(ADDRESSES).flat()) await viewed(world, 'own', path);
      for (const step of [remove, failing, next]) if (step.check(model)) await step.run(model, world);
    }),
  );

/** An older tool leaves everything in the dark, then the step finds nothing to send. */
const dark = fc.tuple(mode, olderTool, runOf(['plain'], fc.constant('cross'))).map(([becomes, tool, next]) =>
  event<Model, World>(`${becomes}; ${tool}; ${next}`, async (model, world) => {
    for (const step of [becomes, tool, next]) await step.run(model, world);
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

/** What another release has uploaded before this one looks, and its page follows meanwhile. */
const ASSET = 'other.txt';

/** What uploaders often have at most: nothing that shows modes, ACLs and owners. */
const BLIND = {
  Statement: [
    {
      Effect: 'Allow' as const,
      Action: ['s3:PutObject', 's3:PutObjectAcl', 's3:ListBucket', 's3:DeleteObject'],
      Resource: '*',
    },
    { Effect: 'Allow' as const, Action: ['kms:*', 'cloudfront:*'], Resource: '*' },
  ],
};

/** What a run leaves for later ones to be held against. */
async function remember(
  chosen: Run,
  { files, dressed, gone }: Model,
  { world, result, before }: Omit<Green, 'model'>,
): Promise<void> {
  const now = await keysOf(world, chosen.place);
  const isServed = chosen.place === 'own' && chosen.served;
  for (const key of NAMES) {
    if (isServed && chosen.delete && before.has(key) && !now.has(key) && !files.has(key)) gone.add(key);
    if (chosen.place === 'own' && now.has(key)) gone.delete(key);
    const address = `${chosen.place}/${key}`;
    // What was sent whole has the headers of the step alone.
    if (result.code !== 0 || dressed.get(address) !== files.get(key)) dressed.delete(address);
  }
  if (!result.outputs['s3-manifest']) return;
  const manifest = JSON.parse(readFileSync(result.outputs['s3-manifest'], 'utf8')) as { key: string; action: string }[];
  for (const { key, action } of manifest) if (action === 'changed') dressed.delete(`${chosen.place}/${key}`);
}

interface Green {
  readonly model: Model;
  readonly world: World;
  readonly result: StepResult;
  readonly before: ReadonlySet<string>;
}

/** What a green run promises, seen from outside. @throws Error with what is broken */
async function checkPromise(chosen: Run, { model, world, result, before }: Green): Promise<void> {
  const { files, dressed, gone } = model;
  const broken: string[] = [];
  const told = result.warnings.join('\n');
  const isTold = /bucket's owner|KMS|uploader's account/.test(told);
  const isDry = chosen.how === 'least' && !result.outputs['s3-manifest'];
  if (isDry) return;
  for (const [key, content] of files) {
    const object = await readAs(world, chosen.place, key);
    if (!object && !isTold) broken.push(`the owner cannot read ${key}, and nobody says so`);
    if (object && object.text !== content) broken.push(`${key} is "${object.text}", not "${content}"`);
    const wanted = key.endsWith('.html') && chosen.cache ? chosen.cache : undefined;
    if (object && wanted && object.cacheControl !== wanted)
      broken.push(`${key} has Cache-Control ${object.cacheControl}, not ${wanted}`);
    if (object && dressed.has(`${chosen.place}/${key}`) && object.language !== 'de')
      broken.push(`${key} has lost its Content-Language`);
    if (chosen.place === 'cross' && !isTold && (await viewed(world, 'cross', `/${encodeURI(key)}`)) === undefined)
      broken.push(`CloudFront cannot read ${key}, and nobody says so`);
  }
  const now = await keysOf(world, chosen.place);
  const isOverlapped = model.overlapped.has(chosen.place);
  const keeps = told.includes('somebody else wrote');
  if (keeps && !isOverlapped) broken.push('nothing was deleted, though nobody wrote anything');
  for (const key of [...NAMES, ASSET]) {
    if (files.has(key)) continue;
    const there = now.has(key);
    if (!chosen.delete && before.has(key) && !there) broken.push(`${key} was deleted without s3-delete`);
    if (chosen.delete && there && !keeps && key !== ASSET) broken.push(`${key} is still there`);
  }
  if (isOverlapped && !now.has(ASSET)) broken.push(`${ASSET} of another release was deleted`);
  if (chosen.served && chosen.place === 'own') {
    for (const key of NAMES) {
      const isGone = !now.has(key) && ((chosen.delete && before.has(key)) || (!chosen.paths && gone.has(key)));
      if (!files.has(key) && !isGone) continue;
      for (const path of ADDRESSES[key] ?? []) {
        const seen = await viewed(world, 'own', path);
        if (seen !== files.get(key)) broken.push(`viewers of ${path} get "${seen}", not "${files.get(key)}"`);
      }
    }
  }
  const { 's3-uploaded': uploaded, 's3-unchanged': unchanged, 's3-deleted': deleted } = result.outputs;
  if (Number(uploaded) + Number(unchanged) !== files.size)
    broken.push(`${uploaded} uploaded and ${unchanged} unchanged are not ${files.size} files`);
  const manifest = JSON.parse(readFileSync(result.outputs['s3-manifest'] ?? '', 'utf8')) as { action: string }[];
  const removals = manifest.filter(({ action }) => action === 'deleted').length;
  if (removals !== Number(deleted) || manifest.length !== files.size + removals)
    broken.push('the manifest is not what was done');
  if (broken.length > 0) throw new Error(`${broken.join('\n')}\n--- the log\n${result.log}\n--- warnings\n${told}`);
}

histories<Model, World>({
  name: 'objects',
  events: [
    changed,
    removed,
    looked,
    otherWriter,
    olderTool,
    lost,
    mode,
    encryptionOf('cross'),
    encryptionOf('own'),
    sealed,
    redressed,
    overlapped,
    halfDeleted,
    failure,
    failure,
    dark,
    run,
    run,
    run,
  ],
  begin: async () => ({
    model: { files: new Map(Object.entries(FIRST)), dressed: new Map(), gone: new Set(), overlapped: new Set() },
    real: await makeWorld(FIRST),
  }),
  end: endWorld,
  few: 12,
  many: 500,
  longest: 5,
});
