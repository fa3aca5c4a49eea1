import { describe, expect, test } from '@jest/globals';
import { ACCOUNT, scene } from './scene.ts';

const arn = (region: string, account: string, name: string) => `arn:aws:ssm:${region}:${account}:parameter${name}`;

describe('one name in several regions and accounts: each line gets its own', () => {
  const parameters = {
    '/db': [
      { versions: ['eu-1', 'eu-2'], labels: { live: 1 } },
      { region: 'us-east-1', versions: ['us-1', 'us-2', 'us-3'] },
    ],
    '/only-us': { region: 'us-east-1', value: 'us-only' },
    '/site/shared/banner': { versions: ['own-1', 'own-2', 'own-3'] },
  };
  const US = arn('us-east-1', ACCOUNT, '/db');

  test('whatever their versions are', async () => {
    const { read } = await scene({ parameters });
    const step = await read(
      `EU=/db\nUSA=${US}\nEU_LIVE=/db:live\nUSA_ONE=${US}:1\nEU_ARN=${arn('eu-west-1', ACCOUNT, '/db')}`,
    );
    expect(step.errors).toEqual([]);
    expect(step.exported).toEqual({ EU: 'eu-2', USA: 'us-3', EU_LIVE: 'eu-1', USA_ONE: 'us-1', EU_ARN: 'eu-2' });
  });

  test('a default is taken where only another region has the name', async () => {
    const { read } = await scene({ parameters });
    const step = await read(`EU=/only-us ?? none-here\nUSA=${arn('us-east-1', ACCOUNT, '/only-us')}\nEU2?=/only-us:1`);
    expect(step.exported).toEqual({ EU: 'none-here', USA: 'us-only' });
  });

  test('also where a path brings one of them', async () => {
    const { read } = await scene({ parameters });
    const shared = arn('eu-west-1', '444455556666', '/site/shared/banner');
    const step = await read(`*=/site/\nOWN=/site/shared/banner\nSHARED=${shared}`);
    expect(step.exported).toEqual({ SHARED_BANNER: 'own-3', OWN: 'own-3', SHARED: 'banner-4f2a9d' });
  });
});

test('x and /x, which have one ARN, are two parameters', async () => {
  const parameters = { db: { versions: ['plain-1', 'plain-2'] }, '/db': { versions: ['slash-1'] } };
  const { read } = await scene({ parameters });
  const step = await read('A=db\nB=/db\nC=db:1\nD=/db:1\nE?=/db:2\nALL_*=/');
  expect(step.errors).toEqual([]);
  expect(step.exported).toMatchObject({ A: 'plain-2', B: 'slash-1', C: 'plain-1', D: 'slash-1', ALL_DB: 'slash-1' });
  expect(step.exported).not.toHaveProperty('E');
});

test('what AWS publishes is read by its ARN and by its name, in its region', async () => {
  const { read } = await scene(
    {},
    {},
    { '/aws/service/ami': [{ value: 'ami-eu' }, { region: 'us-east-1', value: 'ami-us' }] },
  );
  const arn = 'arn:aws:ssm:us-east-1::parameter/aws/service/ami';
  const step = await read(`EU=/aws/service/ami\nUSA=${arn}\nPUBLIC_*=/aws/service/`);
  expect(step.errors).toEqual([]);
  expect(step.exported).toEqual({ EU: 'ami-eu', USA: 'ami-us', PUBLIC_AMI: 'ami-eu' });
  expect(step.masks).not.toContain('ami-us');
});
