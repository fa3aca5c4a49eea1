import type { ComingImage } from '../../job.ts';
import { imagesOf, isBeside } from '../model/image.ts';
import { platformOf } from '../model/platform.ts';
import { repositoryArn } from '../registry/registry.ts';
import type { ImagesPlan, Push } from './plan.ts';

/** What a plan pushes, as far as other jobs may know it. */
export async function comingImages({ pushes }: ImagesPlan): Promise<readonly ComingImage[]> {
  return Promise.all(pushes.map(comingImage));
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
