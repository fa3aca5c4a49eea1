import fc from 'fast-check';
import { event, histories } from '../../harness/histories/index.ts';
import { ADDRESSES, contentOf, FIRST, type Model, NAMES, type ObjectsEvent } from './objects/model.ts';
import { runOf } from './objects/run.ts';
import {
  deleteAs,
  demandAcl,
  endWorld,
  isOwn,
  makeWorld,
  PLACES,
  type Place,
  putAs,
  removeLocal,
  setRole,
  settings,
  viewed,
  type World,
  writeLocal,
} from './objects/world.ts';

const place = fc.constantFrom<Place>('own', 'deep', 'cross', 'cross');
/** One behind a distribution of the step's account. */
const served = fc.constantFrom<Place>('own', 'deep');
/** A large file takes time in every run after it. */
const SMALL = NAMES.filter((one) => one !== 'video.bin');
const name = fc.constantFrom<string>(...SMALL, ...SMALL, 'video.bin');
const text = fc.stringMatching(/^[a-z]{3,8}$/);

const changed = fc.record({ name, text }).map(
  ({ name: path, text: content }): ObjectsEvent =>
    event(`write ${path} "${content}"`, async ({ files }, world) => {
      files.set(path, contentOf(path, content));
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
const looked = fc
  .record({ place, names: fc.uniqueArray(name, { minLength: 1, maxLength: 4 }) })
  .map(({ place: where, names }) =>
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
        gone.delete(`${where}/${written.key}`);
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
      model.gone.delete(`${where}/${key}`);
    }
  });

const lost = fc.record({ place, key: name }).map(({ place: where, key }) =>
  event<Model, World>(`somebody deletes ${where} ${key}`, async ({ dressed }, world) => {
    dressed.delete(`${where}/${key}`);
    await deleteAs(world, where, key);
  }),
);

const demand = fc.record({ place, demands: fc.boolean() }).map(({ place: where, demands }) =>
  event<Model, World>(
    `the policy of ${where} ${demands ? 'demands' : 'does not demand'} the ACL`,
    async (_model, world) => {
      demandAcl(world, where, { demands });
    },
  ),
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
const OWN_KEYS = [`arn:aws:kms:eu-west-1:${PLACES.own.account}:key/shop-key`, 'shop-key'];
const KEYS = {
  own: OWN_KEYS,
  deep: OWN_KEYS,
  cross: [`arn:aws:kms:eu-west-1:${PLACES.cross.account}:key/site-key`, 'site-key'],
};
const encryptionOf = (where: Place) =>
  fc.constantFrom('AES256', ...(isOwn(where) ? [] : ['aws:kms', 'alias/site']), ...KEYS[where]).map((kind) =>
    event<Model, World>(`the default encryption of ${where} becomes ${kind}`, async (_model, world) => {
      const bucket = settings(world, where);
      bucket.encryption = kind === 'AES256' ? 'AES256' : 'aws:kms';
      if (kind !== 'AES256' && kind !== 'aws:kms') Object.assign(bucket, { encryptionKey: kind });
      else delete (bucket as { encryptionKey?: string }).encryptionKey;
    }),
  );

const HOWS = ['plain', 'plain', 'plain', 'refused', 'killed', 'not invalidated', 'least', 'lost', 'blind'] as const;
const run = runOf(HOWS, place);

/** Another release uploads its first file while this one is at work. */
const overlapped = fc
  .tuple(changed, removed, runOf(['overlapped'], place, { delete: true, nth: 1 }))
  .map((events) => inTurn(events));

/** Viewers look at every address. */
const lookedAtAll = (where: Place) =>
  event<Model, World>('viewers look', async (_model, world) => {
    for (const path of Object.values(ADDRESSES).flat()) await viewed(world, where, path);
  });

/** A release that fails halfway, of a site that viewers have seen, and the next one. */
const failure = served.chain((where) => {
  const at = fc.constant(where);
  const next = runOf(['plain'], at);
  const failing = runOf(['refused', 'killed', 'not invalidated'], at);
  return fc.tuple(next, fc.constant(lookedAtAll(where)), changed, failing, next).map((events) => inTurn(events));
});

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
const halfDeleted = served.chain((where) => {
  const at = fc.constant(where);
  const next = runOf(['plain'], at);
  const failing = runOf(['killed'], at, { delete: true, served: true, nth: 4 });
  return fc.tuple(next, fc.constant(lookedAtAll(where)), removed, failing, next).map((events) => inTurn(events));
});

/** The answer of S3 to a large file, or to the first of many calls, is lost under exactly the printed policy. */
const lostAnswer = place.chain((where) => {
  const video = event<Model, World>('write video.bin', async ({ files }, world) => {
    files.set('video.bin', contentOf('video.bin', 'film'));
    writeLocal(world, 'video.bin', files.get('video.bin')!);
  });
  return runOf(['lost'], fc.constant(where)).map((run) => inTurn([video, run]));
});

/** A run that has nothing to send. */
const IDLE = { cache: '', code: '', tag: '', fix: false } as const;

/** Objects that the bucket's owner does not own are repaired by who wrote them, or by the owner, as the dry run says. */
const repaired = fc
  .tuple(
    mode,
    olderTool,
    fc.oneof(
      runOf(['least', 'plain', 'blind'], fc.constant('cross'), { fix: true }),
      runOf(['least'], fc.constant('cross'), { ...IDLE, fix: true }),
      runOf(['plain'], fc.constant('cross'), { ...IDLE, fix: true, by: 'owner' }),
    ),
  )
  .map((events) => inTurn(events));

/** A policy demands what the step would not send of itself. */
const demanded = place.chain((where) => {
  const demands = event<Model, World>(`the policy of ${where} demands the ACL`, async (_model, world) => {
    demandAcl(world, where, { demands: true });
  });
  return runOf(['least'], fc.constant(where), { acl: 'auto' }).map((run) => inTurn([demands, run]));
});

/** An older tool leaves everything in the dark, then the step finds nothing to send, or may not see whose it is. */
const dark = fc
  .tuple(
    mode,
    olderTool,
    fc.oneof(runOf(['plain'], fc.constant('cross')), runOf(['plain', 'blind'], fc.constant('cross'), IDLE)),
  )
  .map((events) => inTurn(events));

histories<Model, World>({
  name: 'objects',
  events: [
    changed,
    removed,
    looked,
    otherWriter,
    olderTool,
    lost,
    demand,
    mode,
    encryptionOf('cross'),
    encryptionOf('own'),
    sealed,
    redressed,
    overlapped,
    halfDeleted,
    lostAnswer,
    repaired,
    demanded,
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
