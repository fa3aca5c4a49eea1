import { mkdtempSync, openSync, readFileSync, rmSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from '@jest/globals';
import { fileProblem, onFileSync } from '../../src/base/edge/files.ts';
import { problemsIn } from '../../src/base/edge/index.ts';
import { parseJson } from '../../src/base/edge/json.ts';
import { Problem } from '../../src/base/problem.ts';
import { readText } from '../../src/base/read-text.ts';
import { verdictOf } from '../../src/base/retryable.ts';

const folder = mkdtempSync(join(tmpdir(), 'edge-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'file');
writeFileSync(file, 'no JSON of hunter2');
const sparse = join(folder, 'sparse');
writeFileSync(sparse, '');
truncateSync(sparse, 600 << 20);

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (thrown) {
    return thrown;
  }
  throw new Error('nothing was thrown');
}

describe('what the outside world does wrong is not a bug', () => {
  test.each<[string, () => unknown, RegExp]>([
    [
      'a missing file',
      () => readFileSync(join(folder, 'none')),
      /none: it cannot be opened[\s\S]*does not exist.*ENOENT/,
    ],
    ['a folder in place of a file', () => readFileSync(folder), /it is a folder, not a file \(EISDIR\)/],
    ['a file in place of a folder', () => readFileSync(join(file, 'x')), /not a folder \(ENOTDIR\)/],
    ['a full disk', () => writeSync(openSync('/dev/full', 'w'), 'x'), /the disk is full \(ENOSPC\)/],
    ['a text that is not JSON', () => JSON.parse(readFileSync(file, 'utf8')), /should be JSON is not/],
    ['a text that is not gzip', () => gunzipSync('nothing'), /compressed data is damaged/],
    ['a text that is not brotli', () => brotliDecompressSync('nothing'), /compressed data is damaged/],
    ['an address that is not a URL', () => new URL('::'), /is not one of HTTP/],
    ['an address of another scheme', () => http.request('ftp://hunter2/'), /is not one of HTTP/],
    ['an address with an impossible port', () => net.connect(99_999), /is not one of HTTP/],
    [
      'a header whose name is not allowed',
      () => http.request('http://127.0.0.1:9', { headers: { 'hunter2 a': 'x' } }),
      /cannot be part of a request/,
    ],
    [
      'a key that is not PEM',
      () => tls.createSecureContext({ key: 'hunter2' }),
      /a certificate or a key cannot be read/,
    ],
    [
      'a certificate that is damaged',
      () => tls.createSecureContext({ cert: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n' }),
      /a certificate or a key cannot be read/,
    ],
    [
      'a file for which a string is too short',
      () => readText(sparse),
      /sparse: it cannot be .*\n.*larger than this action reads/,
    ],
    [
      'a header with a line end',
      () => http.request('http://127.0.0.1:9', { headers: { a: 'hunter2\n' } }),
      /cannot be part of a request/,
    ],
    ['a path that HTTP does not take', () => http.request({ path: '/hunter2 ' }), /cannot be part of a request/],
    ['half a character in an address', () => encodeURIComponent('hunter2\ud800'), /cannot be part of a request/],
    ['a path with a NUL', () => readFileSync('hunter2\0'), /a path has a NUL in it/],
  ])('%s', (_, act, message) => {
    const problems = problemsIn(thrownBy(act));
    expect(problems?.[0]?.message).toMatch(message);
    expect(problems?.[0]?.message).not.toContain('hunter2');
  });

  test.each(['EROFS', 'EMFILE', 'EFBIG', 'EACCES', 'EDQUOT', 'EIO', 'EWHATEVER'])('%s of a file', (code) => {
    const raw = Object.assign(new Error('text with hunter2'), { code, syscall: 'open', path: '/some/where' });
    const [problem] = problemsIn(raw) ?? [];
    expect(problem?.message).toMatch(
      new RegExp(`^/some/where: it cannot be opened\\.\n  Why: .+\\(${code}\\)\n  Fix: .+`),
    );
    expect(problem?.message).not.toContain('hunter2');
  });

  test("a time-out of the SDK's own", () => {
    const [problem] = problemsIn(Object.assign(new Error('hunter2'), { name: 'TimeoutError' })) ?? [];
    expect(problem?.message).toMatch(/^a request got no answer: connection failed \(ETIMEDOUT\)\.\n {2}Fix: /);
  });

  test.each<[code: string, syscall: string, message: RegExp]>([
    ['EAGAIN', 'read', /a file cannot be used[\s\S]*EAGAIN/],
    ['Unknown system error -117', 'fsync', /a file cannot be used/],
    ['ERR_SYSTEM_ERROR', 'uv_os_homedir', /the file system refused/],
    ['EPERM', 'connect', /a request got no answer: connection failed \(EPERM\)/],
    ['EACCES', 'connect', /a request got no answer/],
    ['EAFNOSUPPORT', 'connect', /a request got no answer/],
    ['EAI_MEMORY', 'getaddrinfo', /a request got no answer/],
    ['EMFILE', 'connect', /too many files open/],
  ])('%s of %s', (code, syscall, message) => {
    const raw = Object.assign(new Error('hunter2'), { code, syscall, errno: -1 });
    for (const thrown of [raw, new AggregateError([raw])]) {
      if (thrown !== raw && syscall !== 'connect') continue;
      const [problem] = problemsIn(thrown) ?? [];
      expect(problem?.message).toMatch(message);
      expect(problem?.message).not.toContain('hunter2');
    }
  });

  test.each([
    ['ERR_WORKER_INIT_FAILED', /a thread cannot be started/],
    ['ERR_WORKER_OUT_OF_MEMORY', /a thread cannot be started/],
    ['ERR_STRING_TOO_LONG', /longer than 512 MB/],
    ['ERR_STREAM_DESTROYED', /connection failed/],
    ['CRL_HAS_EXPIRED', /is not trusted/],
    ['UNABLE_TO_GET_CRL', /is not trusted/],
    ['INVALID_CA', /is not trusted/],
    ['INVALID_PURPOSE', /is not trusted/],
    ['PATH_LENGTH_EXCEEDED', /is not trusted/],
  ])('%s', (code, message) => {
    expect(problemsIn(Object.assign(new Error('hunter2'), { code }))?.[0]?.message).toMatch(message);
  });

  test.each<[string, string | Buffer]>([
    ['a banner of SSH', 'SSH-2.0-OpenSSH_9.2p1 Debian\r\n'],
    ['garbage', Buffer.from([0, 1, 2, 3, 255, 254, 10, 13])],
    ['a status that is not a number', 'HTTP/1.1 abc OK\r\n\r\n'],
    ['a head of 200 kB', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(200_000)}\r\n\r\n`],
    ['a chunk of no length', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab'],
  ])('%s in place of HTTP is tried once more, then told', async (_, answer) => {
    const error = await answered(http, answer);
    expect(verdictOf(error)).toBe('grace');
    expect(problemsIn(error)?.[0]?.message).toMatch(/the answer was not HTTP \(HPE_/);
  });

  test('plain HTTP in place of TLS', async () => {
    const error = await answered(https, 'HTTP/1.1 400 Bad Request\r\n\r\n');
    expect(problemsIn(error)?.[0]?.message).toMatch(/the answer was not TLS/);
  });

  test('what was given up tells why', () => {
    const reason = new Problem({ what: 'the step was cancelled' });
    const error = Object.assign(new Error('x'), { name: 'AbortError', code: 'ABORT_ERR', cause: reason });
    expect(problemsIn(error)).toEqual([reason]);
  });
});

test.each([new TypeError('x'), new RangeError('x'), new Error('x'), 'text', undefined, { code: 7 }])(
  'a programming error stays one: %p',
  (thrown) => {
    expect(problemsIn(thrown)).toBeUndefined();
  },
);

test('where a file is used says which, and what for', () => {
  const error = thrownBy(() =>
    onFileSync({ on: 'Input web-identity-token-file', doing: 'read', fix: 'mount it' }, () => readFileSync(folder)),
  );
  expect((error as Problem).details).toMatchObject({
    on: 'Input web-identity-token-file',
    what: 'it cannot be read',
    why: 'it is a folder, not a file (EISDIR)',
    fix: 'mount it',
  });
  const bug = new TypeError('x');
  expect(fileProblem(bug, { doing: 'read' })).toBe(bug);
});

test('a text that is not JSON is not quoted', () => {
  const error = thrownBy(() => parseJson('{"password": hunter2', { what: 'the settings are not JSON' }));
  expect(error).toBeInstanceOf(Problem);
  expect((error as Problem).message).toBe('the settings are not JSON.');
  expect((error as Problem).cause).toBeUndefined();
});

/** What a request fails with when a server writes these bytes to it. */
async function answered({ request }: typeof http | typeof https, bytes: string | Buffer): Promise<unknown> {
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(bytes));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    return await new Promise((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port }, (answer) => {
        answer
          .on('error', resolve)
          .on('end', () => reject(new Error('it was read')))
          .resume();
      });
      sent.on('error', resolve).end();
    });
  } finally {
    server.close();
  }
}
