import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/** An answer as the true server gave it. */
export interface TrueAnswer {
  readonly status: number;
  /** Name and value in turn. */
  readonly headers: readonly string[];
  readonly body: Buffer;
}

/** What a kind of fault may use: the caller's connection, its request, and the true answer, which carries the call out. */
export interface Broken {
  readonly socket: Socket;
  readonly request: IncomingMessage;
  answer(): Promise<TrueAnswer>;
  /** An address of somebody else, to which nothing may be sent. */
  readonly elsewhere: string;
}

type Fault = (broken: Broken) => void | Promise<void>;

/** A step can do no more than wait for these: whether it ends is what they ask. */
export const HANGS = new Set(['hang', 'hang-body', 'hang-in-head', 'hang-in-body', 'endless-body', 'endless-head']);

/** Masks nothing, but where a text becomes a command of the runner; and is not a URL encoding, a digest, a number or a time. */
export const FORGED = 'forged';
const ODD = `%zz\ud800\u0000\u0085::add-mask::${FORGED}\r\n::add-mask::${FORGED}\n##[add-mask]${FORGED}`;
const ODD_XML = `%zz&#x110000;&#xd800;&#x85;::add-mask::${FORGED}&#13;&#10;::add-mask::${FORGED}&#10;##[add-mask]${FORGED}`;

const PAGE = '<!doctype html><html><head><title>Sign in to the network</title></head><body>Welcome</body></html>';

/** Everything that can happen to one request on its way. */
export const KINDS: Readonly<Record<string, Fault>> = {
  'reset-before': ({ socket }) => reset(socket),
  'reset-during': async ({ socket, request }) => {
    const half = Number(request.headers['content-length'] ?? 0) / 2;
    let size = 0;
    for await (const chunk of request) {
      size += (chunk as Buffer).length;
      if (size >= half) break;
    }
    reset(socket);
  },
  // The call was carried out, and nobody knows.
  'reset-after': async ({ socket, answer }) => {
    await answer();
    reset(socket);
  },
  'reset-in-answer': async ({ socket, answer }) => {
    const bytes = rendered(await answer());
    socket.write(bytes.subarray(0, bytes.length - 1), () => setTimeout(() => reset(socket), 5));
  },
  'close-before': ({ socket }) => void socket.end(),
  '500': (broken) => says(broken, 500),
  '503': (broken) => says(broken, 503),
  '429': (broken) => says(broken, 429),
  '403': (broken) => says(broken, 403),
  hang: ({ request }) => void request.resume(),
  'hang-body': ({ request }) => void request.pause(),
  'hang-in-head': async ({ socket, answer }) => void socket.write(rendered(await answer()).subarray(0, 20)),
  'hang-in-body': async ({ socket, answer }) => {
    const it = await answer();
    const size = it.body.length + 100;
    socket.write(rendered(it, { 'content-length': String(size) }));
  },
  'endless-body': async ({ socket, answer }) => {
    const it = await answer();
    socket.write(rendered(it, { 'content-length': undefined, 'transfer-encoding': 'chunked' }, Buffer.alloc(0)));
    if (it.body.length > 0) socket.write(chunk(it.body));
    every(socket, () => socket.write(chunk(Buffer.alloc(64, ' '))));
  },
  'endless-head': ({ socket, request }) => {
    request.resume();
    socket.write('HTTP/1.1 200 OK\r\n');
    every(socket, () => socket.write('x-a: b\r\n'));
  },
  // The answer is whole, and the connection is neither closed nor of any more use.
  'hang-after-end': async ({ socket, answer }) => void socket.write(rendered(await answer())),
  'short-body': async ({ socket, answer }) => {
    const it = await answer();
    socket.end(rendered(it, { 'content-length': String(it.body.length + 10) }));
  },
  'long-body': async ({ socket, answer }) =>
    void socket.end(Buffer.concat([rendered(await answer()), Buffer.from(PAGE)])),
  'half-body': async ({ socket, answer }) => {
    const it = await answer();
    socket.end(rendered({ ...it, body: it.body.subarray(0, it.body.length / 2) }));
  },
  page: (broken) => says(broken, 200, { body: PAGE, headers: { 'content-type': 'text/html' } }),
  'page-with-true-type': async (broken) => says(broken, 200, { body: PAGE, headers: await typeOf(broken) }),
  empty: (broken) => says(broken, 200),
  'empty-json': (broken) =>
    says(broken, 200, { body: '{}', headers: { 'content-type': 'application/x-amz-json-1.1' } }),
  'empty-204': (broken) => says(broken, 204),
  garbage: async (broken) =>
    says(broken, 200, {
      body: String.fromCharCode(...Array.from({ length: 99 }, (_, at) => (at * 7) % 256)),
      headers: await typeOf(broken),
    }),
  'no-http': ({ socket }) => void socket.end('hello\n'),
  'tls-alert': ({ socket }) => void socket.end(Buffer.from('15030300020228', 'hex')),
  'ssh-banner': ({ socket }) => void socket.end('SSH-2.0-OpenSSH_9.6p1 Ubuntu-3ubuntu13\r\n'),
  'wrong-length': (broken) => says(broken, 200, { body: PAGE, headers: { 'content-length': 'many' } }),
  'huge-header': (broken) => says(broken, 200, { headers: { 'x-huge': 'a'.repeat(200 << 10) } }),
  redirect: (broken) => says(broken, 302, { headers: { location: `${broken.elsewhere}/` } }),
  'redirect-with-method': (broken) =>
    says(broken, 307, { headers: { location: `${broken.elsewhere}${broken.request.url}` } }),
  null: async (broken) => says(broken, 200, { body: 'null', headers: await typeOf(broken) }),
  'list-of-null': async (broken) => says(broken, 200, { body: '[null]', headers: await typeOf(broken) }),
  // What AWS answers, with other values in it: whatever changes an answer on its way, or a release of a service to come.
  nulls: (broken) => withLeaves(broken, { json: () => null, xml: '' }),
  'other-types': (broken) =>
    withLeaves(broken, {
      json: (leaf) => (typeof leaf === 'string' ? { odd: [7] } : String(leaf)),
      xml: '<odd><odd/></odd>',
    }),
  'odd-texts': (broken) =>
    withLeaves(broken, { json: (leaf) => (typeof leaf === 'string' ? ODD : leaf), xml: ODD_XML }),
  'lists-and-objects': (broken) =>
    withLeaves(broken, { json: (leaf) => leaf, xml: '7', list: (list) => ({ ...list }), object: (it) => [it] }),
  'another-etag': async (broken) => changed(broken, { etag: '"0123456789abcdef0123456789abcdef"' }),
  'another-digest': async (broken) => changed(broken, { 'docker-content-digest': `sha256:${'0'.repeat(64)}` }),
};

