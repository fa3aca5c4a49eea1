import { hash } from 'node:crypto';
import { ECRClient, GetDownloadUrlForLayerCommand } from '@aws-sdk/client-ecr';
import { readBody } from '../../base/http.ts';
import type { Access, ComingImage } from '../../job.ts';
import { isDenied } from '../denied.ts';
import type { ImageSource } from '../line.ts';
import type { Published } from '../published.ts';
import { findImage, type Image, repositoryOf, whereIs } from './image.ts';

/** What an image is, and what it is built for, as far as that is known. */
export type Built = Pick<ComingImage, 'isIndex' | 'platforms'>;

interface BuiltDeps {
  readonly access: Access;
  readonly published: Published;
  /** The target, for messages. */
  readonly on: string;
}

/** Of an image that is there: an index says it itself; for any other manifest the config is read. */
export async function builtOf(image: Image, source: ImageSource, deps: BuiltDeps): Promise<Built> {
  const { platforms, configDigest } = image.manifest ?? {};
  if (platforms) return { isIndex: true, platforms };
  if (!configDigest) return { isIndex: false, platforms: [] };
  const platform = await platformIn(configDigest, source, deps).catch((thrown: unknown) => {
    if (!isDenied(thrown)) throw thrown;
    deps.access.runner.warning(
      `${deps.on}: the architecture of the image is not checked, because ecr:GetDownloadUrlForLayer is not allowed`,
    );
    return undefined;
  });
  return { isIndex: false, platforms: platform ? [platform] : [] };
}

/** Of an image that this step is to push; where its tag keeps the image that it has, of that one. */
export async function comingBuilt(
  source: ImageSource,
  coming: readonly ComingImage[],
  deps: BuiltDeps,
): Promise<Built> {
  const { access, published } = deps;
  const name = repositoryOf(source, access, published);
  const found = coming.find(
    ({ repository, tags, digest }) =>
      repository === name && (source.tag ? tags.includes(source.tag) : digest === source.digest),
  );
  return found ?? builtOf(await findImage(source, access, { published, isLater: false }), source, deps);
}

/** `linux/amd64`: what the image's config says. */
async function platformIn(
  digest: string,
  { host, repository: repositoryName }: ImageSource,
  { access, published }: BuiltDeps,
): Promise<string | undefined> {
  const { account, region } = whereIs(host, access, published);
  const ecr = new ECRClient(access.aws.client(region));
  const command = new GetDownloadUrlForLayerCommand({ registryId: account, repositoryName, layerDigest: digest });
  const { url } = await access.aws.call(
    'ecr:GetDownloadUrlForLayer',
    async (abortSignal) => {
      const { layerDigest, downloadUrl = '' } = await ecr.send(command, { abortSignal });
      return { digest: layerDigest, url: URL.parse(downloadUrl) };
    },
    { asked: { digest } },
  );
  if (!url) return undefined;
  const { bytes } = await access.aws.call(
    'ecr:GetDownloadUrlForLayer',
    async (signal) => {
      const body = await readBody(await access.http.request({ method: 'GET', url, signal }));
      return { digest: `sha256:${hash('sha256', body, 'hex')}`, bytes: body };
    },
    { asked: { digest } },
  );
  return readPlatform(bytes.toString());
}

/** `linux/amd64`, from the config of an image. Undefined for any other text: what an artifact has there is up to its tool. */
export function readPlatform(config: string): string | undefined {
  try {
    const { os, architecture } = (JSON.parse(config) ?? {}) as { os?: unknown; architecture?: unknown };
    return typeof os === 'string' && typeof architecture === 'string' ? `${os}/${architecture}` : undefined;
  } catch {
    return undefined;
  }
}
