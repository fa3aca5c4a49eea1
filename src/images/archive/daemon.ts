import { createWriteStream } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { deadlineOf } from '../../base/deadline.ts';
import { readBody } from '../../base/http.ts';
import { Problem } from '../../base/problem.ts';
import { UPLOAD_IDLE_MS } from '../../base/timeouts.ts';
import type { Access } from '../../job.ts';
import { diskFull } from '../model/disk-full.ts';
import { type DaemonAddress, daemonAddress } from './daemon-address.ts';
import type { Places } from './open.ts';
import { jobBegan, taggedBefore } from './stale.ts';

/** For the Docker daemon to say anything at all. */
const DAEMON_MS = 10_000;
/** For all of an image, however slowly it comes. */
const DAEMON_WHOLE_MS = 60 * 60_000;

/** For the Docker daemon to begin with an image: older ones write all of it to a disk first. */
const DAEMON_SAVE_MS = 10 * 60_000;

/**
 * Saves an image of the Docker daemon to a file, over its API: no docker program is needed. What comes is what `docker
 * save` writes, in the format of the daemon's version and store.
 * @param name with a tag: without one, the daemon would write all tags
 */
export async function saveFromDaemon(name: string, { runner, signal }: Access, { temp }: Places): Promise<string> {
  const daemon = { address: daemonAddress(runner.env), signal, name };
  const path = join(await mkdtemp(join(temp, 'daemon-')), 'image.tar');
  const api = await apiVersion(daemon);
  const tagged = taggedBefore(await inspected(daemon, api), jobBegan(runner.env));
  if (tagged) {
    runner.warning(
      `docker:${name} has had its tag since ${tagged}, before this job began: it is not what this job built. Builds with a builder of their own (docker/setup-buildx-action) leave an image in the daemon only with --load, and with load: true of docker/build-push-action`,
    );
  }
  const whole = deadlineOf(DAEMON_WHOLE_MS, signal);
  const waiting = setInterval(() => runner.info(`The Docker daemon is preparing ${name}`), 30_000).unref();
  try {
    const answer = await ask(daemon, `${api}/images/${encodeURIComponent(name)}/get`, DAEMON_SAVE_MS);
    answer.socket.setTimeout(UPLOAD_IDLE_MS, () => answer.destroy(new Error('nothing came for a minute')));
    if (answer.statusCode !== 200) throw notGiven(name, answer.statusCode ?? 0, await bodyOf(answer));
    await pipeline(answer, createWriteStream(path, { mode: 0o600 }), { signal: whole.signal });
    return path;
  } catch (thrown) {
    if (signal.aborted) throw signal.reason;
    const full = diskFull(thrown, path);
    if (full instanceof Problem) throw full;
    throw new Problem({
      what: `the Docker daemon stopped while saving ${name}`,
      on: shown(daemon.address),
      fix: 'check whether the daemon still runs and has disk space; run the job again if it was an outage',
      cause: thrown,
    });
  } finally {
    whole.end();
    clearInterval(waiting);
  }
}

interface Daemon {
  readonly address: DaemonAddress;
  readonly signal: AbortSignal;
  /** The image that is asked for, for messages. */
  readonly name: string;
}

/**
 * The daemon's own version of the API, as a path: a daemon refuses versions that are too old for it, and too new.
 * https://docs.docker.com/reference/api/engine/#versioned-api-and-sdk
 */
async function apiVersion(daemon: Daemon): Promise<string> {
  const answer = await ask(daemon, '/_ping', DAEMON_MS);
  // The header is all that is wanted: its body may stall, or have no end.
  answer.on('error', () => {}).destroy();
  const version = String(answer.headers['api-version'] ?? '');
  return /^\d+\.\d+$/.test(version) ? `/v${version}` : '';
}

/** What the daemon says of an image; nothing where it says nothing. */
async function inspected(daemon: Daemon, api: string): Promise<Buffer> {
  try {
    return await bodyOf(await ask(daemon, `${api}/images/${encodeURIComponent(daemon.name)}/json`, DAEMON_MS), 4 << 20);
  } catch {
    daemon.signal.throwIfAborted();
    // The image itself is asked for next: what is wrong is said then.
    return Buffer.alloc(0);
  }
}

function bodyOf(answer: http.IncomingMessage, limit = 64 << 10): Promise<Buffer> {
  return readBody({ status: answer.statusCode ?? 0, headers: answer.headers, body: answer }, limit);
}

/** @param withinMs until the answer begins */
function ask({ address, signal, name }: Daemon, path: string, withinMs: number): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const isTls = 'tls' in address && address.tls !== undefined;
    const { tls, ...where } = 'tls' in address ? address : { ...address, tls: undefined };
    // A socket has no host; of another machine the certificate is compared with its own name.
    const headers = 'socketPath' in where ? { host: 'docker' } : {};
    const options = { ...where, ...tls, path, signal, headers };
    const request = isTls ? https.get(options) : http.get(options);
    const timer = setTimeout(() => request.destroy(new Error(`no answer in ${withinMs / 1000} s`)), withinMs);
    request.once('response', (answer) => {
      clearTimeout(timer);
      // From here on, what fails is told by its body.
      request.on('error', () => {});
      resolve(answer);
    });
    request.once('error', (cause: Error) => {
      clearTimeout(timer);
      if (signal.aborted) return reject(signal.reason);
      if ((cause as NodeJS.ErrnoException).code === 'EACCES') return reject(forbidden(address, cause));
      reject(
        new Problem({
          what: `no Docker daemon answers at ${shown(address)}`,
          why: `${name} is not a path in the workspace, so the daemon was asked for it: ${(cause as NodeJS.ErrnoException).code ?? cause.message}`,
          fix: `write a path that exists, or start the daemon, or set DOCKER_HOST or DOCKER_CONTEXT${fromRegistry(name)}`,
          cause,
        }),
      );
    });
  });
}

/** https://docs.docker.com/engine/install/linux-postinstall/#manage-docker-as-a-non-root-user */
function forbidden(address: DaemonAddress, cause: Error): Problem {
  return new Problem({
    what: `the runner's user may not talk to the Docker daemon at ${shown(address)}`,
    fix: 'add the user to the group docker and start the runner again, or save the image to a file and write docker-archive:FILE',
    cause,
  });
}

function notGiven(name: string, status: number, body: Buffer): Problem {
  return new Problem({
    what:
      status === 404
        ? `the Docker daemon has no image ${name}`
        : `the Docker daemon did not give the image ${name} (HTTP ${status})`,
    why: messageIn(body),
    fix: `build it with --load, look at docker images, or write a path with oci: or docker-archive:${fromRegistry(name)}`,
  });
}

/** A name with a host is mostly meant to be pulled. */
function fromRegistry(name: string): string {
  return /^[^/]+[.:][^/]*\//.test(name) ? `; if it is in a registry, write registry:${name}` : '';
}

function shown(address: DaemonAddress): string {
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
