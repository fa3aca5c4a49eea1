import { expect, test } from '@jest/globals';
import { ROLE, scene } from '../../../harness/scene.ts';
import type { Fault } from '../../../sandbox/faults.ts';

const PENDING = `{"message":"Can't issue ID_TOKEN for job in 'Pending' state"}`;
const VERIFICATION_KEY = "Couldn't retrieve verification key from your identity provider, please reference …";

test.each<[string, Fault, RegExp]>([
  [
    'STS throttles',
    { kind: 'throttle', service: 'sts' },
    /sts:AssumeRoleWithWebIdentity: Throttling \(HTTP 400\); attempt 2 of 10/,
  ],
  [
    'STS has an error of its own',
    { kind: 'status', service: 'sts', status: 503 },
    /ServiceUnavailable \(HTTP 503\); attempt 2/,
  ],
  ['STS cuts the connection', { kind: 'reset', service: 'sts' }, /connection failed \(ECONNRESET\); attempt 2/],
  ['STS cuts its answer', { kind: 'truncate', service: 'sts' }, /connection failed \(ECONNRESET\); attempt 2/],
  [
    "AWS cannot fetch the issuer's keys",
    { kind: 'status', service: 'sts', status: 400, code: 'InvalidIdentityToken', message: VERIFICATION_KEY },
    /InvalidIdentityToken \(HTTP 400\); attempt 2 of 10/,
  ],
  [
    'the same, by its own code',
    { kind: 'status', service: 'sts', status: 400, code: 'IDPCommunicationError' },
    /IDPCommunicationError \(HTTP 400\); attempt 2/,
  ],
  [
    'a changed trust policy is on its way',
    { kind: 'status', service: 'sts', status: 403, code: 'AccessDenied' },
    /AccessDenied \(HTTP 403\); attempt 2 of 3 in 1\.\d s/,
  ],
  [
    'GitHub has an error',
    { kind: 'status', service: 'github', status: 502 },
    /GitHub's id token: TokenEndpointError \(HTTP 502\); attempt 2/,
  ],
  [
    'GitHub answers 401',
    { kind: 'status', service: 'github', status: 401 },
    /GitHub's id token: TokenEndpointError \(HTTP 401\); attempt 2/,
  ],
  ['GitHub answers 404', { kind: 'status', service: 'github', status: 404 }, /HTTP 404\); attempt 2/],
  ['GitHub answers 408', { kind: 'status', service: 'github', status: 408 }, /HTTP 408\); attempt 2/],
  [
    'GitHub answers 200 without a token',
    { kind: 'status', service: 'github', status: 200, message: '{"value":""}' },
    /HTTP 200\); attempt 2/,
  ],
  [
    'STS answers with a page',
    { kind: 'status', service: 'sts', status: 403, code: '', message: '' },
    /sts:AssumeRoleWithWebIdentity: .*attempt 2/,
  ],
  [
    'the provider is on its way',
    {
      kind: 'status',
      service: 'sts',
      status: 400,
      code: 'InvalidIdentityToken',
      message: 'No OpenIDConnect provider found in your account for x',
    },
    /InvalidIdentityToken \(HTTP 400\); attempt 2 of 3 in 1\.\d s/,
  ],
  [
    'GitHub takes the job for pending',
    { kind: 'status', service: 'github', status: 403, message: PENDING },
    /GitHub's id token: .*HTTP 403\); attempt 2/,
  ],
])('%s once: said in one line, then the step goes on', async (_case, fault, line) => {
  const { sandbox, step } = await scene();
  sandbox.faults.add({ ...fault, times: 1 });
  const { code, errors, log } = await step();
  expect(errors).toEqual([]);
  expect(code).toBe(0);
  expect(log).toMatch(line);
});

test('a token that expired during retries is replaced', async () => {
  const { sandbox, step } = await scene();
  sandbox.faults.add({ kind: 'status', service: 'sts', status: 400, code: 'ExpiredTokenException', times: 1 });
  expect((await step()).code).toBe(0);
  expect(sandbox.log.of('github')).toHaveLength(2);
});

