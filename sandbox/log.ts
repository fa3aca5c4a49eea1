/** One request that reached the sandbox, as tests assert it. Holds no secret. */
export interface LogEntry {
  readonly service: string;
  action: string;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** ARN of the verified caller; `anonymous` without a signature. */
  caller: string;
  /** The caller's account; empty without a signature. */
  account: string;
  region: string;
  /** 0 until it is answered, and for good when the connection was cut. */
  status: number;
  /** AWS's error code, or the kind of the fault that hit it. */
  error?: string;
  /** Bytes of the body as received, and of the answer. */
  bytesIn: number;
  bytesOut: number;
  readonly userAgent: string;
  /** What services find worth asserting: names, keys, headers. */
  readonly params: Record<string, unknown>;
}

export interface RequestLog {
  readonly entries: readonly LogEntry[];
  add(entry: LogEntry): LogEntry;
  /** The entries of one service, and of one action of it: `of('ssm', 'GetParameters')`. */
  of(service: string, action?: string): readonly LogEntry[];
  clear(): void;
}

export function makeLog(): RequestLog {
  const entries: LogEntry[] = [];
  return {
    entries,
    add: (entry) => {
      entries.push(entry);
      return entry;
    },
    of: (service, action) =>
      entries.filter((entry) => entry.service === service && (action === undefined || entry.action === action)),
    clear: () => {
      entries.length = 0;
    },
  };
}
