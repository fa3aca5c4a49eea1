import { spawn } from 'node:child_process';
import { Problem } from '../../base/problem.ts';
import { PROGRAM_MS } from '../../base/timeouts.ts';
import type { DockerConfig } from './config.ts';

/** A login of the job for one host. `identityToken` is exchanged in place of a password. */
export type RegistryCredentials =
  | { readonly username: string; readonly password: string }
  | { readonly identityToken: string };

/** Docker Hub's logins stand under its old address. */
const HUB = 'https://index.docker.io/v1/';

/**
 * The login that the job's docker config has for a host: by a helper of the host, by the store of all, or in plain.
 * https://docs.docker.com/reference/cli/docker/login/#credential-stores
 * @param run asks a credential helper
 */
export async function credentialsIn(
  config: DockerConfig,
  host: string,
  run: (helper: string, server: string) => Promise<RegistryCredentials | undefined> = askHelper,
): Promise<RegistryCredentials | undefined> {
  const keys =
    host === 'docker.io' ? [HUB, 'docker.io', 'index.docker.io'] : [host, `https://${host}`, `https://${host}/`];
  const [key = host] = keys.filter((it) => config.credHelpers?.[it] !== undefined);
  const helper = config.credHelpers?.[key] ?? config.credsStore;
  if (helper) {
    const found = await run(helper, config.credHelpers?.[key] === undefined ? keys[0]! : key);
    if (found) return found;
  }
  const alike = Object.keys(config.auths ?? {}).filter((it) => host !== 'docker.io' && hostOf(it) === host);
  for (const it of [...keys, ...alike]) {
    const { auth, username, password, identitytoken } = config.auths?.[it] ?? {};
    if (identitytoken) return { identityToken: identitytoken };
    const text = auth ? Buffer.from(auth, 'base64').toString('utf8') : username ? `${username}:${password ?? ''}` : '';
    const colon = text.indexOf(':');
    if (colon > 0) return { username: text.slice(0, colon), password: text.slice(colon + 1) };
  }
  return undefined;
}

/** As docker compares keys: https://github.com/docker/cli/blob/master/cli/config/credentials/file_store.go, ConvertToHostname */
function hostOf(key: string): string {
  return key.replace(/^https?:\/\//, '').split('/')[0]!;
}

/** https://github.com/docker/docker-credential-helpers#development: the host on standard input, JSON on standard output. */
async function askHelper(helper: string, server: string): Promise<RegistryCredentials | undefined> {
  if (!/^[\w.-]+$/.test(helper)) return undefined;
  const program = `docker-credential-${helper}`;
  const child = spawn(program, ['get'], { stdio: ['pipe', 'pipe', 'ignore'], timeout: PROGRAM_MS });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stdin.on('error', () => {});
  child.stdin.end(server);
  const code = await new Promise((resolve, reject) => {
    child.once('error', (cause) =>
      reject(
        new Problem({
          what: 'the credential helper of the docker config cannot be started',
          on: program,
          fix: 'install it, or take it out of the docker config',
          cause,
        }),
      ),
    );
    child.once('close', resolve);
  });
  // A helper that has no login for the host ends with 1.
  if (code !== 0) return undefined;
  try {
    const { Username, Secret } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, unknown>;
    if (typeof Username !== 'string' || typeof Secret !== 'string') return undefined;
    return Username === '<token>' ? { identityToken: Secret } : { username: Username, password: Secret };
  } catch {
    return undefined;
  }
}