test('a token with less than 30 s left is replaced before it is sent again', async () => {
  const soon = Math.floor(Date.now() / 1000) + 20;
  const { sandbox, step } = await scene({ world: { github: { jobs: { publish: { claims: { exp: soon } } } } } });
  sandbox.faults.add({ kind: 'status', service: 'sts', times: 1 });
  await step();
  expect(sandbox.log.of('github').length).toBeGreaterThan(1);
});

test('a token that is always expired: said after two attempts', async () => {
  const { sandbox, step } = await scene({
    world: { github: { jobs: { publish: { claims: { exp: 1_600_000_000 } } } } },
  });
  const { errors } = await step();
  expect(errors[0]).toContain('the id token expired at 2020-09-13T12:26:40.000Z');
  expect(sandbox.log.of('sts')).toHaveLength(2);
});

test('GitHub refuses for good: one call', async () => {
  const { sandbox, step } = await scene();
  sandbox.faults.add({ kind: 'status', service: 'github', status: 403, message: 'no' });
  const { errors } = await step();
  expect(errors[0]).toContain('GitHub gave no id token (HTTP 403)');
  expect(sandbox.log.of('github')).toHaveLength(1);
});

test('retry-max-attempts and disable-retry', async () => {
  const { sandbox, step } = await scene();
  sandbox.faults.add({ kind: 'throttle', service: 'sts' });
  const { errors } = await step({ 'role-to-assume': ROLE, 'retry-max-attempts': '3' });
  expect(sandbox.log.of('sts')).toHaveLength(3);
  expect(errors[0]).toContain('was refused with Throttling (HTTP 400)');
  sandbox.log.clear();
  await step({ 'role-to-assume': ROLE, 'disable-retry': 'true' });
  expect(sandbox.log.of('sts')).toHaveLength(1);
});

test('STS that never answers ends at the deadline', async () => {
  const { sandbox, step } = await scene();
  sandbox.faults.add({ kind: 'hang', service: 'sts' });
  const { code, errors } = await step({ 'role-to-assume': ROLE, 'action-timeout-s': '1' });
  expect(code).toBe(1);
  expect(errors[0]).toContain('the step took longer than action-timeout-s: 1 s');
});

test('STS that is not there', async () => {
  const { step } = await scene();
  const { code, errors } = await step({
    'role-to-assume': ROLE,
    'sts-endpoint': 'http://127.0.0.1:9',
    'retry-max-attempts': '2',
  });
  expect(code).toBe(1);
  expect(errors[0]).toContain('sts:AssumeRoleWithWebIdentity got no answer: connection failed (ECONNREFUSED)');
});

test('a cancelled job ends at once, and says so', async () => {
  const { sandbox, step } = await scene();
  sandbox.faults.add({ kind: 'hang', service: 'sts' });
  const { code, errors, exported } = await step(undefined, {
    started: (child) => {
      const watch = setInterval(() => {
        if (sandbox.log.of('sts').length === 0) return;
        clearInterval(watch);
        child.kill('SIGINT');
      }, 5).unref();
      watch.unref();
    },
  });
  expect(code).toBe(1);
  expect(errors[0]).toContain('the step was cancelled (SIGINT)');
  expect(exported).toEqual({});
});

test.each([
  ['AWS_ENDPOINT_URL_STS', 'sts.eu-west-1', 'Variable AWS_ENDPOINT_URL_STS: "sts.eu-west-1" is not a URL'],
  ['AWS_ENDPOINT_URL_SSM', 'localhost:4566', 'Variable AWS_ENDPOINT_URL_SSM: "localhost:4566" is not a URL'],
  ['HTTPS_PROXY', 'http://me:100%zz@proxy:1', 'HTTP_PROXY, HTTPS_PROXY or ALL_PROXY is not the URL of an HTTP proxy'],
])('%s=%s is a problem of the input, found before anything is sent', async (name, value, problem) => {
  const { step } = await scene();
  const { errors } = await step(undefined, { env: { [name]: value } });
  expect(errors).toEqual([expect.stringContaining(problem)]);
});
