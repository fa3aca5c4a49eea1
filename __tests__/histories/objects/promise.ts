import { readFileSync } from 'node:fs';
import type { StepResult } from '../../../harness/runner.ts';
import { ADDRESSES, ASSET, type Model, NAMES, type Run } from './model.ts';
import { isOwn, keysOf, PLACES, readAs, tagOf, viewed, type World } from './world.ts';

/** What a run leaves for later ones to be held against. */
export async function remember(
  chosen: Run,
  { files, dressed, gone }: Model,
  { world, result, before }: Omit<Green, 'model'>,
): Promise<void> {
  const now = await keysOf(world, chosen.place);
  const isServed = isOwn(chosen.place) && chosen.served;
  for (const key of NAMES) {
    const address = `${chosen.place}/${key}`;
    if (isServed && chosen.delete && before.has(key) && !now.has(key) && !files.has(key)) gone.add(address);
    if (now.has(key)) gone.delete(address);
    // What was sent whole has the headers of the step alone.
    if (result.code !== 0 || dressed.get(address) !== files.get(key)) dressed.delete(address);
  }
  if (!result.outputs['s3-manifest']) return;
  const manifest = JSON.parse(readFileSync(result.outputs['s3-manifest'], 'utf8')) as { key: string; action: string }[];
  const { prefix } = PLACES[chosen.place];
  for (const { key, action } of manifest)
    if (action === 'changed') dressed.delete(`${chosen.place}/${key.slice(prefix.length)}`);
}

export interface Green {
  readonly model: Model;
  readonly world: World;
  readonly result: StepResult;
  /** Names at the place before it, with their ETags. */
  readonly before: ReadonlyMap<string, string>;
}

/** Names at the place now. */
type Names = ReadonlyMap<string, string>;

/**
 * What a run promises that was refused halfway: viewers do not keep the old half of what it replaced.
 * @throws Error with what is broken
 */
export async function checkFailure(chosen: Run, { world, result, before }: Omit<Green, 'model'>): Promise<void> {
  if (!isOwn(chosen.place) || !chosen.served || result.warnings.join().includes('could not be invalidated')) return;
  for (const [key, etag] of await keysOf(world, chosen.place)) {
    if (!before.has(key) || before.get(key) === etag) continue;
    const object = await readAs(world, chosen.place, key);
    for (const path of ADDRESSES[key] ?? []) {
      const seen = await viewed(world, chosen.place, path);
      if (object && seen !== object.text)
        throw new Error(`after a failure viewers of ${path} get "${seen}", not "${object.text}"\n${result.log}`);
    }
  }
}

/** What a green run promises, seen from outside. @throws Error with what is broken */
export async function checkPromise(chosen: Run, green: Green): Promise<void> {
  const { result } = green;
  const isDry = chosen.how === 'least' && !result.outputs['s3-manifest'];
  if (isDry) return;
  const there = await keysOf(green.world, chosen.place);
  const broken = [
    ...(await brokenObjects(chosen, green)),
    ...brokenDeletions(chosen, green, there),
    ...(await brokenViews(chosen, green, there)),
    ...brokenOutputs(chosen, green, there),
  ];
  const told = result.warnings.join('\n');
  if (broken.length > 0) throw new Error(`${broken.join('\n')}\n--- the log\n${result.log}\n--- warnings\n${told}`);
}

/** What the owner, and viewers in the other account, get of each file that was uploaded. */
async function brokenObjects(chosen: Run, { model, world, result }: Green): Promise<string[]> {
  const broken: string[] = [];
  const told = result.warnings.join('\n');
  const isTold = /bucket's owner|KMS|uploader's account/.test(told);
  for (const [key, content] of model.files) {
    const object = await readAs(world, chosen.place, key);
    if (!object && !isTold) broken.push(`the owner cannot read ${key}, and nobody says so`);
    if (object && object.text !== content) broken.push(`${key} is "${object.text}", not "${content}"`);
    const wanted = key.endsWith('.html') && chosen.cache ? chosen.cache : undefined;
    if (object && wanted && object.cacheControl !== wanted)
      broken.push(`${key} has Cache-Control ${object.cacheControl}, not ${wanted}`);
    const tag = chosen.tag && (await tagOf(world, chosen.place, { key, tag: 'team' }));
    if (tag && tag !== chosen.tag && !told.includes('have the tags of s3-tags'))
      broken.push(`${key} has the tag ${tag}, not ${chosen.tag}, and nobody says so`);
    if (object && model.dressed.has(`${chosen.place}/${key}`) && object.language !== 'de')
      broken.push(`${key} has lost its Content-Language`);
    // What the bucket's own default key lets CloudFront do is its owner's business.
    const isViewed = chosen.place === 'cross' && chosen.by === 'uploader' && !isTold;
    if (isViewed && (await viewed(world, 'cross', `/${encodeURI(key)}`)) === undefined)
      broken.push(`CloudFront cannot read ${key}, and nobody says so`);
  }
  return broken;
}

/** Only what is to be deleted is, and nothing of another release. */
function brokenDeletions(chosen: Run, { model, result, before }: Green, there: Names): string[] {
  const broken: string[] = [];
  const isOverlapped = model.overlapped.has(chosen.place);
  const keeps = result.warnings.some((it) => it.includes('somebody else wrote'));
  if (keeps && !isOverlapped) broken.push('nothing was deleted, though nobody wrote anything');
  for (const key of [...NAMES, ASSET]) {
    if (model.files.has(key)) continue;
    if (!chosen.delete && before.has(key) && !there.has(key)) broken.push(`${key} was deleted without s3-delete`);
    if (chosen.delete && there.has(key) && !keeps && key !== ASSET) broken.push(`${key} is still there`);
  }
  if (isOverlapped && !there.has(ASSET)) broken.push(`${ASSET} of another release was deleted`);
  return broken;
}

/** What viewers get under every address, from a cache that remembers. */
async function brokenViews(chosen: Run, { model, world, before }: Green, there: Names) {
  const broken: string[] = [];
  if (!chosen.served || !isOwn(chosen.place)) return broken;
  const { files, gone } = model;
  for (const key of NAMES) {
    const wasGone = gone.has(`${chosen.place}/${key}`);
    const isGone = !there.has(key) && ((chosen.delete && before.has(key)) || (!chosen.paths && wasGone));
    if (!files.has(key) && !isGone) continue;
    for (const path of ADDRESSES[key] ?? []) {
      const seen = await viewed(world, chosen.place, path);
      if (seen !== files.get(key)) broken.push(`viewers of ${path} get "${seen}", not "${files.get(key)}"`);
    }
  }
  return broken;
}

/** The outputs and the manifest say what was done. */
function brokenOutputs({ how }: Run, { model: { files }, result: { outputs }, before }: Green, there: Names): string[] {
  const broken: string[] = [];
  const { 's3-uploaded': uploaded, 's3-unchanged': unchanged, 's3-deleted': deleted } = outputs;
  if (Number(uploaded) + Number(unchanged) !== files.size)
    broken.push(`${uploaded} uploaded and ${unchanged} unchanged are not ${files.size} files`);
  const manifest = JSON.parse(readFileSync(outputs['s3-manifest'] ?? '', 'utf8')) as { action: string }[];
  const removals = manifest.filter(({ action }) => action === 'deleted').length;
  if (removals !== Number(deleted) || manifest.length !== files.size + removals)
    broken.push('the manifest is not what was done');
  const vanished = [...before.keys()].filter((key) => !there.has(key)).length;
  if (vanished !== removals && how !== 'overlapped')
    broken.push(`${removals} objects are said to be deleted, ${vanished} were`);
  return broken;
}
