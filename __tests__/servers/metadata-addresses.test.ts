import { execFile, spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const here = resolve(import.meta.dirname, 'metadata-addresses');
/** Needs the right to make namespaces, and iptables: .ci/run's machine has both. */
const can = spawnSync('unshare', ['-m', '-n', 'iptables', '-L']).status === 0;

const RUNNER = expect.stringContaining('assumed-role/runner/');
const DEPLOYED = expect.stringContaining('assumed-role/deploy/');
const REGION = ['AWS_REGION', 'AWS_DEFAULT_REGION'];

(can ? test : test.skip)(
  'credentials at the addresses of EC2, ECS and EKS, a far host, and a config file that is a mount',
  async () => {
    const node = resolve(import.meta.dirname, '../../node_modules/.bin/node');
    const { stdout } = await promisify(execFile)('bash', [join(here, 'bed.sh'), node, join(here, 'steps.ts')]);
    const results = JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}');
    const green = { code: 0, errors: '', arn: RUNNER, exported: REGION };
    expect(results).toMatchObject({
      outage: green,
      late: green,
      podIdentity: green,
      podIdentityIpv6: { code: 0, errors: '', arn: DEPLOYED },
      ecs: green,
      podIdentityRefuses: {
        code: 1,
        errors: expect.stringContaining('HTTP 400: InvalidParameter: no association for this pod'),
      },
      tokenFileMissing: {
        code: 1,
        errors: expect.stringContaining(
          'its token file absent (AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE) cannot be read (ENOENT)',
        ),
      },
      far: { code: 0, errors: '', arn: DEPLOYED },
      mounted: { code: 0, errors: '', during: true, after: '[default]\noutput = json\n' },
    });
    for (const it of [results.podIdentityRefuses, results.tokenFileMissing])
      expect(it.errors).not.toContain('id-token: write is missing');
  },
  120_000,
);
