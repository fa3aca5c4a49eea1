import { expect, test } from '@jest/globals';
import { ROLE, scene } from '../../../harness/scene.ts';

const FILES = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`site/${index}.txt`, `page ${index}`]));
const INPUTS = { 'role-to-assume': ROLE, 's3-upload': 'site => s3://shop-artifacts/x', 'role-duration-seconds': '900' };

test('a session that ends during a long upload is renewed, and the upload goes on', async () => {
  const { sandbox, step } = await scene({ files: FILES });
  const { code, errors, log } = await step(INPUTS, {
    started: () => {
      const watch = setInterval(() => {
        if (sandbox.log.of('s3', 'PutObject').length < 20) return;
        clearInterval(watch);
        sandbox.clock.advance(901_000);
      }, 1).unref();
      watch.unref();
    },
  });
  expect(errors).toEqual([]);
  expect(code).toBe(0);
  expect(log).toContain('Signing in again');
  expect(sandbox.log.of('sts', 'AssumeRoleWithWebIdentity')).toHaveLength(2);
  const puts = sandbox.log.of('s3', 'PutObject');
  expect(puts.filter(({ status }) => status === 200)).toHaveLength(300);
  expect(puts.some(({ error }) => error === 'ExpiredToken')).toBe(true);
});

test('a session that AWS ends early is renewed once for all requests that were under way', async () => {
  const { sandbox, step } = await scene({ files: FILES });
  sandbox.faults.add({ kind: 'expire', service: 's3', action: 'PutObject', nth: 40 });
  const { code, errors } = await step(INPUTS);
  expect(errors).toEqual([]);
  expect(code).toBe(0);
  expect(sandbox.log.of('sts', 'AssumeRoleWithWebIdentity')).toHaveLength(2);
});

test('a session that cannot be renewed says why', async () => {
  const { sandbox, step } = await scene({ files: FILES });
  sandbox.faults.add({ kind: 'expire', service: 's3', action: 'PutObject', nth: 40 });
  const { code, errors } = await step(INPUTS, {
    started: () => {
      const watch = setInterval(() => {
        if (sandbox.log.of('s3', 'PutObject').length < 1) return;
        clearInterval(watch);
        sandbox.world.accounts['111122223333']!.oidcProviders = [];
      }, 1).unref();
      watch.unref();
    },
  });
  expect(code).toBe(1);
  expect(errors.join('\n')).toContain('has no identity provider');
});
