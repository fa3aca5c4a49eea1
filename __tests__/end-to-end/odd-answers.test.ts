import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { ROLE, scene } from '../../harness/scene.ts';

const SECRET = 'c4nary!';
const JSON_OF_SSM = 'application/x-amz-json-1.1';
const KEYS = {
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY',
};

const open: (() => void)[] = [];
afterEach(() => {
  for (const end of open.splice(0)) end();
});

/** A server that has one answer to everything. */
async function always(status: number, type: string, body: string): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(status, { 'content-type': type }).end(body);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  open.push(() => server.close().closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test.each<[string, number, string, string, RegExp]>([
  [
    'a page of a proxy',
    200,
    'text/html',
    `${SECRET}<html>`,
    /ssm:GetParameters was answered with something that is not an answer from AWS \(HTTP 200\)/,
  ],
  ['a page that forbids', 403, 'text/html', `${SECRET}<html>`, /not an answer from AWS \(HTTP 403\)/],
  ['a page of a load balancer', 503, 'text/html', `${SECRET}<html>`, /not an answer from AWS \(HTTP 503\)/],
  [
    'JSON that ends early',
    200,
    JSON_OF_SSM,
    `{"Parameters":[{"Name":"/x","Value":"${SECRET}`,
    /not an answer from AWS/,
  ],
  [
    'a parameter without its value',
    200,
    JSON_OF_SSM,
    '{"Parameters":[{"Name":"/x","Type":"String"}]}',
    /without the value of \/x/,
  ],
  [
    'a value that is not text',
    200,
    JSON_OF_SSM,
    '{"Parameters":[{"Name":"/x","Value":5}]}',
    /without the value of \/x/,
  ],
])('SSM is %s: a problem that quotes nothing, and nothing is exported', async (_case, status, type, body, problem) => {
  const { step } = await scene({ env: { AWS_ENDPOINT_URL_SSM: await always(status, type, body), RUNNER_DEBUG: '1' } });
  const inputs = { 'role-to-assume': ROLE, 'ssm-parameters': 'X=/x', 'retry-max-attempts': '2' };
  const { code, errors, exported, raw } = await step(inputs, { sleeps: 'skipped' });
  expect(code).toBe(1);
  expect(errors).toEqual([expect.stringMatching(problem)]);
  expect(raw).not.toContain(SECRET.slice(0, 4));
  expect(exported).toEqual({});
});

test('pages without an end: a problem', async () => {
  const endless = await always(200, JSON_OF_SSM, '{"Parameters":[],"NextToken":"again"}');
  const { step } = await scene({ env: { AWS_ENDPOINT_URL_SSM: endless } });
  const { code, errors } = await step({ 'role-to-assume': ROLE, 'ssm-parameters': '/shop/' }, { sleeps: 'skipped' });
  expect(errors).toEqual([expect.stringContaining('/shop: AWS answered a page with that page as the next one')]);
  expect(code).toBe(1);
});

test.each<[string, number, string, RegExp]>([
  ['a page', 200, '<html>', /is not AWS's Security Token Service \(HTTP 200\)/],
  ['nothing', 200, '', /is not AWS's Security Token Service \(HTTP 200\)/],
  ['a page that forbids', 403, '<html>', /is not AWS's Security Token Service \(HTTP 403\)/],
  ['a redirect', 302, '', /is not AWS's Security Token Service \(HTTP 302\)/],
  [
    'an error with a character that there is not',
    400,
    '<Code>Odd</Code><Message>&#99999999;</Message>',
    /refused with Odd/,
  ],
])('STS is %s: a problem of the network, whoever asks', async (_case, status, body, problem) => {
  const env = { AWS_ENDPOINT_URL_STS: await always(status, 'text/xml', body) };
  const { step } = await scene({ env });
  const [byToken, byKeys] = await Promise.all([
    step(undefined, { sleeps: 'skipped' }),
    step({ 'credentials-source': 'ambient' }, { env: KEYS, sleeps: 'skipped' }),
  ]);
  expect(byToken.errors).toEqual([expect.stringMatching(problem)]);
  expect([byToken.code, byKeys.code]).toEqual([1, 1]);
  expect(byKeys.errors).toEqual([expect.stringMatching(problem)]);
  expect(byKeys.exported).toEqual({});
});
