import { describe, expect, test } from '@jest/globals';
import { allowing, scene } from './scene.ts';

describe('iam-policy is the least with which the step works', () => {
  const lines = `/shop/prod/
    DB=/shop/db/prod as json
    HOOK=secretsmanager:prod/webhook
    BANNER=arn:aws:ssm:eu-west-1:444455556666:parameter/site/shared/banner
    OWN=/shop/own/key`;
  const parameters = { '/shop/own/key': { type: 'SecureString', key: 'shop-key', value: 'own-key-value' } };
  const secrets = { '111122223333': { 'prod/webhook': { value: 'whsec-7b1f5e0a9c3d', key: 'shop-key' } } };

  test('with it the step works; without any one line of it, it does not', async () => {
    const { read } = await scene({ parameters, secrets });
    const dry = await read(lines, { 'dry-run': 'true' });
    expect(dry.errors).toEqual([]);
    const policy = JSON.parse(dry.outputs['iam-policy'] ?? '') as { Statement: { Resource: string[] }[] };

    const enough = await scene({ parameters, secrets, ...allowing(...policy.Statement) });
    expect((await enough.read(lines)).errors).toEqual([]);

    const without = policy.Statement.flatMap((statement, nth) =>
      statement.Resource.map((resource) => ({
        resource,
        less: policy.Statement.map((it, at) =>
          at === nth ? { ...it, Resource: it.Resource.filter((one) => one !== resource) } : it,
        ).filter(({ Resource }) => Resource.length > 0),
      })),
    );
    expect(without.length).toBeGreaterThan(7);
    for (const { resource, less } of without) {
      const { read: lacking } = await scene({ parameters, secrets, ...allowing(...less) });
      expect([resource, (await lacking(lines)).code]).toEqual([resource, 1]);
    }
  });
});
