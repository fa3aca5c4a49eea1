import { formatBytes, grouped } from '../../base/units.ts';

export interface Amount {
  readonly objects: number;
  readonly bytes: number;
}

/** How much has been sent so far, logged every few seconds. */
export interface UploadProgress {
  /** A part of a body, or a whole one, arrived. */
  bytes(count: number): void;
  object(): void;
  readonly sent: Amount;
  end(): void;
}

const EVERY_MS = 5_000;

export function startProgress(total: Amount, say: (line: string) => void): UploadProgress {
  const sent = { objects: 0, bytes: 0 };
  const start = Date.now();
  const timer = setInterval(() => say(progressLine(sent, total, Date.now() - start)), EVERY_MS).unref();
  return {
    sent,
    bytes: (count) => {
      sent.bytes += count;
    },
    object: () => {
      sent.objects++;
    },
    end: () => clearInterval(timer),
  };
}

/** `1,200 of 4,000 objects, 1.2 of 3.4 GB, 45.1 MB/s, 48 s left` */
export function progressLine(sent: Amount, total: Amount, ms: number): string {
  const rate = ms > 0 ? sent.bytes / (ms / 1000) : 0;
  // Small objects take their time whatever their size: what is further along says less about the rest.
  const share = Math.min(part(sent.bytes, total.bytes), part(sent.objects, total.objects));
  const left = share > 0 ? `${Math.ceil((ms / share - ms) / 1000)} s left` : 'just begun';
  const objects = `${grouped(sent.objects)} of ${grouped(total.objects)} objects`;
  return `${objects}, ${formatBytes(sent.bytes)} of ${formatBytes(total.bytes)}, ${formatBytes(rate)}/s, ${left}`;
}

function part(some: number, all: number): number {
  return all > 0 ? some / all : 1;
}
