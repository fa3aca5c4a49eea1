/** Buffers of bodies, used again: thousands of them would otherwise wait for the garbage collector. */
export interface Buffers {
  take(size: number): Buffer;
  /** To be called when the request is answered, or given up. */
  give(buffer: Buffer): void;
}

const SMALLEST = 4 << 10;
const MIB = 1 << 20;

/** In sizes of powers of two, or whole MiB, so that bodies of nearly the same size share. @param most bytes that are kept for later */
export function makeBuffers(most: number): Buffers {
  const idle = new Map<number, ArrayBuffer[]>();
  let kept = 0;
  return {
    take: (size) => {
      const whole = size > MIB ? Math.ceil(size / MIB) * MIB : Math.max(SMALLEST, 2 ** Math.ceil(Math.log2(size)));
      const found = idle.get(whole)?.pop();
      if (found) kept -= whole;
      return Buffer.from(found ?? new ArrayBuffer(whole), 0, size);
    },
    give: ({ buffer }) => {
      if (!(buffer instanceof ArrayBuffer) || kept + buffer.byteLength > most) return;
      const same = idle.get(buffer.byteLength) ?? [];
      idle.set(buffer.byteLength, same);
      same.push(buffer);
      kept += buffer.byteLength;
    },
  };
}
