import type { ComingImage } from '../../job.ts';
import { imagesOf, isBeside } from '../model/image.ts';
import { platformOf } from '../model/platform.ts';
import { repositoryArn } from '../registry/registry.ts';
import type { ImagesPlan, Push } from './plan.ts';

/** What a plan pushes, as far as other jobs may know it. @param digests what each push came to, once it is done */
export async function comingImages(
  { pushes }: ImagesPlan,
  digests: readonly string[] = [],
): Promise<readonly ComingImage[]> {
  return Promise.all(
    pushes.map(async (push, at) => {
      const coming = await comingImage(push);
      return { ...coming, digest: digests[at] ?? coming.digest };
    }),
  );
}

async function comingImage({ registry, repository, tags, image, finished }: Push): Promise<ComingImage> {
  const images = imagesOf(image).filter(({ descriptor }) => !isBeside(descriptor));
  const platforms = await Promise.all(images.map(platformOf));
  return {
    repository: repositoryArn(registry, repository),
    tags: tags.filter(({ action }) => action !== 'keep').flatMap(({ tag }) => tag ?? []),
    digest: finished?.descriptor.digest,
    isIndex: image.kind === 'index',
    platforms: platforms.flatMap((it) => (it?.os && it.architecture ? `${it.os}/${it.architecture}` : [])),
  };
}
