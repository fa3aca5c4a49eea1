import { expect, test } from '@jest/globals';
import { scene } from './harness.ts';

test('values arrive as variables of later steps, under the names that were asked for', async () => {
  const { read, sandbox } = await scene();
  const step = await read(
    `# the shop
     /shop/prod/db-url
     LEVEL=/shop/prod/log-level
     OLD_KEY=/shop/prod/payment/api-key:1
     LIVE_KEY=/shop/prod/payment/api-key:live
     KEY=/shop/prod/payment/api-key
     ABSENT?=/shop/prod/none
     THEME=/shop/prod/theme ?? light blue
     WEBHOOK=secretsmanager:prod/webhook
     BANNER=arn:aws:ssm:eu-west-1:444455556666:parameter/site/shared/banner
     DB=/shop/db/prod as json
     /shop/env/prod as dotenv`,
  );
  expect(step.errors).toEqual([]);
  expect(step.code).toBe(0);
  expect(step.exported).toEqual({
    DB_URL: 'postgres://shop:c0rrect-h0rse&battery@db.internal:5432/shop',
    LEVEL: 'info',
    OLD_KEY: 'pk-live-f3d1c0b7a95e4a28',
    LIVE_KEY: 'pk-live-f3d1c0b7a95e4a28',
    KEY: 'pk-live-0c4be8f1d27a4e6b',
    THEME: 'light blue',
    WEBHOOK: 'whsec-7b1f5e0a9c3d',
    BANNER: 'banner-4f2a9d',
    DB_USER: 'shop',
    DB_PASSWORD: 's3cr3t/Value+1',
    DB_POOL_MAX: '20',
    DB_POOL_TIMEOUT: '1.50',
    DB_HOSTS: '["db-1","db-2"]',
    SESSION_SECRET: 'k9!vR2#pL7$wQ4',
    SMTP_PASSWORD: 'it is "quoted"',
    FEATURE_FLAGS: 'search,checkout',
  });
  expect(sandbox.log.of('ssm')).toHaveLength(2);
  expect(step.notices).toEqual([
    'Not masked, since their values are too short or too common to hide: DB_POOL_MAX, DB_POOL_TIMEOUT',
  ]);
});
