import { Problem } from '../../base/problem.ts';
import { type FileState, openSame } from '../../base/same-file.ts';
import type { Compression } from '../model/media-types.ts';
import { BLOCK, readTarHeader } from './tar-header.ts';

/** Compressions that are not read. */
const UNREAD = {
  xz: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00],
  bzip2: [0x42, 0x5a, 0x68],
  lz4: [0x04, 0x22, 0x4d, 0x18],
  zip: [0x50, 0x4b, 0x03, 0x04],
} as const;

/** What is often found in the place of an archive. */
const OTHERS: readonly { readonly bytes: readonly number[]; readonly what: string; readonly fix: string }[] = [
  {
    // https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md
    bytes: [...Buffer.from('version https://git-lfs')],
    what: 'it is a pointer of Git LFS, and not the archive',
    fix: 'check the repository out with its large files: lfs: true of actions/checkout',
  },
  {
    bytes: [...Buffer.from('#!')],
    what: 'it is a script, and not the archive that it writes',
    fix: 'run it before this step, and name what it writes: ./result > image.tar for streamLayeredImage of nix',
  },
  {
    bytes: [...Buffer.from('<')],
    what: 'it is a web page, and not the archive',
    fix: 'see what the address gives that it was downloaded from: curl --fail ends on an error',
  },
  {
    bytes: [...Buffer.from('{')],
    what: 'it is JSON, and not an archive',
    fix: 'name the archive, or the folder that holds index.json; an image of nix2container is copied to one: nix run .#IMAGE.copyTo -- oci:DIR',
  },
  // UTF-16, and a gzip magic in which a byte became the sign for an unknown character.
  ...[
    [0xff, 0xfe],
    [0x1f, 0xef, 0xbf, 0xbd],
  ].map((bytes) => ({
    bytes,
    what: 'it was written as text by PowerShell: its bytes are not those of the archive',
    fix: 'let the program write the file, without >: docker save -o image.tar NAME',
  })),
];

/** How a file, or a part of it, is compressed: by its first bytes, whatever it is called. Undefined: it is a tar, or nothing known. */
export async function compressionOf(of: FileState, at = 0): Promise<Compression | keyof typeof UNREAD | undefined> {
  const first = await firstOf(of, at);
  if (first[0] === 0x1f && first[1] === 0x8b) return 'gzip';
  // A stream of zstd frames may begin with one that is skipped.
  const magic = first.readUInt32LE(0);
  if (magic === 0xfd2fb528 || magic >>> 4 === 0x184d2a5) return 'zstd';
  // A tar begins with the name of its first file, which may look like anything.
  if (readTarHeader(first)) return undefined;
  return (Object.keys(UNREAD) as (keyof typeof UNREAD)[]).find((name) => beginsWith(first, UNREAD[name]));
}

/** @throws Problem that says what a file is that is not an archive, where that can be told */
export async function mustBeArchive(of: FileState, on: string): Promise<void> {
  if (of.size === 0) {
    throw new Problem({ what: 'the file is empty', on, fix: 'see whether the step that writes it has failed' });
  }
  const first = await firstOf(of, 0);
  const other = readTarHeader(first) ? undefined : OTHERS.find(({ bytes }) => beginsWith(first, bytes));
  if (other) throw new Problem({ what: other.what, on, fix: other.fix });
}

export function unreadCompression(on: string, compression: string): Problem {
  return new Problem({
    what: `it is compressed with ${compression}, which this action does not read`,
    on,
    fix: 'decompress it before this step, or use gzip or zstd',
  });
}

/** As many bytes as the header of a tar has; zeros where there are no more. */
async function firstOf(of: FileState, at: number): Promise<Buffer> {
  const file = await openSame(of);
  try {
    return (await file.read(Buffer.alloc(BLOCK), 0, BLOCK, at)).buffer;
  } finally {
    await file.close();
  }
}

function beginsWith(first: Buffer, bytes: readonly number[]): boolean {
  return bytes.every((byte, at) => first[at] === byte);
}
