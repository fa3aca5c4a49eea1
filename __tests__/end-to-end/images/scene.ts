import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { below, digestOf, type Files, LayoutBuilder } from '../../../harness/image.ts';
import { type Puller, puller } from '../../../harness/puller.ts';
import { ROLE, type SceneOptions, type Scene as Stage, scene as stage } from '../../../harness/scene.ts';
import type { Repository } from '../../../sandbox/ecr/state.ts';
import type { Sandbox } from '../../../sandbox/index.ts';

export interface Scene extends Stage {
  readonly puller: Puller;
}

/** A job with these files in its workspace, whose steps run as the publisher, and somebody who pulls. */
export async function scene(files: Files, options: Omit<SceneOptions, 'files'> = {}): Promise<Scene> {
  const { sandbox, job, step } = await stage({ ...options, files });
  const pulls = await puller(sandbox);
  sandbox.log.clear();
  return { sandbox, job, puller: pulls, step: (inputs, more) => step({ 'role-to-assume': ROLE, ...inputs }, more) };
}

/** Requests to the registry, in order: `PutManifest`, … */
export function requests({ log }: Sandbox): string[] {
  return log.of('registry').map(({ action }) => action);
}

/** The manifest of a tag, and the digests of its layers' plain tars, as somebody who pulls gets them. */
export async function pulled({ puller }: Scene, repository: string, tag: string) {
  await puller.pull(repository, tag);
  const { body, type } = await puller.get(`/v2/${repository}/manifests/${tag}`);
  const manifest = JSON.parse(body.toString());
  const diffIds: string[] = [];
  for (const layer of manifest.layers) {
    const { body: bytes } = await puller.get(`/v2/${repository}/blobs/${layer.digest}`);
    const plain = /zstd/.test(layer.mediaType)
      ? zstdDecompressSync(bytes)
      : /gzip/.test(layer.mediaType)
        ? gunzipSync(bytes)
        : bytes;
    diffIds.push(digestOf(plain));
  }
  return { manifest, type, diffIds };
}

/** The sandbox's registry, as images name it. */
export function hostOf(it: Scene): string {
  return new URL(it.puller.url).host;
}

/** Two images, of amd64 and arm64, as layouts in folders of those names. */
export async function layouts() {
  const amd = new LayoutBuilder();
  const arm = new LayoutBuilder();
  const images = [await amd.image(['amd']), await arm.image(['arm'], { architecture: 'arm64' })];
  const files: Files = { ...below('amd', amd.layout(images[0]!)), ...below('arm', arm.layout(images[1]!)) };
  return { files, digests: images.map(({ digest }) => digest) };
}

/** What a second writer finds, and changes, in a repository of the publisher's account. */
export function heldBy({ registries }: Sandbox, repository: string): Repository {
  return registries.get('111122223333/eu-west-1')!.repositories.get(repository)!;
}

/** A second writer puts a manifest, and a tag on it; its blobs may be anything. */
export function plant(
  held: Repository,
  tag: string,
  { manifest, blobs = [] }: { readonly manifest: object; readonly blobs?: readonly Buffer[] },
): string {
  for (const blob of blobs) held.blobs.set(digestOf(blob), blob);
  const bytes = Buffer.from(JSON.stringify(manifest));
  const { mediaType } = manifest as { mediaType: string };
  held.manifests.set(digestOf(bytes), { bytes, mediaType });
  held.tags.set(tag, digestOf(bytes));
  return digestOf(bytes);
}
