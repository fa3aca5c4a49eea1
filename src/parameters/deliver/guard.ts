/**
 * Names that change how later steps run: who may write a parameter under a path, or inside a `.env` value, would choose
 * them. Compared without case, as Windows does. https://docs.zizmor.sh/audits/#github-env has the attacks.
 */
const POWERFUL: readonly { readonly what: string; readonly names: readonly string[] }[] = [
  {
    what: 'the loader and the shells obey it',
    names: [
      ...[
        'LD_*',
        'DYLD_*',
        'PATH',
        'PATHEXT',
        'COMSPEC',
        'SHELL',
        'BASH_ENV',
        'BASH_FUNC_*',
        'BASHOPTS',
        'ENV',
        'ZDOTDIR',
      ],
      ...['PS1', 'PS2', 'PS4', 'PROMPT_COMMAND', 'IFS', 'CDPATH', 'SHELLOPTS', 'HOME', 'TMPDIR', 'PSMODULEPATH'],
      ...[
        'USERPROFILE',
        'HOMEDRIVE',
        'HOMEPATH',
        'APPDATA',
        'LOCALAPPDATA',
        'XDG_*',
        'GCONV_PATH',
        'SYSTEMROOT',
        'WINDIR',
      ],
    ],
  },
  {
    what: 'a language runtime obeys it',
    names: [
      ...['NODE_OPTIONS', 'NODE_PATH', 'NODE_EXTRA_CA_CERTS', 'NODE_TLS_REJECT_UNAUTHORIZED', 'NPM_CONFIG_*'],
      ...['YARN_YARN_PATH', 'YARN_RC_FILENAME', 'PYTHONPATH', 'PYTHONSTARTUP', 'PYTHONHOME', 'PYTHONINSPECT'],
      ...[
        'PYTHONBREAKPOINT',
        'PYTHONWARNINGS',
        'PYTHONUSERBASE',
        'PIP_*',
        'UV_INDEX_URL',
        'UV_EXTRA_INDEX_URL',
        'UV_DEFAULT_INDEX',
        'UV_CONFIG_FILE',
      ],
      ...['PERL5*', 'PERLLIB', 'RUBYOPT', 'RUBYLIB', 'GEM_HOME', 'GEM_PATH', 'BUNDLE_GEMFILE', 'BUNDLE_PATH'],
      ...['PHP_INI_SCAN_DIR', 'PHPRC', 'LUA_INIT*', 'LUA_PATH*', 'LUA_CPATH*', 'JAVA_TOOL_OPTIONS', '_JAVA_OPTIONS'],
      ...[
        'JDK_JAVA_OPTIONS',
        'JAVA_OPTS',
        'MAVEN_OPTS',
        'MAVEN_ARGS',
        'GRADLE_OPTS',
        'CLASSPATH',
        'DOTNET_STARTUP_HOOKS',
      ],
      ...[
        'CORECLR_*',
        'COR_*',
        'GOFLAGS',
        'GOPROXY',
        'GOSUMDB',
        'GOENV',
        'GOTOOLCHAIN',
        'JAVA_HOME',
        'GRADLE_USER_HOME',
        'DOTNET_ROOT*',
        'RUSTC_WRAPPER',
        'RUSTFLAGS',
        'CARGO_HOME',
      ],
      ...['CARGO_BUILD_*', 'CARGO_TARGET_*'],
    ],
  },
  {
    what: 'a tool of the job obeys it',
    names: [
      ...['GIT_*', 'SSH_ASKPASS', 'SUDO_ASKPASS', 'EDITOR', 'VISUAL', 'PAGER', 'LESSOPEN', 'MAKEFLAGS', 'CC', 'CXX'],
      ...['DOCKER_HOST', 'DOCKER_CONFIG', 'DOCKER_CONTEXT', 'DOCKER_CERT_PATH', 'DOCKER_TLS_VERIFY', 'BUILDKIT_HOST'],
      ...[
        'CONTAINERS_*',
        'CONTAINER_HOST',
        'REGISTRY_AUTH_FILE',
        'KUBECONFIG',
        '*_PROXY',
        'SSL_CERT_FILE',
        'SSL_CERT_DIR',
      ],
      ...['CURL_CA_BUNDLE', 'CURL_HOME', 'REQUESTS_CA_BUNDLE', 'OPENSSL_*', 'WGETRC', 'TF_CLI_*'],
    ],
  },
  { what: 'AWS tools take their endpoint, certificates and credentials from it', names: ['AWS_*'] },
  {
    what: 'the runner and its actions use it',
    names: ['GITHUB_*', 'RUNNER_*', 'ACTIONS_*', 'INPUT_*', 'STATE_*', 'CI'],
  },
  { what: 'the post step of aws-secretsmanager-get-secrets trusts it', names: ['SECRETS_LIST_CLEAN_UP'] },
];

/** Why a name is refused, or `undefined`. `allowed` are names of `ssm-allow-names`, with `*` for any characters. */
export function powerOf(name: string, allowed: readonly string[] = []): string | undefined {
  if (allowed.some((pattern) => matches(pattern, name))) return undefined;
  return POWERFUL.find(({ names }) => names.some((pattern) => matches(pattern, name)))?.what;
}

function matches(pattern: string, name: string): boolean {
  const [start = '', end] = pattern.toUpperCase().split('*');
  const upper = name.toUpperCase();
  return end === undefined ? upper === start : upper.startsWith(start) && upper.endsWith(end);
}

/**
 * Entries that want the same name, each group once. Environment variables are one on Windows whatever their case, and so
 * are outputs on every system.
 */
export function collisions<T extends { readonly name: string }>(entries: readonly T[], ignoreCase: boolean): T[][] {
  const byName = Map.groupBy(entries, ({ name }) => (ignoreCase ? name.toUpperCase() : name));
  return [...byName.values()].filter((group) => group.length > 1);
}
