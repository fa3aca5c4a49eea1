import { existsSync, lstatSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import picomatch from 'picomatch';
import type { ComingImage } from '../job.ts';

/** The name that an image is pushed under; `host` undefined: the first registry. */
export interface Pushed {
  readonly host: string | undefined;
  readonly repository: string;
  readonly tag: string | undefined;
}

/** A line of `s3-upload`. */
export interface Uploaded {
  /** A file, a folder or a glob; relative to the workspace. */
  readonly local: string;
  readonly bucket: string;
  readonly prefix: string;
}

/**
 * What this very step pushes and uploads, as its inputs say: it counts as there while a rollout is planned. Whether it is
 * there indeed is asked of the registry and of S3 when the rollout begins.
 */
export interface Published {
  /** What `ecr-registries` names first; undefined: the signed-in account's registry. */
  readonly firstRegistry: string | undefined;
  readonly pushes: readonly Pushed[];
  readonly uploads: readonly Uploaded[];
  /** Whether each file is uploaded, and as it is: none is left out or compressed. */
  readonly isAsItIs: boolean;
  /** The images that were pushed, once they are: their digests are rolled out, whatever a tag has come to name since. */
  readonly pushed?: readonly ComingImage[];
  readonly workspace: string;
}

/** @param registryOf one name for each registry, whichever of its hosts is given, or none */
export function isPushed(
  { pushes }: Published,
  image: Pushed,
  registryOf: (host: string | undefined) => string,
): boolean {
  return pushes.some(
    ({ host, repository, tag }) =>
      repository === image.repository && tag === image.tag && registryOf(host) === registryOf(image.host),
  );
}

/** The digest that this step itself has pushed under a tag. @param arn of the repository */
export function ownDigest({ pushed = [] }: Published, arn: string, tag: string | undefined): string | undefined {
  return tag === undefined
    ? undefined
    : pushed.find(({ repository, tags }) => repository === arn && tags.includes(tag))?.digest;
}

/** Whether a line of `s3-upload` brings a file to this key. */
export function isUploaded(published: Published, bucket: string, key: string): boolean {
  return fileFor(published, bucket, key) !== undefined;
}

/** The file whose bytes an object has once this step has uploaded it; undefined: it brings none, or maybe not as it is. */
export function ownFile(published: Published, bucket: string, key: string): string | undefined {
  // A glob, or the rules for hidden files and links, may leave out what lies in the folder.
  const uploads = published.uploads.filter(({ local }) => !picomatch.scan(local).isGlob);
  const file = published.isAsItIs ? fileFor({ ...published, uploads }, bucket, key) : undefined;
  const isPlain = file !== undefined && lstatSync(file).isFile() && !/(^|\/)\./.test(key);
  return isPlain ? file : undefined;
}

function fileFor({ uploads, workspace }: Published, bucket: string, key: string): string | undefined {
  for (const upload of uploads.filter((it) => it.bucket === bucket)) {
    const { isGlob, base } = picomatch.scan(upload.local);
    const root = resolve(workspace, isGlob ? base : upload.local);
    if (!existsSync(root)) continue;
    const isFolder = upload.prefix === '' || upload.prefix.endsWith('/');
    if (!isGlob && statSync(root).isFile()) {
      if (key === (isFolder ? upload.prefix + basename(root) : upload.prefix)) return root;
      continue;
    }
    const folder = isFolder ? upload.prefix : `${upload.prefix}/`;
    const file = join(root, key.slice(folder.length));
    if (key.startsWith(folder) && existsSync(file)) return file;
  }
  return undefined;
}
