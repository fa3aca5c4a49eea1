import { readFileSync } from 'node:fs';
import type { StepResult } from '../../../harness/runner.ts';
import { ADDRESSES, ASSET, type Model, NAMES, type Run } from './model.ts';
import { keysOf, readAs, tagOf, viewed, type World } from './world.ts';

/** What a run leaves for later ones to be held against. */
export async function remember(
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

export interface Green {
  readonly model: Model;
  readonly world: World;
  readonly result: StepResult;
  readonly before: ReadonlySet<string>;
}

/** What a green run promises, seen from outside. @throws Error with what is broken */
export async function checkPromise(chosen: Run, { model, world, result, before }: Green): Promise<void> {
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
    const tag = chosen.tag && (await tagOf(world, chosen.place, { key, tag: 'team' }));
    if (tag && tag !== chosen.tag && !told.includes('have the tags of s3-tags'))
      broken.push(`${key} has the tag ${tag}, not ${chosen.tag}, and nobody says so`);
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
