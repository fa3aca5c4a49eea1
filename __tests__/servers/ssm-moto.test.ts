import {
  LabelParameterVersionCommand,
  PutParameterCommand,
  type PutParameterCommandInput,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startJob } from '../../harness/runner.ts';
import { startSandbox } from '../../sandbox/index.ts';
import { contract } from '../contract/contract.ts';
import { SSM_SENTENCES, type SsmGround } from '../contract/ssm.ts';
import { describeWithMoto, type Moto, startMoto } from './moto.ts';

const ACCOUNT = '111122223333';
const SELECTOR_LEFT_OUT = 'leaves Selector out of the answer';

function clientOf({ url }: Moto): SSMClient {
  const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'any' };
  return new SSMClient({ endpoint: url, region: 'eu-west-1', credentials });
}

async function put(ssm: SSMClient, parameter: Omit<PutParameterCommandInput, 'Overwrite'>) {
  await ssm.send(new PutParameterCommand({ Type: 'String', ...parameter, Overwrite: true }));
}

describeWithMoto('moto', () => {
  contract<SsmGround>(SSM_SENTENCES, {
    name: 'the contract',
    laxer: { 'the answer names the selector apart from the name': SELECTOR_LEFT_OUT },
    start: async () => {
      const moto = await startMoto();
      const ssm = clientOf(moto);
      for (const value of ['one', 'two']) await put(ssm, { Name: '/contract/a', Value: value });
      await ssm.send(new LabelParameterVersionCommand({ Name: '/contract/a', ParameterVersion: 1, Labels: ['live'] }));
      await put(ssm, { Name: '/contract/secret', Value: 'hidden', Type: 'SecureString' });
      for (let n = 0; n < 25; n++) await put(ssm, { Name: `/contract/many/${String(n).padStart(2, '0')}`, Value: 'n' });
      return { ssm, stop: moto.stop };
    },
  });

  let moto: Moto;
  beforeAll(async () => {
    moto = await startMoto();
  });
  afterAll(() => moto.stop());

  test('a step gets the same environment from moto as from the sandbox', async () => {
    const many = Object.fromEntries(Array.from({ length: 23 }, (_, n) => [`/many/deep/p${n}`, `value ${n}`]));
    const secure = (value: string) => ({ type: 'SecureString' as const, value });
    const given = {
      ...many,
      '/a/url': secure('postgres://shop:c0rrect-h0rse@db/shop?x=1&y=%20'),
      '/a/list': { type: 'StringList' as const, value: 'one,two' },
      '/a/db': secure('{"user":"app","port":5432,"ratio":1.10,"hosts":["a","b"]}'),
      '/a/env': secure('# settings\nexport TOKEN="a # b"\nKEY=\'x\ny\'\n'),
      '/a/odd': 'it\'s "odd"\n $HOME `id` \\ é 日本 😀',
    };
    const sandbox = await startSandbox({
      world: {
        parameters: { [ACCOUNT]: { ...given, '/a/two': { versions: ['first', 'second'] } } },
        secrets: { [ACCOUNT]: { 'prod/hook': { value: 'whsec-12345' } } },
      },
    });
    try {
      const ssm = clientOf(moto);
      for (const [name, it] of Object.entries(given)) {
        await put(ssm, {
          Name: name,
          ...(typeof it === 'string' ? { Value: it } : { Value: it.value, Type: it.type }),
        });
      }
      for (const value of ['first', 'second']) await put(ssm, { Name: '/a/two', Value: value });
      await createSecret(moto, 'prod/hook', 'whsec-12345');
      const [here, there] = [
        await environment(sandbox, {}),
        await environment(sandbox, { AWS_ENDPOINT_URL_SSM: moto.url }),
      ];
      expect(Object.keys(here)).toHaveLength(23 + 14);
      expect(there).toEqual(here);
    } finally {
      await sandbox.stop();
    }
  });
});

async function environment(sandbox: Awaited<ReturnType<typeof startSandbox>>, env: Record<string, string>) {
  const lines = `/many/
    /a/url
    LIST=/a/list
    DB=/a/db as json
    P_*=/a/env as shell
    ODD=/a/odd
    FIRST=/a/two:1
    SECOND=/a/two:2
    LATEST=/a/two
    HOOK=secretsmanager:prod/hook
    NONE?=/a/none
    GONE?=secretsmanager:prod/none
    DEFAULT=/a/none ?? default`;
  const job = startJob({ env: { ...sandbox.env(), ...env }, secrets: sandbox.secrets });
  try {
    const step = await job.step({ 'role-to-assume': `arn:aws:iam::${ACCOUNT}:role/publish`, 'ssm-parameters': lines });
    expect(step.errors).toEqual([]);
    return step.exported;
  } finally {
    job.end();
  }
}

/** moto takes unsigned calls. */
async function createSecret({ url }: Moto, Name: string, SecretString: string): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'secretsmanager.CreateSecret',
      authorization: 'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261122/eu-west-1/secretsmanager/aws4_request',
    },
    body: JSON.stringify({ Name, SecretString }),
  });
  expect(answer.status).toBe(200);
}
