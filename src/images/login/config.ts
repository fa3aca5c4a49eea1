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
 * The user's config with logins added. A credential store or helper wins over `auths`, so none may stand for these hosts:
 * `credsStore`, which stands for all, becomes a helper for each host that the user has a login for.
 */
export function withLogins(config: DockerConfig, logins: readonly HostLogin[]): DockerConfig {
  const { credsStore, credHelpers = {}, auths = {}, ...others } = config;
  const stored = credsStore ? Object.keys(auths).map((host) => [host, credsStore] as const) : [];
  const ours = new Set(logins.map(({ host }) => host));
  const helpers = Object.fromEntries([...stored, ...Object.entries(credHelpers)].filter(([host]) => !ours.has(host)));
  return {
    ...others,
    auths: { ...auths, ...Object.fromEntries(logins.map(({ host, auth }) => [host, { auth }])) },
    ...(Object.keys(helpers).length > 0 ? { credHelpers: helpers } : {}),
  };
}

/** What podman, buildah and skopeo read: logins alone. https://github.com/containers/image/blob/main/docs/containers-auth.json.5.md */
export function containersAuth(
  docker: DockerConfig,
  containers: DockerConfig,
  logins: readonly HostLogin[],
): DockerConfig {
  const both = {
    auths: { ...docker.auths, ...containers.auths },
    credHelpers: { ...docker.credHelpers, ...containers.credHelpers },
    ...(docker.credsStore ? { credsStore: docker.credsStore } : {}),
  };
  return withLogins(both, logins);
}
