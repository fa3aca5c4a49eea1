import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from './ports.ts';

/** Debian's docker-registry on loopback. */
export interface DockerRegistry {
  readonly url: string;
  /** `127.0.0.1:PORT`, as it stands in image names. */
  readonly host: string;
  stop(): void;
}

/** @param htpasswd a file of users, for a registry that wants a login */
export async function startRegistry({ htpasswd }: { htpasswd?: string } = {}): Promise<DockerRegistry> {
  const folder = mkdtempSync(join(tmpdir(), 'keyless-registry-'));
  const port = await freePort();
  const config = {
    version: 0.1,
    log: { level: 'error', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(folder, 'data') }, cache: { blobdescriptor: 'inmemory' } },
    http: { addr: `127.0.0.1:${port}`, relativeurls: true },
    ...(htpasswd ? { auth: { htpasswd: { realm: 'ecr', path: htpasswd } } } : {}),
  };
  writeFileSync(join(folder, 'config.yml'), JSON.stringify(config));
  // Every REGISTRY_… variable would override the config.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('REGISTRY_')));
  const child = spawn('docker-registry', ['serve', join(folder, 'config.yml')], { env, stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  await answers(`${url}/v2/`, child);
  return {
    url,
    host: `127.0.0.1:${port}`,
    stop: () => {
      child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (child.exitCode !== null) throw new Error(`docker-registry ended with ${child.exitCode}`);
    try {
      await fetch(url);
      return;
    } catch {
      await delay(50);
    }
  }
  throw new Error('docker-registry does not answer');
}
