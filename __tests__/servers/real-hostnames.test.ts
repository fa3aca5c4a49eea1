import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { describeWithMoto } from './moto.ts';

const here = resolve(import.meta.dirname, 'real-hostnames');

describeWithMoto('real host names', () => {
  test("one step does everything at AWS's and GitHub's real host names over TLS, with no endpoint set, and renews by a far proxy", async () => {
    const folder = mkdtempSync(join(tmpdir(), 'keyless-bed-'));
    const node = resolve(import.meta.dirname, '../../node_modules/.bin/node');
    try {
      const { stdout } = await promisify(execFile)('bash', [join(here, 'bed.sh'), folder, node, join(here, 'step.ts')]);
      const { log, ...left } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}');
      expect({ ...left, log: left.code === 0 ? '' : log }).toEqual({
        code: 0,
        log: '',
        exported: expect.arrayContaining(['DB_URL']),
        page: { type: 'text/html; charset=utf-8', text: '<title>Shop</title>' },
        script: { type: 'text/javascript; charset=utf-8', text: 'let shop;' },
        digest: { pushed: left.digest.pushed, pulled: left.digest.pushed },
        proxied: {
          asked: ['pipelines.actions.githubusercontent.com', 'sts.eu-west-1.amazonaws.com'],
          renewed: ['Version', 'AccessKeyId', 'SecretAccessKey', 'SessionToken', 'Expiration'],
        },
        invalidations: 1,
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 120_000);
});
