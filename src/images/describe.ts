import { imagesOf, platformName } from './model/image.ts';
import type { ImagesPlan, Push } from './plan/plan.ts';

/** The plan as data, without logins. */
export function describePlan({ registries, login, pushes }: ImagesPlan): unknown {
  return {
    registries: registries.map(({ host }) => host),
    login,
    images: pushes.map(describePush),
  };
}

function describePush({ source, registry, repository, create, tags, image, finished, blobs }: Push): unknown {
  const absent = image.kind === 'index' ? image.absent.map(platformName) : [];
  return {
    source,
    name: `${registry.host}/${repository}`,
    ...(create ? { create: true, createdBy: create === 'on push' ? 'ECR, on push' : 'this step' } : {}),
    tags: tags.map(({ tag, before, action }) => ({ tag, action, ...(before ? { before } : {}) })),
    // Not known before the last layer is compressed.
    ...(finished ? { digest: finished.descriptor.digest, mediaType: finished.descriptor.mediaType } : {}),
    platforms: imagesOf(image).map(({ descriptor }) => platformName(descriptor)),
    ...(absent.length > 0 ? { leftOut: absent } : {}),
    blobs: blobs.map(({ descriptor: { digest, size }, action, mountFrom }) => ({
      digest,
      size,
      action,
      ...(mountFrom ? { mountFrom } : {}),
    })),
  };
}
