import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { onFileSync } from '../../base/edge/files.ts';
import { parseJson } from '../../base/edge/json.ts';
import type { Environment } from '../../base/environment.ts';
import { Problem } from '../../base/problem.ts';
import { readBytes, readText } from '../../base/read-text.ts';

/** Where a Docker daemon listens. */
export type DaemonAddress =
  | { readonly socketPath: string }
  | { readonly host: string; readonly port: number; readonly tls: Tls | undefined };

/** The client's certificate, and the authority that the daemon's is checked against; PEM. */
export interface Tls {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
  readonly rejectUnauthorized: boolean;
}

/**
 * The daemon that the docker program would talk to: `DOCKER_HOST`, else the context that `DOCKER_CONTEXT` or the configuration names,
 * else the socket of this machine.
 * https://docs.docker.com/engine/manage-resources/contexts/, https://docs.docker.com/reference/cli/docker/#environment-variables
 */
export function daemonAddress(env: Environment, platform: NodeJS.Platform = process.platform): DaemonAddress {
  const home = env.HOME || env.USERPROFILE || homedir();
  const folder = env.DOCKER_CONFIG || join(home, '.docker');
  const context = env.DOCKER_HOST ? 'default' : env.DOCKER_CONTEXT || currentContext(folder) || 'default';
  if (context !== 'default') return addressOfContext(context, folder);
  const host =
    env.DOCKER_HOST || (platform === 'win32' ? 'npipe:////./pipe/docker_engine' : 'unix:///var/run/docker.sock');
  const verifies = Boolean(env.DOCKER_TLS_VERIFY);
  const tls =
    verifies || env.DOCKER_TLS ? tlsIn(env.DOCKER_CERT_PATH || folder, { rejectUnauthorized: verifies }) : undefined;
  return parseHost(host, tls, 'DOCKER_HOST');
}

function currentContext(folder: string): string | undefined {
  const path = join(folder, 'config.json');
  if (!existsSync(path)) return undefined;
  const text = readDocker(path).trim();
  if (text === '') return undefined;
  const { currentContext: name } = (parseJson(text, { on: path, what: 'the docker config is not JSON' }) ?? {}) as {
    currentContext?: unknown;
  };
  return typeof name === 'string' && name !== '' ? name : undefined;
}

/** Contexts lie in folders that are called by the SHA-256 of their names. */
function addressOfContext(name: string, folder: string): DaemonAddress {
  const id = createHash('sha256').update(name).digest('hex');
  const path = join(folder, 'contexts/meta', id, 'meta.json');
  if (!existsSync(path)) {
    throw new Problem({
      what: `there is no Docker context "${name}"`,
      on: path,
      fix: 'look at docker context ls, and at DOCKER_CONTEXT and DOCKER_CONFIG',
    });
  }
  const meta = parseJson(readDocker(path), { on: path, what: 'the Docker context is not JSON' }) as {
    Endpoints?: { docker?: { Host?: unknown; SkipTLSVerify?: unknown } };
  } | null;
  const { Host, SkipTLSVerify } = meta?.Endpoints?.docker ?? {};
  const certificates = join(folder, 'contexts/tls', id, 'docker');
  const tls = existsSync(certificates)
    ? tlsIn(certificates, { rejectUnauthorized: SkipTLSVerify !== true })
    : undefined;
  return parseHost(typeof Host === 'string' ? Host : '', tls, `the Docker context "${name}"`);
}

function tlsIn(folder: string, { rejectUnauthorized }: { readonly rejectUnauthorized: boolean }): Tls {
  const read = (name: string) => {
    const path = join(folder, name);
    return existsSync(path) ? onFileSync({ on: path, doing: 'read' }, () => readBytes(path)) : undefined;
  };
  const [ca, cert, key] = ['ca.pem', 'cert.pem', 'key.pem'].map(read);
  return { rejectUnauthorized, ...(ca ? { ca } : {}), ...(cert ? { cert } : {}), ...(key ? { key } : {}) };
}

function readDocker(path: string): string {
  return onFileSync({ on: path, doing: 'read' }, () => readText(path));
}

/** `unix://`, `npipe://` and `tcp://`. */
function parseHost(text: string, tls: Tls | undefined, named: string): DaemonAddress {
  const [, kind, rest = ''] = /^(unix|npipe|tcp):\/\/(.*)$/.exec(text) ?? [];
  if ((kind === 'unix' || kind === 'npipe') && rest !== '') return { socketPath: rest };
  const url = kind === 'tcp' ? URL.parse(`http://${rest}`) : null;
  if (url?.hostname) {
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
    return { host, port: Number(url.port || (tls ? 2376 : 2375)), tls };
  }
  throw new Problem({
    what: `${named} names a daemon in a way that is not understood`,
    fix: 'use unix://, npipe:// or tcp://HOST:PORT, or save the image to a file (docker save) and write docker-archive:FILE',
  });
}
