/**
 * Hands a zstd stream on frame by frame, without skippable frames: Node's decompressor stops, and says no error, at the first
 * frame that ends inside a chunk. Frames: RFC 8878, 3.1. The chunks must not be overwritten later.
 * @throws Error with the code Z_DATA_ERROR when the stream is not zstd, or is cut off
 */
export async function* zstdFrames(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const { more, take, need, held, flush } = reader(chunks);
  while (await more()) {
    const magic = (await need(4)).readUInt32LE(0);
    if (magic >>> 4 === 0x184d2a5) {
      let skip = (await need(4)).readUInt32LE(0);
      flush();
      while (skip > 0) {
        skip -= (await take(skip)).length;
        flush();
      }
      continue;
    }
    if (magic !== 0xfd2fb528) throw broken();
    const flags = (await need(1))[0]!;
    const isSingleSegment = (flags >> 5) & 1;
    await need(1 - isSingleSegment + [0, 1, 2, 4][flags & 3]! + [isSingleSegment, 2, 4, 8][flags >> 6]!);
    for (let isLast = false; !isLast; ) {
      const block = (await need(3)).readUIntLE(0, 3);
      const type = (block >> 1) & 3;
      if (type === 3) throw broken();
      isLast = (block & 1) === 1;
      let left = (type === 1 ? 1 : block >> 3) + (isLast && flags & 4 ? 4 : 0);
      while (left > 0) left -= (await take(left)).length;
      if (held() > 1 << 20 && !isLast) yield flush();
    }
    yield flush();
  }
}

function broken(): Error {
  return Object.assign(new Error('this is not zstd, or it is cut off'), { code: 'Z_DATA_ERROR' });
}

/** Takes a stream in pieces of any size, and holds what was taken until it is flushed. */
function reader(chunks: AsyncIterable<Buffer>) {
  const source = chunks[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  let taken: Buffer[] = [];
  let size = 0;
  /** Whether there are more bytes. */
  const more = async () => {
    while (rest.length === 0) {
      const next = await source.next();
      if (next.done) return false;
      rest = next.value;
    }
    return true;
  };
  /** The next bytes; fewer than asked for when a chunk ends. */
  const take = async (length: number) => {
    if (!(await more())) throw broken();
    const part = rest.subarray(0, length);
    rest = rest.subarray(part.length);
    taken.push(part);
    size += part.length;
    return part;
  };
  /** So many bytes. */
  const need = async (length: number) => {
    let got: Buffer = Buffer.alloc(0);
    while (got.length < length) got = Buffer.concat([got, await take(length - got.length)]);
    return got;
  };
  const flush = () => {
    const joined = Buffer.concat(taken, size);
    taken = [];
    size = 0;
    return joined;
  };
  return { more, take, need, held: () => size, flush };
}
