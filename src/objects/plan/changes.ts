import { setImmediate } from 'node:timers/promises';
import { eachOf } from '../../base/parallel.ts';
import type { Access } from '../../job.ts';
import { makeBuffers } from '../local/buffers.ts';
import { digestsOf } from '../local/digest.ts';
import { type StoredForm, type StoredForms, storedForms } from '../local/stored-form.ts';
import { keyOf, type LocalTarget, type TargetPlace } from '../local/targets.ts';
import { type LocalFile, namesOf } from '../local/walked-file.ts';
import type { ObjectsRequest } from '../request.ts';
import { compareFile, type FileFacts, type ListedObject } from '../rules/compare.ts';
import { type GlobSet, globSet } from '../rules/globs.ts';
import { type HeaderBook, headerBook, type ObjectHeaders, tagging } from '../rules/headers.ts';
import { allowed } from '../s3/bucket.ts';
import { HOUSE_LIMITS } from '../s3/limiter.ts';
import { headObject } from '../s3/listing.ts';
import { singleKeys } from './duplicate-keys.ts';
import { isForeignKey } from './kms-keys.ts';
import type { Written } from './owed-invalidations.ts';
import { type KeptByBucket, type KeptByOwner, keep } from './owners.ts';
import type { PlannedBucket } from './plan.ts';
import { PlannedFile } from './planned-file.ts';
import { listTarget, type PrefixListing } from './prefix.ts';
import { tagsLostByCopy } from './tags.ts';
import { type Judged, note, type ToTell, tellOf } from './tell.ts';

export interface Changes {
  readonly objects: readonly PlannedFile[];
  readonly listings: ReadonlyMap<LocalTarget, PrefixListing>;
  /** Buckets of which HEAD told something of use. */
  readonly headed: ReadonlySet<string>;
  /** Buckets of which an object was asked for its tags. */
  readonly tagged: ReadonlySet<string>;
  /** By bucket, then by owner: what stays as it is, where others than the bucket's owner may own objects. */
  readonly kept: ReadonlyMap<string, KeptByOwner>;
  /** What is unchanged and newer than `owedSince`, and what lies beside it and was written lately, with their times. */
  readonly written: readonly Written[];
}

/** More HEADs at a time than this bring nothing from one runner. */
const HEADS_AT_ONCE = 64;
const LISTINGS_AT_ONCE = 16;
const FILES_IN_A_TURN = 128;

export interface Compared {
  readonly targets: readonly LocalTarget[];
  readonly buckets: ReadonlyMap<string, PlannedBucket>;
  /** Milliseconds since 1970: what is unchanged and newer matters to CloudFront. */
  readonly owedSince: number;
  /** Milliseconds since 1970: what is no newer CloudFront was told of. */
  readonly paidUntil: number;
}

/** What each file is to its object: by content, from one listing of each prefix where that suffices. */
export async function compareTargets(
  request: ObjectsRequest,
  access: Access,
  { targets, buckets, owedSince, paidUntil }: Compared,
): Promise<Changes> {
  const book = headerBook(request);
  const last = globSet(request.last.map(({ glob }) => glob));
  const comparer: Comparer = {
    request,
    access,
    book,
    last,
    forms: storedForms(access.runner, book),
    buffers: makeBuffers(HOUSE_LIMITS.bytes),
    headed: new Set(),
    tagged: new Set(),
    told: { unproved: 0, carried: 0, foreignKeys: 0, archived: [], keys: new Map() },
  };
  const listings = new Map<LocalTarget, PrefixListing>();
  const objects: PlannedFile[] = [];
  const kept: KeptByBucket = new Map();
  const written: Written[] = [];
  const singles = singleKeys(targets);
  const waiting = targets.map((target) => ({ target, bucket: buckets.get(target.bucket)! }));
  for (let from = 0; from < waiting.length; from += LISTINGS_AT_ONCE) {
    const some = waiting.slice(from, from + LISTINGS_AT_ONCE);
    const width = Math.ceil(HEADS_AT_ONCE / some.length);
    const compared = await Promise.all(
      some.map((one) => compareTarget(comparer, { ...one, paidUntil, owedSince, width })),
    );
    for (const [at, { target, bucket }] of some.entries()) {
      const { found, listed, listing } = compared[at]!;
      listings.set(target, listing);
      for (const one of listing.newer) written.push(one);
      for (const [index, object] of found.entries()) {
        if (!singles.isFirst(object, { target, file: target.files[index]! })) continue;
        objects.push(object);
        const there = listed[index];
        if (!there) continue;
        if (bucket.looksAtOwners) keep(kept, there.owner, object);
        const { modified } = there;
        if (modified > owedSince) written.push({ bucket: object.bucket, key: object.key, modified });
      }
    }
  }
  singles.throwProblems();
  tellOf(comparer, access);
  return { objects, listings, headed: comparer.headed, tagged: comparer.tagged, kept, written };
}

interface Comparer {
  readonly request: ObjectsRequest;
  readonly access: Access;
  readonly book: HeaderBook;
  readonly last: GlobSet;
  readonly forms: StoredForms;
  readonly buffers: ReturnType<typeof makeBuffers>;
  readonly headed: Set<string>;
  readonly tagged: Set<string>;
  readonly told: ToTell;
}

