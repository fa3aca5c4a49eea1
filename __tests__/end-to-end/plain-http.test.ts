import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ROLE, scene } from '../../harness/scene.ts';

/** A proxy that takes any host for the sandbox, as the network of a service container would lead there. */
let proxy: http.Server;
let target = '';
const asked: string[] = [];

beforeEach(async () => {
  asked.length = 0;
  proxy = http.createServer((request, response) => {
    const { pathname, search, host } = new URL(request.url ?? '');
    asked.push(host);
    const { method, headers } = request;
    const onward = http.request(new URL(pathname + search, target), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  });
  await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
});

afterEach(async () => {
  proxy.closeAllConnections();
  await new Promise((done) => proxy.close(done));
});

/** A step whose requests to other hosts go through the proxy. */
async function run(inputs: Record<string, string>, env: Record<string, string>) {
  const { sandbox, job, step } = await scene({
    files: { 'site/a.txt': 'a', 'aws-config': '[default]\nendpoint_url = http://s3.corp\n' },
  });
  target = job.env.AWS_ENDPOINT_URL!;
  const proxyUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const result = await step(
    { 'role-to-assume': ROLE, 'http-proxy': proxyUrl, 'no-proxy': '127.0.0.1', ...inputs },
    { env: { AWS_ENDPOINT_URL_STS: target, ...env } },
  );
  return { sandbox, ...result };
}

const UPLOAD = { 's3-upload': 'site => s3://shop-site/app' };

describe('a token or a signature never leaves the machine in the clear', () => {
  test.each<[string, Record<string, string>, Record<string, string>, RegExp]>([
    [
      'AWS_ENDPOINT_URL',
      UPLOAD,
      { AWS_ENDPOINT_URL: 'http://localstack:4566' },
      /Variable AWS_ENDPOINT_URL: .*plain HTTP/,
    ],
    [
      'AWS_ENDPOINT_URL_S3',
      UPLOAD,
      { AWS_ENDPOINT_URL_S3: 'http://minio' },
      /Variable AWS_ENDPOINT_URL_S3: .*plain HTTP/,
    ],
    [
      'a host like loopback',
      {},
      { AWS_ENDPOINT_URL: 'http://127.0.0.1.evil.com' },
      /127\.0\.0\.1\.evil\.com.*plain HTTP/,
    ],
    ['a host like localhost', {}, { AWS_ENDPOINT_URL: 'http://localhost.evil' }, /localhost\.evil.*plain HTTP/],
    ['sts-endpoint', { 'sts-endpoint': 'http://sts.corp' }, {}, /Input sts-endpoint: .*plain HTTP/],
    [
      'what names no host',
      { 'plain-http-hosts': 'http://minio' },
      {},
      /Input plain-http-hosts, line 1: .*is not a host/,
    ],
    [
      "GitHub's token URL, named or not",
      { 'plain-http-hosts': 'tokens.corp' },
      { ACTIONS_ID_TOKEN_REQUEST_URL: 'http://tokens.corp/token?x=1' },
      /tokens\.corp: plain HTTP to this host is not allowed[\s\S]*never goes over plain HTTP/,
    ],
  ])('%s', async (_, inputs, env, message) => {
    const { code, errors, sandbox } = await run(inputs, env);
    expect(code).toBe(1);
    expect(errors.join('\n')).toMatch(message);
    expect(sandbox.log.entries).toEqual([]);
    expect(asked).toEqual([]);
  });

  test("GitHub's id token goes to no named host either", async () => {
    const endpoint = 'http://localstack:4566';
    const { code, errors } = await run(
      { 'plain-http-hosts': 'localstack' },
      { AWS_ENDPOINT_URL: endpoint, AWS_ENDPOINT_URL_STS: endpoint },
    );
    expect(code).toBe(1);
    expect(errors.join('\n')).toMatch(/localstack: plain HTTP to this host is not allowed/);
    expect(asked).toEqual([]);
  });

  test('an endpoint of the shared config file is held to the same rule', async () => {
    const { code, errors } = await run(UPLOAD, { AWS_ENDPOINT_URL: '', AWS_CONFIG_FILE: 'aws-config' });
    expect(code).toBe(1);
    expect(errors.join('\n')).toMatch(/shop-site\.s3\.corp: plain HTTP to this host is not allowed/);
    expect(asked).toEqual([]);
  });

  test('a metadata service elsewhere is not asked who the step is', async () => {
    const { code, errors } = await run(
      { 'role-to-assume': '' },
      { AWS_EC2_METADATA_DISABLED: '', AWS_EC2_METADATA_SERVICE_ENDPOINT: 'http://metadata.corp' },
    );
    expect(code).toBe(1);
    expect(errors.join('\n')).toMatch(/EC2 instance profile: metadata.corp: plain HTTP to this host is not allowed/);
    expect(asked).toEqual([]);
  });
});

test('a service container that is named is spoken to', async () => {
  const { code, errors, outputs } = await run(
    { ...UPLOAD, 'plain-http-hosts': 'localstack:4566' },
    { AWS_ENDPOINT_URL: 'http://localstack:4566' },
  );
  expect(errors).toEqual([]);
  expect(code).toBe(0);
  expect(outputs['s3-uploaded']).toBe('1');
  expect(new Set(asked)).toEqual(new Set(['localstack:4566']));
});
