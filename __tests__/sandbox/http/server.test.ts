import { createHash } from 'node:crypto';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { payloadOf } from '../../../sandbox/http/payload.ts';
import { hmac, type Signed, scopeOf, sha256, signingKey } from '../../../sandbox/http/sigv4.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/index.ts';
import type { Head } from '../../../sandbox/service.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ seed: 7 });
});
afterAll(() => sandbox.stop());
beforeEach(() => {
  sandbox.faults.clear();
  sandbox.clock.skew(0);
  sandbox.log.clear();
});

const OWNER = 'arn:aws:iam::444455556666:role/owner';

const ask = (change: Partial<ReturnType<Sandbox['signInAs']>> = {}) => {
  const { accessKeyId, secretAccessKey, sessionToken } = { ...sandbox.signInAs(OWNER), ...change };
  const credentials = { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
  const sts = new STSClient({ region: 'eu-west-1', endpoint: sandbox.url, credentials, maxAttempts: 1 });
  return sts.send(new GetCallerIdentityCommand({})).then(
    ({ Arn }) => Arn,
    (error: Error) => error.name,
  );
};

test("a signed request is the caller's", async () => {
  expect(await ask()).toBe('arn:aws:sts::444455556666:assumed-role/owner/test');
  expect(sandbox.log.of('sts')[0]).toMatchObject({ account: '444455556666', status: 200, region: 'eu-west-1' });
});

test.each<[string, object, string]>([
  ['an unknown key', { accessKeyId: 'AKIANOBODY' }, 'InvalidClientTokenId'],
  ['another secret', { secretAccessKey: 'x' }, 'SignatureDoesNotMatch'],
  ['another session token', { sessionToken: 'x' }, 'InvalidClientTokenId'],
  ['no session token', { sessionToken: '' }, 'InvalidClientTokenId'],
])('%s is refused', async (_case, change, name) => {
  expect(await ask(change)).toBe(name);
});

test('a session ends with its time, a signature with the clock', async () => {
  const session = sandbox.signInAs(OWNER);
  sandbox.clock.skew(16 * 60_000);
  expect(await ask(session)).toBe('SignatureDoesNotMatch');
  sandbox.clock.skew(0);
  sandbox.clock.advance(3_601_000);
  expect(await ask(session)).toBe('ExpiredToken');
});

test('without a signature nothing is answered but what AWS answers', async () => {
  const form = (body: string) =>
    fetch(sandbox.url, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body });
  const missing = await form('Action=GetCallerIdentity&Version=2011-06-15');
  expect(missing.status).toBe(403);
  expect(await missing.text()).toContain('<Code>MissingAuthenticationToken</Code>');
  const unsigned = await form('Action=AssumeRoleWithWebIdentity&Version=2011-06-15');
  expect(await unsigned.text()).toContain('<Code>ValidationError</Code>');
});

test('a request token is good for its own job alone', async () => {
  const [url, other] = ['publish', 'release'].map((job) => sandbox.env(job));
  const get = (token = '') =>
    fetch(`${url?.ACTIONS_ID_TOKEN_REQUEST_URL}&audience=x`, { headers: { authorization: `Bearer ${token}` } });
  expect((await get(url?.ACTIONS_ID_TOKEN_REQUEST_TOKEN)).status).toBe(200);
  expect((await get(other?.ACTIONS_ID_TOKEN_REQUEST_TOKEN)).status).toBe(401);
});

test('faults hit as planned: the n-th call, a number of times, with a seeded chance', async () => {
  sandbox.faults.add({ kind: 'throttle', service: 'sts', action: 'GetCallerIdentity', nth: 2 });
  expect([await ask(), await ask(), await ask()].map((it) => it === 'Throttling')).toEqual([false, true, false]);
  sandbox.faults.clear();
  sandbox.faults.add({ kind: 'status', status: 503, times: 1 });
  expect([await ask(), await ask()].map((it) => it === 'ServiceUnavailable')).toEqual([true, false]);
  const chances = async () => {
    const one = await startSandbox({ seed: 3 });
    one.faults.add({ kind: 'throttle', probability: 0.5 });
    const hits = Array.from({ length: 20 }, () => one.faults.next('s3', 'PutObject') !== undefined);
    await one.stop();
    return hits;
  };
  const hits = await chances();
  expect(hits).toEqual(await chances());
  expect(new Set(hits).size).toBe(2);
});

