import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** A Docker daemon of the test's own: its images, socket and containerd are in a folder. */
export interface Dockerd {
  /** `unix://…`, for DOCKER_HOST. */
  readonly host: string;
  stop(): Promise<void>;
}

/** Without networks and firewall rules, which a machine may not allow. */
export async function startDockerd(folder: string): Promise<Dockerd> {
  mkdirSync(join(folder, 'run'), { recursive: true });
  const host = `unix://${join(folder, 'docker.sock')}`;
  const log = openSync(join(folder, 'log'), 'w');
  const off = ['iptables', 'ip6tables', 'ip-forward', 'ip-masq', 'userland-proxy'].map((name) => `--${name}=false`);
  const places = [
    '--data-root',
    join(folder, 'data'),
    '--exec-root',
    join(folder, 'run'),
    '--pidfile',
    join(folder, 'pid'),
  ];
  const args = [
    ...places,
    '-H',
    host,
    ...off,
    '--bridge=none',
    '--storage-driver=vfs',
    '--containerd-namespace',
    'keyless',
  ];
  const child = spawn('dockerd', args, { stdio: ['ignore', log, log] });
  closeSync(log);
  for (let tries = 0; ; tries++) {
    if (spawnSync('docker', ['-H', host, 'version'], { stdio: 'ignore' }).status === 0) break;
    if (child.exitCode !== null || tries > 600) throw new Error(`dockerd does not start: see ${join(folder, 'log')}`);
    await delay(50);
  }
  return {
    host,
    stop: async () => {
      const ended = new Promise((done) => child.once('close', done));
      child.kill('SIGTERM');
      await ended;
      spawnSync('umount', [join(folder, 'run/netns/default')], { stdio: 'ignore' });
    },
  };
}
