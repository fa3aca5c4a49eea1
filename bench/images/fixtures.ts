import { createHash } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';

interface Layer {
  readonly path: string;
  readonly digest: string;
  readonly size: number;
}

/** Real files of this machine: programs and libraries, as images hold them. */
function* realFiles(root = '/usr'): Generator<string> {
  const folders = [root];
  for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isFile()) yield path;
    }
  }
}

/** A tar of about this many bytes, made of the next files. */
async function plainLayer(path: string, bytes: number, files: Iterator<string>): Promise<Layer> {
  const tar = pack();
  const written = pipeline(tar, createWriteStream(path));
  for (let size = 0; size < bytes; ) {
    const { value: file, done } = files.next();
    if (done) throw new Error('this machine has too few files');
    const length = statSync(file).size;
    if (length === 0 || length > bytes) continue;
    tar.entry({ name: file.slice(1), mtime: new Date(0) }, readFileSync(file));
    size += length;
  }
  tar.finalize();
  await written;
  return described(path);
}

async function gzipLayer(layer: Layer, folder: string): Promise<Layer> {
  const path = join(folder, `${layer.digest.slice(7)}.gz`);
  await pipeline(createReadStream(layer.path), createGzip({ level: 6 }), createWriteStream(path));
  return described(path);
}

async function described(path: string): Promise<Layer> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return { path, digest: `sha256:${hash.digest('hex')}`, size: statSync(path).size };
}

/** An OCI layout of compressed layers, which are hard links: two layouts share them. */
async function writeLayout(folder: string, layers: readonly Layer[], plain: readonly Layer[]): Promise<void> {
  mkdirSync(join(folder, 'blobs/sha256'), { recursive: true });
  const put = (text: string) => {
    const digest = createHash('sha256').update(text).digest('hex');
    writeFileSync(join(folder, 'blobs/sha256', digest), text);
    return { digest: `sha256:${digest}`, size: Buffer.byteLength(text) };
  };
  for (const { path, digest } of layers) {
    linkSync(path, join(folder, 'blobs/sha256', digest.slice(7)));
  }
  const config = put(configOf(plain));
  const manifest = put(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
      layers: layers.map(({ digest, size }) => ({
        mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
        digest,
        size,
      })),
    }),
  );
  writeFileSync(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  const manifests = [{ mediaType: 'application/vnd.oci.image.manifest.v1+json', ...manifest }];
  writeFileSync(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
}

/** What `docker save` of Docker up to 24 writes, with plain layers, and kaniko and others with compressed ones. */
async function writeDockerArchive(path: string, plain: readonly Layer[], layers = plain): Promise<void> {
  const tar = pack();
  const written = pipeline(tar, createWriteStream(path));
  const config = configOf(plain);
  const id = createHash('sha256').update(config).digest('hex');
  tar.entry({ name: `${id}.json` }, config);
  const nameOf = ({ digest }: Layer) => `${digest.slice(7)}${layers === plain ? '/layer.tar' : '.tar.gz'}`;
  for (const layer of layers) {
    const entry = tar.entry({ name: nameOf(layer), size: layer.size });
    await pipeline(createReadStream(layer.path, { highWaterMark: 1 << 20 }), entry);
  }
  const Layers = layers.map(nameOf);
  tar.entry({ name: 'manifest.json' }, JSON.stringify([{ Config: `${id}.json`, RepoTags: ['bench:1'], Layers }]));
  tar.finalize();
  await written;
}

/**
 * One image in all its forms, and the same with another last layer: the layouts `first` and `changed`, `first.tar` and
 * `changed.tar` with plain layers, `packed.tar` with compressed ones.
 * @param bytes of each plain layer, about
 * @returns bytes of all plain layers of one image
 */
export async function makeFixtures(
  folder: string,
  { layers, bytes }: { layers: number; bytes: number },
): Promise<number> {
  const files = realFiles();
  const plain: Layer[] = [];
  for (let at = 0; at <= layers; at++) plain.push(await plainLayer(join(folder, `layer-${at}.tar`), bytes, files));
  const gzipped = new Map<Layer, Layer>();
  for (const layer of plain) gzipped.set(layer, await gzipLayer(layer, folder));
  const packed = (of: readonly Layer[]) => of.map((layer) => gzipped.get(layer)!);
  const [first, changed] = [plain.slice(0, layers), [...plain.slice(0, layers - 1), plain[layers]!]];
  for (const [name, of] of Object.entries({ first, changed })) {
    await writeDockerArchive(join(folder, `${name}.tar`), of);
    await writeLayout(join(folder, name), packed(of), of);
  }
  await writeDockerArchive(join(folder, 'packed.tar'), first, packed(first));
  return first.reduce((sum, { size }) => sum + size, 0);
}

function configOf(plain: readonly Layer[]): string {
  return JSON.stringify({
    architecture: 'amd64',
    os: 'linux',
    config: {},
    rootfs: { type: 'layers', diff_ids: plain.map(({ digest }) => digest) },
  });
}
