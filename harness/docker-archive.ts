import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { digestOf, type Files, tarOf } from './image.ts';

/** An entry of a tar: content, or a link. */
export type Entry = Buffer | { readonly symlink: string } | { readonly hardlink: string };

/** A tar with links in it. */
export async function tarWithLinks(entries: Readonly<Record<string, Entry>>): Promise<Buffer> {
  const tar = pack();
  const chunks: Buffer[] = [];
  const read = (async () => {
    for await (const chunk of tar) chunks.push(chunk as Buffer);
  })();
  for (const [name, entry] of Object.entries(entries)) {
    if (Buffer.isBuffer(entry)) tar.entry({ name }, entry);
    else if ('symlink' in entry) tar.entry({ name, type: 'symlink', linkname: entry.symlink });
    else tar.entry({ name, type: 'link', linkname: entry.hardlink });
  }
  tar.finalize();
  await read;
  return Buffer.concat(chunks);
}

export interface SavedImage {
  readonly config: Buffer;
  readonly layers: readonly Buffer[];
  readonly diffIds: readonly string[];
}

/** Config and plain layers of an image with these texts. */
export async function savedImage(texts: readonly string[]): Promise<SavedImage> {
  const layers = await Promise.all(texts.map((text, at) => tarOf({ [`file-${at}`]: text })));
  const diffIds = layers.map(digestOf);
  const config = { architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: diffIds } };
  return { config: Buffer.from(JSON.stringify(config)), layers, diffIds };
}

/** What `docker save` of Docker up to 24 writes: equal layers are links to the first of them. */
export function oldDockerSave(
  { config, layers }: SavedImage,
  tags: readonly string[],
  link: 'symlink' | 'hardlink',
): Promise<Buffer> {
  const id = digestOf(config).slice(7);
  const entries: Record<string, Entry> = { [`${id}.json`]: config };
  const names = layers.map((layer, at) => {
    const name = `${digestOf(`${at}`).slice(7)}/layer.tar`;
    const first = layers.findIndex((it) => it.equals(layer));
    const original = `${digestOf(`${first}`).slice(7)}/layer.tar`;
    if (first === at) entries[name] = layer;
    else entries[name] = link === 'symlink' ? { symlink: `../${original}` } : { hardlink: original };
    return name;
  });
  entries['manifest.json'] = Buffer.from(JSON.stringify([{ Config: `${id}.json`, RepoTags: tags, Layers: names }]));
  return tarWithLinks(entries);
}

/** What buildx `type=docker` and kaniko write: gzip layers in a docker-archive. */
export function gzipDockerSave({ config, layers }: SavedImage): Promise<Buffer> {
  const names = layers.map((layer) => `${digestOf(layer)}.tar.gz`);
  const files: Files = Object.fromEntries(layers.map((layer, at) => [names[at]!, gzipSync(layer)]));
  const manifest = [{ Config: 'config.json', RepoTags: null, Layers: names }];
  return tarWithLinks({ ...files, 'config.json': config, 'manifest.json': Buffer.from(JSON.stringify(manifest)) });
}