function reset(socket: Socket): void {
  socket.resetAndDestroy();
}

function says(
  { socket, request }: Broken,
  status: number,
  { body = '', headers = {} }: { readonly body?: string; readonly headers?: Readonly<Record<string, string>> } = {},
): void {
  request.resume();
  socket.write(
    rendered(
      { status, headers: ['content-length', String(Buffer.byteLength(body))], body: Buffer.from(body) },
      headers,
    ),
  );
}

/** The true answer with other headers, where it has them. */
async function changed({ socket, answer }: Broken, headers: Readonly<Record<string, string>>): Promise<void> {
  const it = await answer();
  const has = (name: string) => it.headers.some((given, at) => at % 2 === 0 && given.toLowerCase() === name);
  socket.write(rendered(it, Object.fromEntries(Object.entries(headers).filter(([name]) => has(name)))));
}

interface Leaves {
  /** In place of each text, number and boolean of JSON. */
  readonly json: (leaf: unknown) => unknown;
  /** In place of each text of XML. */
  readonly xml: string;
  readonly list?: (list: readonly unknown[]) => unknown;
  readonly object?: (object: object) => unknown;
}

/** The true answer with other values; an answer without a body as it is. */
async function withLeaves({ socket, answer }: Broken, leaves: Leaves): Promise<void> {
  const it = await answer();
  const text = changedText(it.body.toString(), leaves);
  const body = text === undefined ? it.body : Buffer.from(text);
  socket.write(rendered({ ...it, body }, it.body.length > 0 ? { 'content-length': String(body.length) } : {}));
}

function changedText(text: string, leaves: Leaves): string | undefined {
  if (/^\s*</.test(text)) return text.replaceAll(/>([^<]+)</g, () => `>${leaves.xml}<`);
  try {
    return JSON.stringify(changedValue(JSON.parse(text), leaves));
  } catch {
    return undefined;
  }
}

function changedValue(value: unknown, leaves: Leaves): unknown {
  const { json, list = (it) => it, object = (it) => it } = leaves;
  if (Array.isArray(value)) return list(value.map((it) => changedValue(it, leaves)));
  if (typeof value !== 'object' || value === null) return json(value);
  return object(Object.fromEntries(Object.entries(value).map(([name, it]) => [name, changedValue(it, leaves)])));
}

async function typeOf({ answer }: Broken): Promise<Record<string, string>> {
  const { headers } = await answer();
  const at = headers.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === 'content-type');
  return { 'content-type': headers[at + 1] ?? 'text/xml' };
}

/** An answer as bytes; `headers` in place of the true ones, `undefined` leaves one out. */
export function rendered(
  { status, headers: given, body }: TrueAnswer,
  headers: Readonly<Record<string, string | undefined>> = {},
  instead = body,
): Buffer {
  const lines: string[] = [];
  for (let at = 0; at < given.length; at += 2) {
    const name = given[at]!.toLowerCase();
    if (!(name in headers) && name !== 'connection' && name !== 'transfer-encoding')
      lines.push(`${name}: ${given[at + 1]}`);
  }
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) lines.push(`${name}: ${value}`);
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status} Planned\r\n${lines.join('\r\n')}\r\n\r\n`, 'latin1'), instead]);
}

function chunk(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
}

function every(socket: Socket, write: () => void): void {
  const timer = setInterval(() => (socket.destroyed ? clearInterval(timer) : write()), 50);
  socket.once('close', () => clearInterval(timer));
}
