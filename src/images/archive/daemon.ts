import { createWriteStream } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import http from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { readBody } from '../../base/http.ts';
import { Problem } from '../../base/problem.ts';
import { DAEMON_MS, DAEMON_SAVE_MS, UPLOAD_IDLE_MS } from '../../base/timeouts.ts';
import { formatSeconds } from '../../base/units.ts';
import type { Access } from '../../job.ts';
import { explainFull } from '../model/disk.ts';
import type { Places } from './open.ts';

/** https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Image/operation/ImageGet; every later engine has it. */
const API = '/v1.41';

/**
 * Saves an image of the Docker daemon to a file, over its API: no docker program is needed. What comes is what `docker
 * save` writes, in the format of the daemon's version and store.
 */
export async function saveFromDaemon(name: string, { runner, signal }: Access, { temp }: Places): Promise<string> {
  const address = addressOf(runner.env.DOCKER_HOST);
  const path = join(await mkdtemp(join(temp, 'daemon-')), 'image.tar');
  const ping = await ask({ path: '/_ping', address, name, signal, idleMs: DAEMON_MS });
  await readBody({ status: ping.statusCode ?? 0, headers: ping.headers, body: ping }, 64 << 10);
  runner.info(`Saving ${name} from the Docker daemon at ${textOf(address)}`);
  const image = `${API}/images/${encodeURIComponent(name)}/get`;
  const answer = await ask({ path: image, address, name, signal, idleMs: DAEMON_SAVE_MS });
  if (answer.statusCode === 200) {
    try {
      answer.socket.setTimeout(UPLOAD_IDLE_MS);
      await pipeline(answer, createWriteStream(path, { mode: 0o600 }), { signal });
    } catch (thrown) {
      throw explainFull(thrown, path);
    }
    return path;
  }
  const body = await readBody({ status: answer.statusCode ?? 0, headers: answer.headers, body: answer }, 64 << 10);
  throw new Problem({
    what:
      answer.statusCode === 404
        ? `The Docker daemon has no image ${name}`
        : `The Docker daemon gave no image ${name} (HTTP ${answer.statusCode})`,
    why: messageIn(body),
    fix: 'build it with --load, look at docker images, or write a path with oci: or docker-archive:',
  });
}

type Address = { readonly socketPath: string } | { readonly host: string; readonly port: number };

/** https://docs.docker.com/reference/cli/docker/#environment-variables: `unix://`, `npipe://` and plain `tcp://`. */
export function addressOf(dockerHost = '', platform = process.platform): Address {
  if (dockerHost === '')
    return { socketPath: platform === 'win32' ? '//./pipe/docker_engine' : '/var/run/docker.sock' };
  const [, kind, rest = ''] = /^(unix|npipe|tcp):\/\/(.*)$/.exec(dockerHost) ?? [];
  if (kind === 'unix' || kind === 'npipe') return { socketPath: rest };
  const [, host, port] = /^([^:/]+):(\d+)\/?$/.exec(rest) ?? [];
  if (kind === 'tcp' && host && port) return { host, port: Number(port) };
  throw new Problem({
    what: 'DOCKER_HOST is not understood',
    fix: 'use unix:// or tcp://HOST:PORT, or save the image to a file (docker save) and write docker-archive:FILE',
  });
}

interface Question {
  readonly path: string;
  readonly address: Address;
  /** Of the image, for messages. */
  readonly name: string;
  readonly signal: AbortSignal;
  /** A daemon that says nothing for so long is given up. */
  readonly idleMs: number;
}

function ask({ path, address, name, signal, idleMs }: Question): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = http.get({ ...address, path, signal, agent: false }, resolve);
    const silent = new Problem({
      what: `The Docker daemon at ${textOf(address)} accepts the connection and says nothing`,
      why: `it was asked for ${name}, and nothing came for ${formatSeconds(idleMs)}`,
      fix: 'look at the daemon (docker info), or save the image to a file and write docker-archive:FILE',
    });
    // Also in the middle of an answer: what reads it then fails with this.
    request.setTimeout(idleMs, () => request.destroy(silent));
    request.once('error', (cause) => {
      if (signal.aborted) reject(signal.reason);
      else if (cause instanceof Problem) reject(cause);
      else
        reject(
          new Problem({
            what: `No Docker daemon answers at ${textOf(address)}`,
            why: `${name} is no path in the workspace, so the daemon was asked for it`,
            fix: 'write a path that exists, or start the daemon, or set DOCKER_HOST',
            cause,
          }),
        );
    });
  });
}

function textOf(address: Address): string {
  return 'socketPath' in address ? address.socketPath : `${address.host}:${address.port}`;
}

function messageIn(body: Buffer): string | undefined {
  try {
    const { message } = JSON.parse(body.toString('utf8')) as { message?: unknown };
    return typeof message === 'string' ? message : undefined;
  } catch {
    return undefined;
  }
}
