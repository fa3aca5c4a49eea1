import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { onFileSync } from '../../base/edge/files.ts';
import { Problem } from '../../base/problem.ts';
import { readText } from '../../base/read-text.ts';
import type { Runner } from '../../base/runner.ts';
import { type Registry, USERNAME } from '../registry/registry.ts';
import { asDockerConfig, containersAuth, type DockerConfig, withLogins } from './config.ts';
import { hostOf } from './credentials.ts';

/** What the user has already, read in the plan. */
export interface Existing {
  /** `$DOCKER_CONFIG` or `~/.docker`. */
  readonly dockerFolder: string;
  readonly docker: DockerConfig;
  readonly containers: DockerConfig;
  /** Logins of DOCKER_AUTH_CONFIG, which docker takes before those of its config. */
  readonly variable: NonNullable<DockerConfig['auths']>;
}

/** @throws Problem when a config is there and no JSON object: Docker would not start with it either */
export async function readExisting(runner: Runner): Promise<Existing> {
  const { env } = runner;
  const home = env.HOME || env.USERPROFILE || homedir();
  // docker takes a relative folder from where it runs, which is the workspace.
  const dockerFolder = resolve(env.GITHUB_WORKSPACE || '.', env.DOCKER_CONFIG || join(home, '.docker'));
  const runtime = env.XDG_RUNTIME_DIR ? [join(env.XDG_RUNTIME_DIR, 'containers/auth.json')] : [];
  const places = [env.REGISTRY_AUTH_FILE ?? '', ...runtime, join(home, '.config/containers/auth.json')];
  const containersFile = places.find((path) => path !== '' && existsSync(path));
  return {
    dockerFolder,
    docker: readConfig(join(dockerFolder, 'config.json'), runner),
    containers: containersFile ? readConfig(containersFile, runner) : {},
    variable: authsIn(env.DOCKER_AUTH_CONFIG),
  };
}

/** What is not a config docker passes over, too. */
function authsIn(text = ''): NonNullable<DockerConfig['auths']> {
  try {
    return asDockerConfig(JSON.parse(text))?.auths ?? {};
  } catch {
    return {};
  }
}

function readConfig(path: string, runner: Runner): DockerConfig {
  if (!existsSync(path)) return {};
  const text = ifAllowed(path, runner, () => readText(path))?.trim() ?? '';
  // An empty file is not a config to docker, and no error.
  if (text === '') return {};
  try {
    const config = asDockerConfig(JSON.parse(text));
    if (config) return config;
  } catch {
    // Said below: the parser's text quotes the file, which holds logins.
  }
  throw new Problem({
    what: 'the file is not a JSON object as Docker writes it',
    on: path,
    fix: 'fix or remove it; Docker cannot read it either',
  });
}

/** What another user left (`sudo docker login`) docker passes over with a warning, too. @returns undefined for what may not be read */
function ifAllowed<T>(path: string, { warning }: Runner, read: () => T): T | undefined {
  return onFileSync({ on: path, doing: 'read' }, () => {
    try {
      return read();
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'EACCES') throw thrown;
      warning(`${path} may not be read by the runner's user: later steps do not get the logins and settings in it`);
      return undefined;
    }
  });
}

/**
 * Leaves logins for later steps in a folder of the step's own: no program is run, no keychain asked, nothing of the user's
 * is changed. docker, buildx, crane, oras, helm read `DOCKER_CONFIG`; podman, buildah and skopeo `REGISTRY_AUTH_FILE`.
 */
export async function leaveLogin(
  registries: readonly Registry[],
  { dockerFolder, docker, containers, variable }: Existing,
  {
    runner,
    skipLogout: keep,
  }: {
    readonly runner: Runner;
    /** Files and variables stay after the post step too, for post steps of earlier steps, which run after it. */
    readonly skipLogout: boolean;
  },
): Promise<void> {
  const logins = registries.flatMap(({ hosts, password }) => {
    const auth = Buffer.from(`${USERNAME}:${password}`).toString('base64');
    return hosts.map((host) => ({ host, auth }));
  });
  const hidden = logins.find(({ host }) => Object.keys(variable).some((key) => hostOf(key) === host));
  if (hidden) {
    runner.warning(
      `DOCKER_AUTH_CONFIG has a login for ${hidden.host}, which docker takes before the one of this step: take it out of that variable`,
    );
  }
  const { credsStore } = docker;
  if (credsStore) {
    runner.info(
      `The docker config keeps logins in ${credsStore}: docker finds those of this step nevertheless, helm and oras with --registry-config "$REGISTRY_AUTH_FILE"`,
    );
  }
  const temp = runner.env.RUNNER_TEMP || tmpdir();
  await mkdir(temp, { recursive: true });
  const folder = await mkdtemp(join(temp, 'keyless-docker-'));
  if (!keep) runner.undoLater({ kind: 'folder', path: folder });
  const write = (name: string, config: DockerConfig) =>
    writeFile(join(folder, name), `${JSON.stringify(config, undefined, 2)}\n`, { mode: 0o600, flag: 'wx' });
  await write('config.json', withLogins(docker, logins));
  await write('auth.json', containersAuth(docker, containers, logins));
  // What lies beside config.json (plugins, contexts, certificates, manifests) is still found through links.
  const beside = existsSync(dockerFolder) ? ifAllowed(dockerFolder, runner, () => readdirSync(dockerFolder)) : [];
  for (const name of beside ?? []) {
    if (name !== 'config.json' && name !== 'auth.json')
      await symlink(join(dockerFolder, name), join(folder, name), 'junction');
  }
  runner.exportVariables(
    {
      ...(runner.env.BUILDX_CONFIG ? {} : { BUILDX_CONFIG: join(dockerFolder, 'buildx') }),
      DOCKER_CONFIG: folder,
      REGISTRY_AUTH_FILE: join(folder, 'auth.json'),
    },
    { keep },
  );
}
