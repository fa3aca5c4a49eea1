import { describe, expect, test } from '@jest/globals';
import { scene } from './scene.ts';

describe('masks', () => {
  test('are there before anything else is done with a value', async () => {
    const { read } = await scene();
    const step = await read(
      '/shop/prod/\n/shop/env/prod as node\nDB=/shop/db/prod as json',
      {},
      { env: { RUNNER_DEBUG: '1' } },
    );
    expect(step.errors).toEqual([]);
    const masked = step.raw.split('\n').findLastIndex((line) => line.startsWith('::add-mask::'));
    const told = step.raw.split('\n').findIndex((line) => line.startsWith('Parameters:'));
    expect(masked).toBeLessThan(told);
    expect(step.masks).toEqual(expect.arrayContaining(['k9!vR2#pL7$wQ4', 'it is "quoted"', 's3cr3t/Value+1']));
  });

  test('what is too common to hide is told, and hidden where a line says so', async () => {
    const parameters = {
      '/s/pin': { type: 'SecureString', value: '4711' },
      '/s/on': { type: 'SecureString', value: 'true' },
    };
    const { read } = await scene({ parameters });
    const step = await read('*=/s/', { 'ssm-mask': 'secure\nPIN => always\nNONE_* => always' });
    expect(step.masks).toContain('4711');
    expect(step.masks).not.toContain('true');
    expect(step.notices).toEqual([
      expect.stringMatching(/^Not masked, .* to hide: ON\. To mask one .* "ON => always" to ssm-mask$/),
    ]);
    expect(step.warnings).toEqual(['Input ssm-mask: no value has the name NONE_*']);
  });

  test('of a value that is read for one field, that field alone', async () => {
    const { read } = await scene();
    const step = await read('PASS=/shop/db/prod as json .password\nHOST=/shop/db/prod as json .hosts[1]');
    expect(step.exported).toEqual({ PASS: 's3cr3t/Value+1', HOST: 'db-2' });
    expect(step.masks).toEqual(expect.arrayContaining(['s3cr3t/Value+1', 'db-2']));
    expect(step.masks).not.toContain('shop_rw');
    const missing = await read(
      'A=/shop/db/prod as json .none\nB=/shop/db/prod as json .none ?? x\nC?=/shop/db/prod as json .pool[0]',
    );
    expect(missing.errors).toEqual([expect.stringContaining('/shop/db/prod: the JSON has no .none.')]);
  });

  test('secure leaves what is not a secret readable', async () => {
    const { read } = await scene();
    const all = await read('/shop/prod/payment/endpoint');
    expect(all.masks).toContain('https://pay.example.com/v2');
    const secure = await read('/shop/prod/payment/', { 'ssm-mask': 'secure' });
    expect(secure.masks).not.toContain('https://pay.example.com/v2');
    expect(secure.masks).toContain('pk-live-0c4be8f1d27a4e6b');
    expect(secure.notices).toEqual([]);
  });
});
