import { gzipSync } from 'node:zlib';
import { gzipDockerSave, oldDockerSave, type SavedImage, savedImage } from '../../../harness/docker-archive.ts';
import { below, digestOf, type Files, LayoutBuilder, OCI_MANIFEST, tarOf } from '../../../harness/image.ts';

/** What a build left, and what somebody who pulls must get of it. */
export interface Build {
  readonly source: string;
  readonly files: Files;
  /** The digest of the manifest, where it is pushed byte for byte. */
  readonly manifest?: string;
  /** Else: the config, and the digests of the layers' plain tars. */
  readonly image?: SavedImage;
  /** What a Docker daemon gives for it. */
  readonly saved?: Buffer;
  /** The layout that another registry holds of it. */
  readonly held?: Files;
  /** It is damaged: a green run would be a lie. */
  readonly isDamaged?: boolean;
}

export const KINDS = ['plain', 'gzip', 'oci-plain', 'oci-gzip', 'artifact', 'damaged', 'daemon', 'registry'] as const;
export type Kind = (typeof KINDS)[number];

/** An image of a base and an app, as one of the tools leaves it. */
export async function build(kind: Kind, base: number, app: number): Promise<Build> {
  const image = await savedImage([`base ${base}`, `app ${app}`]);
  const name = `${kind}-${base}-${app}`;
  const file = `${name}.tar`;
  switch (kind) {
    case 'plain':
      return { source: `docker-archive:${file}`, files: { [file]: await oldDockerSave(image, [], 'symlink') }, image };
    case 'gzip':
      return { source: file, files: { [file]: await gzipDockerSave(image) }, image };
    case 'daemon':
      return {
        source: `docker:${name}:1`,
        files: {},
        saved: await oldDockerSave(image, [`${name}:1`], 'symlink'),
        image,
      };
    case 'damaged':
      return { source: file, files: { [file]: await withForeignLayer(image) }, isDamaged: true };
    case 'artifact':
      return artifact(name, `file ${base} ${app}`);
    default:
      return ofLayout(name, kind, image);
  }
}

/** An archive with another build's layer in the place of the app's. */
async function withForeignLayer({ config, layers: [base] }: SavedImage): Promise<Buffer> {
  return tarOf({
    'config.json': config,
    'a.gz': gzipSync(base!),
    'b.gz': gzipSync(await tarOf({ other: 'build' })),
    'manifest.json': Buffer.from(JSON.stringify([{ Config: 'config.json', Layers: ['a.gz', 'b.gz'] }])),
  });
}

function artifact(name: string, content: string): Build {
  const layout = new LayoutBuilder();
  const config = layout.blob('{}', 'application/vnd.oci.empty.v1+json');
  const layers = [layout.blob(content, 'application/vnd.oci.image.layer.v1.tar')];
  const made = layout.json({ schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers }, OCI_MANIFEST);
  return { source: `oci:${name}`, files: below(name, layout.layout(made)), manifest: made.digest };
}

function ofLayout(name: string, kind: 'oci-plain' | 'oci-gzip' | 'registry', image: SavedImage): Build {
  const layout = new LayoutBuilder();
  const isCompressed = kind !== 'oci-plain';
  const config = layout.blob(image.config, 'application/vnd.oci.image.config.v1+json');
  const layers = image.layers.map((layer) =>
    isCompressed
      ? layout.blob(gzipSync(layer), 'application/vnd.oci.image.layer.v1.tar+gzip')
      : layout.blob(layer, 'application/vnd.oci.image.layer.v1.tar'),
  );
  const made = layout.json({ schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers }, OCI_MANIFEST);
  const held = layout.layout(made);
  if (kind === 'registry') {
    return { source: `registry:HOST/base@${made.digest}`, files: {}, held, image, manifest: made.digest };
  }
  const files = below(name, held);
  return { source: `oci:${name}`, files, image, ...(isCompressed ? { manifest: made.digest } : {}) };
}

export const digests = ({ layers }: SavedImage): readonly string[] => layers.map(digestOf);
