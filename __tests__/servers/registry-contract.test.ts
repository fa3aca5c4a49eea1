import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contract } from '../contract/contract.ts';
import { REGISTRY_SENTENCES, type RegistryGround } from '../contract/registry.ts';
import { startRegistry } from './registry.ts';

contract<RegistryGround>(REGISTRY_SENTENCES, {
  name: "Debian's docker-registry",
  start: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'keyless-htpasswd-'));
    const htpasswd = join(folder, 'users');
    writeFileSync(htpasswd, execFileSync('htpasswd', ['-Bbn', 'AWS', 'password']));
    const registry = await startRegistry({ htpasswd });
    return {
      url: registry.url,
      repository: 'contract',
      authorization: `Basic ${Buffer.from('AWS:password').toString('base64')}`,
      stop: () => {
        registry.stop();
        rmSync(folder, { recursive: true });
      },
    };
  },
});
