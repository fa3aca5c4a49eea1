import { execFile } from 'node:child_process';
import { Problem } from '../../base/problem.ts';
import { PROGRAM_MS } from '../../base/timeouts.ts';
import { formatBytes } from '../../base/units.ts';
import type { DockerConfig } from './config.ts';

/** A login of the job for one host. `identityToken` is exchanged in place of a password. */
export type RegistryCredentials =
  | { readonly username: string; readonly password: string }
  | { readonly identityToken: string };

/** Docker Hub's logins stand under its old address. */
const HUB = 'https://index.docker.io/v1/';

/**
 * The login that the job's docker config has for a repository: by a helper of the host, by the store of all, or in plain. podman may have
 * one for a part of a host alone: https://github.com/containers/image/blob/main/docs/containers-auth.json.5.md
 * https://docs.docker.com/reference/cli/docker/login/#credential-stores
 * @param run asks a credential helper
 */
export async function credentialsIn(
  config: DockerConfig,
  { host, repository }: { readonly host: string; readonly repository: string },
  run: (helper: string, server: string) => Promise<RegistryCredentials | undefined> = askHelper,
): Promise<RegistryCredentials | undefined> {
  const keys =
    host === 'docker.io'
      ? [HUB, 'docker.io', 'index.docker.io', 'registry-1.docker.io']
      : [host, `https://${host}`, `https://${host}/`];
  const [key = host] = keys.filter((it) => config.credHelpers?.[it] !== undefined);
  const helper = config.credHelpers?.[key] ?? config.credsStore;
  if (helper) {
    const found = await run(helper, config.credHelpers?.[key] === undefined ? keys[0]! : key);
    if (found) return found;
  }
  const all = Object.keys(config.auths ?? {});
  const above = all.filter((it) => it.includes('/') && `${host}/${repository}/`.startsWith(`${it}/`));
  above.sort((a, b) => b.length - a.length);
  const alike = all.filter((it) => host !== 'docker.io' && hostOf(it) === host && !isOfPart(it));
  for (const it of [...above, ...keys, ...alike]) {
    const { auth, username, password, identitytoken } = config.auths?.[it] ?? {};
    if (identitytoken) return { identityToken: identitytoken };
    const text = auth ? Buffer.from(auth, 'base64').toString('utf8') : username ? `${username}:${password ?? ''}` : '';
    const colon = text.indexOf(':');
    if (colon > 0) return { username: text.slice(0, colon), password: text.slice(colon + 1) };
  }
  return undefined;
}

/** A key of podman's, for what is below it; docker's have a scheme, or the version of its protocol. */
function isOfPart(key: string): boolean {
  return /^[^/:]+(:\d+)?\/(?!v\d\/?$)./.test(key);
}

/** As docker compares keys: https://github.com/docker/cli/blob/master/cli/config/credentials/file_store.go, ConvertToHostname */
export function hostOf(key: string): string {
  return key.replace(/^https?:\/\//, '').split('/')[0]!;
}

/** https://github.com/docker/docker-credential-helpers#development: the host on standard input, JSON on standard output. */
async function askHelper(helper: string, server: string): Promise<RegistryCredentials | undefined> {
  if (!/^[\w.-]+$/.test(helper)) return undefined;
  const said = await run(`docker-credential-${helper}`, server);
  try {
    const { Username, Secret } = JSON.parse(said) as Record<string, unknown>;
    if (typeof Username !== 'string' || typeof Secret !== 'string') return undefined;
    return Username === '<token>' ? { identityToken: Secret } : { username: Username, password: Secret };
  } catch {
    return undefined;
  }
}

/** A login has some kilobytes. What a helper starts may outlive it and hold its output, so the output is closed with it. */
const BOUNDS = { timeout: PROGRAM_MS, killSignal: 'SIGKILL', maxBuffer: 1 << 20 } as const;

/** What a helper prints; nothing where it ends with an error, as it does without a login for the host. */
async function run(program: string, input: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const child = execFile(program, ['get'], BOUNDS, (cause, printed) => {
    if (!cause?.killed && typeof cause?.code !== 'string') return resolve(cause ? '' : printed);
    const what = cause.killed
      ? `gave no login within ${PROGRAM_MS / 1000} s`
      : cause.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER'
        ? `printed more than ${formatBytes(BOUNDS.maxBuffer)}`
        : `cannot be started (${cause.code})`;
    reject(
      new Problem({
        what: `the credential helper of the docker config ${what}`,
        on: program,
        cause,
        fix: 'run it by hand on this machine, or take it out of credHelpers and credsStore in the docker config',
      }),
    );
  });
  child.stdin?.on('error', () => {});
  child.stdin?.end(input);
  return promise;
}
