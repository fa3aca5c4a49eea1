import { counted, formatBytes, formatSeconds } from '../base/units.ts';
import type { Descriptor } from './model/image.ts';

/** Says on a long push how far it is: a line for each large blob that is done, and a line now and then while one is sent. */
export interface PushProgress {
  /** @returns a function to call when the blob has arrived */
  begin(blob: Descriptor): (result: 'uploaded' | 'mounted') => void;
  /** Bytes sent; negative when an attempt is given up. */
  readonly sent: (bytes: number) => void;
  end(): void;
}

const LARGE = 32 << 20;
const EVERY_MS = 15_000;

export function makeProgress(say: (line: string) => void): PushProgress {
  let [sent, said, open] = [0, 0, 0];
  const timer = setInterval(() => {
    if (sent === said) return;
    said = sent;
    say(`${formatBytes(sent)} sent, ${counted(open, 'blob')} under way`);
  }, EVERY_MS).unref();
  return {
    begin: ({ digest, size }) => {
      const start = Date.now();
      open++;
      return (result) => {
        open--;
        if (size < LARGE) return;
        say(`${result} ${digest.slice(0, 19)}… ${formatBytes(size)} in ${formatSeconds(Date.now() - start)}`);
      };
    },
    sent: (bytes) => {
      sent += bytes;
    },
    end: () => clearInterval(timer),
  };
}