test.each(['reset', 'reset-body', 'truncate'] as const)('%s cuts the connection', async (kind) => {
  sandbox.faults.add({ kind, service: 'sts', times: 1 });
  expect(['TimeoutError', 'Error']).toContain(await ask());
});

test("expire ends the caller's session", async () => {
  sandbox.faults.add({ kind: 'expire', service: 'sts', times: 1 });
  expect(await ask()).toBe('ExpiredToken');
});

const SIGNED: Signed = {
  accessKeyId: 'AKIA',
  date: '20260101',
  region: 'eu-west-1',
  service: 's3',
  signedHeaders: ['host'],
  signature: 'f'.repeat(64),
  sessionToken: '',
  timestamp: '20260101T000000Z',
  expires: undefined,
  presigned: false,
};
const headWith = (hash: string): Head => ({
  method: 'PUT',
  path: '/b/k',
  query: new URLSearchParams(),
  headers: { 'x-amz-content-sha256': hash },
});

/** In pieces of 7 bytes, so that no boundary of the body is one of a piece. */
async function* pieces(text: string): AsyncGenerator<Buffer> {
  const whole = Buffer.from(text);
  for (let at = 0; at < whole.length; at += 7) yield whole.subarray(at, at + 7);
}

async function content(hash: string, body: string) {
  const payload = payloadOf(headWith(hash), pieces(body), { signed: SIGNED, secret: 'secret' });
  const chunks: Buffer[] = [];
  for await (const chunk of payload.stream) chunks.push(chunk);
  return { text: Buffer.concat(chunks).toString(), trailers: payload.trailers };
}

const chunkSignature = (data: string, previous: string) => {
  const lines = ['AWS4-HMAC-SHA256-PAYLOAD', SIGNED.timestamp, scopeOf(SIGNED), previous, sha256(''), sha256(data)];
  return hmac(signingKey(SIGNED, 'secret'), lines.join('\n')).toString('hex');
};

test('a body is what its hash says', async () => {
  const hash = createHash('sha256').update('hello').digest('hex');
  expect((await content(hash, 'hello')).text).toBe('hello');
  expect((await content('UNSIGNED-PAYLOAD', 'hello')).text).toBe('hello');
  await expect(content(hash, 'hellO')).rejects.toMatchObject({ code: 'XAmzContentSHA256Mismatch' });
});

test('aws-chunked comes out as it went in, with its trailers', async () => {
  const hash = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';
  const body = '5\r\nhello\r\n6\r\n world\r\n0\r\nx-amz-checksum-crc32: DUoRhQ==\r\n\r\n';
  expect(await content(hash, body)).toEqual({ text: 'hello world', trailers: { 'x-amz-checksum-crc32': 'DUoRhQ==' } });
  await expect(content(hash, 'hello')).rejects.toMatchObject({ code: 'IncompleteBody' });
  await expect(content(hash, '9\r\nhello\r\n0\r\n\r\n')).rejects.toMatchObject({ code: 'IncompleteBody' });
});

test('signed chunks are a chain', async () => {
  const hash = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD';
  const first = chunkSignature('hello', SIGNED.signature);
  const last = chunkSignature('', first);
  const body = (data: string) => `5;chunk-signature=${first}\r\n${data}\r\n0;chunk-signature=${last}\r\n\r\n`;
  expect((await content(hash, body('hello'))).text).toBe('hello');
  await expect(content(hash, body('jello'))).rejects.toMatchObject({ code: 'SignatureDoesNotMatch' });
});
