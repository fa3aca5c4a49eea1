import { existsSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import picomatch from 'picomatch';

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

/** Whether a line of `s3-upload` brings a file to this key. */
export function isUploaded({ uploads, workspace }: Published, bucket: string, key: string): boolean {
  return uploads.some((upload) => {
    if (upload.bucket !== bucket) return false;
    const { isGlob, base } = picomatch.scan(upload.local);
    const root = resolve(workspace, isGlob ? base : upload.local);
    if (!existsSync(root)) return false;
    if (!isGlob && statSync(root).isFile()) {
      const isFolder = upload.prefix === '' || upload.prefix.endsWith('/');
      return key === (isFolder ? upload.prefix + basename(root) : upload.prefix);
    }
    const folder = upload.prefix === '' || upload.prefix.endsWith('/') ? upload.prefix : `${upload.prefix}/`;
    return key.startsWith(folder) && existsSync(join(root, key.slice(folder.length)));
  });
}