interface ComparedTarget {
  readonly target: LocalTarget;
  readonly bucket: PlannedBucket;
  readonly paidUntil: number;
  readonly owedSince: number;
  /** Files that are compared at a time. */
  readonly width: number;
}

/** Compares each page of the listing while the next one is on its way, then the files that are in none. */
async function compareTarget(
  comparer: Comparer,
  { target, bucket, paidUntil, owedSince, width }: ComparedTarget,
): Promise<{ found: PlannedFile[]; listed: ListedObject[]; listing: PrefixListing }> {
  const { request, access } = comparer;
  const place = { bucket: target.bucket, kind: target.kind, prefix: target.prefix };
  const found = new Array<PlannedFile>(target.files.length);
  // Of those alone whose owner, or time, matters.
  const listed: ListedObject[] = [];
  let begun = 0;
  let turn: Promise<void> | undefined;
  const compare = (some: Iterable<readonly [number, ListedObject | undefined]>) =>
    eachOf(some, width, async ([index, there]) => {
      // Small files are hashed without a pause: the next page, and all else, gets its turn in between.
      if (begun++ % FILES_IN_A_TURN === 0) turn = setImmediate();
      await turn;
      const object = await planFile(comparer, { target, place, bucket, file: target.files[index]! }, there);
      found[index] = object;
      if (object.action !== 'unchanged' || !there) return;
      if (bucket.looksAtOwners || there.modified > owedSince) listed[index] = there;
    });
  const listing = await listTarget(request, access, { target, bucket, paidUntil, compare });
  await compare(unlisted(target.files.length, found));
  return { found, listed, listing };
}

/** Places of the files that no page had. */
function* unlisted(files: number, found: readonly PlannedFile[]): Generator<readonly [number, undefined]> {
  for (let index = 0; index < files; index++) if (!found[index]) yield [index, undefined];
}

interface ComparedFile {
  readonly target: LocalTarget;
  /** The same without the files, which the plan need not hold. */
  readonly place: TargetPlace;
  readonly bucket: PlannedBucket;
  readonly file: LocalFile;
}

/** Finds out, one after the other, the facts that the comparison of a file asks for. */
async function planFile(
  comparer: Comparer,
  { target, place, bucket, file }: ComparedFile,
  listed: ListedObject | undefined,
): Promise<PlannedFile> {
  const { request, access, forms, buffers } = comparer;
  const form = await forms.of(target, file);
  let facts: FileFacts = {
    size: form.file.size,
    mayList: bucket.mayList,
    listed,
    always: request.uploadUnchanged,
    ruled: request.immutable ? undefined : form.ruled,
    isRuled: form.isRuled,
    isForeignKey: (kmsKey) => bucket.foreignKey === 'fail' && isForeignKey(kmsKey, bucket, access.session),
  };
  for (;;) {
    const compared = compareFile(facts);
    if (!('need' in compared)) {
      return planned(comparer, { target, place, bucket, file }, { compared, facts, listed, form });
    }
    facts =
      compared.need === 'digests'
        ? { ...facts, digests: await digestsOf(form.file, { inParts: compared.inParts, buffers }) }
        : {
            ...facts,
            head: (await allowed(headObject(access.aws, bucket, { key: keyOf(target, file) }))) ?? 'refused',
          };
  }
}

interface JudgedFile {
  readonly compared: Judged;
  readonly facts: FileFacts;
  readonly listed: ListedObject | undefined;
  readonly form: StoredForm;
}

/** What becomes of a file whose comparison asks for no more. */
async function planned(
  comparer: Comparer,
  { target, place, bucket, file }: ComparedFile,
  { compared, facts, listed, form }: JudgedFile,
): Promise<PlannedFile> {
  const { request, access, last, tagged, told } = comparer;
  const head = typeof facts.head === 'object' ? facts.head : undefined;
  note(comparer, { target, bucket, file }, { compared, listed, head });
  const copied = compared.action === 'headers' ? head : undefined;
  const lost =
    copied && (await tagsLostByCopy(access, bucket, { key: keyOf(target, file), head: copied, tags: request.tags }));
  if (lost) {
    tagged.add(bucket.name);
    told.carried++;
  }
  const carried = lost ? { 'x-amz-tagging': tagging(lost) } : {};
  const action = lost ? 'changed' : compared.action;
  // The default stands for pages, of whatever name.
  const anyPage = request.last.every(({ isGiven }) => !isGiven);
  return new PlannedFile(
    { place, local: file, file: form.file },
    {
      headers: copied ? { ...copied.headers, ...form.ruled, ...carried } : form.all,
      action,
      last: last.lastMatch(namesOf(target, file)) >= 0 || (anyPage && isHtml(form.all)),
      crc: action === 'changed' ? undefined : facts.digests?.crc,
      unproved: compared.unproved ?? false,
      guessesCharset: form.guessesCharset && compared.action !== 'headers',
    },
  );
}

function isHtml(headers: ObjectHeaders): boolean {
  return /^text\/html\b/.test(headers['content-type'] ?? '');
}
