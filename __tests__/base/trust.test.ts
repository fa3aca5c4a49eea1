import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { expect, test } from '@jest/globals';

/** How many authorities are trusted besides none, in a process of its own: what Node trusts holds for a whole process. */
function trusted(env: object, started: object): number {
  const folder = mkdtempSync(join(tmpdir(), 'trust-'));
  const file = join(folder, 'system.pem');
  writeFileSync(file, tls.rootCertificates[0]!);
  const code = `
    import tls from 'node:tls';
    import { trustBundles } from ${JSON.stringify(new URL('../../src/base/trust.ts', import.meta.url).href)};
    tls.setDefaultCACertificates([]);
    trustBundles(${JSON.stringify(env)}, ${JSON.stringify(started)});
    console.log(tls.getCACertificates('default').length);`;
  try {
    const machine = { PATH: process.env.PATH, SSL_CERT_FILE: file, SSL_CERT_DIR: folder };
    return Number(execFileSync(process.execPath, ['--input-type=module', '-e', code], { env: machine }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('a program that signs in again trusts what the machine trusts, where the step did and Node was not told', () => {
  expect(trusted({ NODE_USE_SYSTEM_CA: '1' }, {})).toBe(1);
  expect(trusted({ NODE_USE_SYSTEM_CA: '1' }, { NODE_USE_SYSTEM_CA: '1' })).toBe(0);
  expect(trusted({}, {})).toBe(0);
});
