import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';

/** Files of a fixture by path. */
export type Files = Record<string, Buffer>;

export interface Described {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly platform?: { readonly os: string; readonly architecture: string };
  readonly annotations?: Readonly<Record<string, string>>;
}

export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
const LAYER = 'application/vnd.oci.image.layer.v1.tar';

export function digestOf(bytes: Buffer | string): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** A tar of files, as one buffer. */
export async function tarOf(files: Readonly<Record<string, Buffer | string>>): Promise<Buffer> {
  const tar = pack();
  const chunks: Buffer[] = [];
  const read = (async () => {
    for await (const chunk of tar) chunks.push(chunk as Buffer);
  })();
  for (const [name, content] of Object.entries(files)) tar.entry({ name, mtime: new Date(0) }, content);
  tar.finalize();
  await read;
  return Buffer.concat(chunks);
}

/** Builds an OCI layout: blobs by their digest. */
export class LayoutBuilder {
  readonly files: Files = { 'oci-layout': Buffer.from('{"imageLayoutVersion":"1.0.0"}') };

  blob(content: Buffer | string, mediaType: string): Described {
    const bytes = Buffer.from(content);
    const digest = digestOf(bytes);
    this.files[`blobs/${digest.replace(':', '/')}`] = bytes;
    return { mediaType, digest, size: bytes.length };
  }

  json(value: unknown, mediaType: string): Described {
    return this.blob(JSON.stringify(value), mediaType);
  }

  /** An image of layers with these texts in them. */
  async image(texts: readonly string[], { compressed = true, architecture = 'amd64' } = {}): Promise<Described> {
    const tars = await Promise.all(texts.map((text, at) => tarOf({ [`file-${at}`]: text })));
    const diffIds = tars.map(digestOf);
    const config = this.json(
      { architecture, os: 'linux', config: {}, rootfs: { type: 'layers', diff_ids: diffIds } },
      'application/vnd.oci.image.config.v1+json',
    );
    const layers = tars.map((tar) => (compressed ? this.blob(gzipSync(tar), `${LAYER}+gzip`) : this.blob(tar, LAYER)));
    const manifest = this.json({ schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers }, OCI_MANIFEST);
    return { ...manifest, platform: { os: 'linux', architecture } };
  }

  /** An attestation as BuildKit writes it. */
  attestation(subject: Described): Described {
    const config = this.json(
      { architecture: 'unknown', os: 'unknown', rootfs: { diff_ids: [] } },
      'application/vnd.oci.image.config.v1+json',
    );
    const layers = [
      this.json(
        { _type: 'https://in-toto.io/Statement/v0.1', subject: subject.digest },
        'application/vnd.in-toto+json',
      ),
    ];
    const annotations = {
      'vnd.docker.reference.type': 'attestation-manifest',
      'vnd.docker.reference.digest': subject.digest,
    };
    const manifest = this.json({ schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers }, OCI_MANIFEST);
    return { ...manifest, platform: { os: 'unknown', architecture: 'unknown' }, annotations };
  }

  index(manifests: readonly Described[]): Described {
    return this.json({ schemaVersion: 2, mediaType: OCI_INDEX, manifests }, OCI_INDEX);
  }

  /** Writes index.json and gives all files. */
  layout(...manifests: readonly Described[]): Files {
    const index = { schemaVersion: 2, mediaType: OCI_INDEX, manifests };
    return { ...this.files, 'index.json': Buffer.from(JSON.stringify(index)) };
  }
}

/** The files of a layout in a folder of the workspace. */
export function below(folder: string, files: Files): Files {
  return Object.fromEntries(Object.entries(files).map(([path, content]) => [`${folder}/${path}`, content]));
}
