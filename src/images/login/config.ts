/** The parts of Docker's config.json that matter here; all others are kept. https://docs.docker.com/reference/cli/docker/ */
export interface DockerConfig {
  readonly auths?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly credHelpers?: Readonly<Record<string, string>>;
  readonly credsStore?: string;
  readonly [other: string]: unknown;
}

/** What was read as JSON, if Docker could read it too: `null` stands for what is left out. */
export function asDockerConfig(value: unknown): DockerConfig | undefined {
  if (!isObject(value)) return undefined;
  const config = Object.fromEntries(Object.entries(value).filter(([, part]) => part !== null));
  const { auths = {}, credHelpers = {}, credsStore = '' } = config;
  const auth = isObject(auths) && Object.values(auths).every((login) => login === null || isObject(login));
  const helpers = isObject(credHelpers) && Object.values(credHelpers).every((name) => typeof name === 'string');
  return auth && helpers && typeof credsStore === 'string' ? (config as DockerConfig) : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A login for one host; `auth` is the base64 of `USER:PASSWORD`. */
export interface HostLogin {
  readonly host: string;
  readonly auth: string;
}

/**
 * The user's config with logins added. A credential store or helper wins over `auths`, so none may stand for these hosts. The store
 * stays for all others, also those that it alone knows: docker takes a helper without a name for "none".
 */
export function withLogins(config: DockerConfig, logins: readonly HostLogin[]): DockerConfig {
  const { credsStore, credHelpers = {}, auths = {}, ...others } = config;
  const none = credsStore ? logins.map(({ host }) => [host, ''] as const) : [];
  const helpers = Object.fromEntries([...withoutOurs(credHelpers, logins), ...none]);
  return {
    ...others,
    ...(credsStore ? { credsStore } : {}),
    auths: { ...auths, ...authsOf(logins) },
    ...(Object.keys(helpers).length > 0 ? { credHelpers: helpers } : {}),
  };
}

/**
 * What podman, buildah and skopeo read: logins alone. They take a helper without a name for a program, so the store becomes a helper of
 * each host that has an entry. https://github.com/containers/image/blob/main/docs/containers-auth.json.5.md
 */
export function containersAuth(
  docker: DockerConfig,
  containers: DockerConfig,
  logins: readonly HostLogin[],
): DockerConfig {
  // What podman has for a part of a host comes before what it has for the host.
  const isOurs = (key: string) => logins.some(({ host }) => key.startsWith(`${host}/`));
  const given = Object.entries({ ...docker.auths, ...containers.auths }).filter(([key]) => !isOurs(key));
  const auths = Object.fromEntries(given);
  const { credsStore = '' } = docker;
  const stored = credsStore ? Object.fromEntries(Object.keys(auths).map((host) => [host, credsStore])) : {};
  const all = withoutOurs({ ...stored, ...docker.credHelpers, ...containers.credHelpers }, logins);
  const named = all.filter(([, helper]) => helper !== '');
  return {
    auths: { ...auths, ...authsOf(logins) },
    ...(named.length > 0 ? { credHelpers: Object.fromEntries(named) } : {}),
  };
}

function authsOf(logins: readonly HostLogin[]): Record<string, { readonly auth: string }> {
  return Object.fromEntries(logins.map(({ host, auth }) => [host, { auth }]));
}

function withoutOurs(helpers: Readonly<Record<string, string>>, logins: readonly HostLogin[]) {
  return Object.entries(helpers).filter(([host]) => !logins.some((it) => it.host === host));
}
