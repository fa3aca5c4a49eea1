import { Problem } from '../../base/problem.ts';
import type { Node } from '../model/image.ts';
import { readDockerArchive } from './docker.ts';
import { readLayout } from './layout.ts';
import { type Located, openArchive, type Places } from './open.ts';

/**
 * Reads the image in a folder or file, whatever wrote it; told apart by content. Docker 25 and newer write both formats
 * into one tar: the OCI side is taken, as it has digests and index, unless it is empty.
 * @throws Problem naming what is wrong with the archive
 */
export async function readImage(located: Located, pick: string | undefined, places: Places): Promise<Node> {
  const archive = await openArchive(located, places);
  const hasDocker = archive.find('manifest.json') !== undefined;
  // Without oci-layout it is an index without names: those of a docker-archive beside it (apko) choose from that.
  const isNamedThere = pick !== undefined && hasDocker && !archive.find('oci-layout');
  if (archive.find('index.json') && !isNamedThere) {
    const node = await readLayout(archive, pick);
    if (node && !(hasDocker && isHollow(node))) return node;
  }
  if (hasDocker) return readDockerArchive(archive, pick, places.hasher);
  throw new Problem({
    what: 'the image cannot be read',
    on: archive.path,
    why: 'it has neither the index.json of an OCI layout with an image, nor the manifest.json of a docker-archive',
    fix: deeper(archive.names ?? []) ?? NOT_AN_IMAGE,
  });
}

const NOT_AN_IMAGE =
  'build or save the image again: docker save and buildx --output type=oci or type=docker write images; docker export, and type=tar or type=local, only its files';

/** What to do where the image lies deeper in the archive: in a folder that was archived as a whole, or in an archive of its own. */
function deeper(names: readonly string[]): string | undefined {
  const layout = names.find((name) => name.endsWith('/oci-layout'));
  if (layout) {
    const folder = layout.slice(0, -'/oci-layout'.length);
    return `its image is in the folder ${folder}: make the archive from within it (tar -C ${folder} -cf image.tar .)`;
  }
  const [only, ...others] = names;
  return others.length === 0 && only && /\.tar(\.\w+)?$/.test(only)
    ? `it holds ${only}: unpack it, and name that`
    : undefined;
}

/** Docker 25.0 wrote images without layers. */
function isHollow(node: Node): boolean {
  return node.kind === 'image' && node.layers.length === 0;
}
