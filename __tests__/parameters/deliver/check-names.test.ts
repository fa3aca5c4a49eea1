import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { OWN_OUTPUTS } from '../../../src/parameters/deliver/check.ts';
import { collisions, powerOf } from '../../../src/parameters/deliver/check-names.ts';
import { type NameCase, nameFrom, VARIABLE } from '../../../src/parameters/variable-names.ts';

describe('the name for a parameter', () => {
  test.each([
    ['db-url', 'DB_URL'],
    ['db/user.name', 'DB_USER_NAME'],
    ['Already_UPPER', 'ALREADY_UPPER'],
    ['dbHost', 'DBHOST'],
    ['3d', '3D'],
  ])('%s is %s', (relative, name) => {
    expect(nameFrom(relative, 'upper')).toBe(name);
  });
});

describe('the guard', () => {
  const brought = (name: string) => powerOf(name, { spelled: false, allowed: [] });
  const spelled = (name: string) => powerOf(name, { spelled: true, allowed: [] });

  // Whoever writes a parameter below a path, or a .env value, must not choose these.
  test.each(
    `PATH Path LD_PRELOAD DYLD_INSERT_LIBRARIES BASH_ENV ENV PS4 PROMPT_COMMAND IFS SHELLOPTS NODE_OPTIONS node_options
    NODE_EXTRA_CA_CERTS NODE_TLS_REJECT_UNAUTHORIZED NPM_CONFIG_REGISTRY PYTHONPATH PYTHONSTARTUP PYTHONHOME PERL5OPT RUBYOPT RUBYLIB
    JAVA_TOOL_OPTIONS _JAVA_OPTIONS JDK_JAVA_OPTIONS DOTNET_STARTUP_HOOKS GIT_SSH_COMMAND SSH_ASKPASS DOCKER_HOST https_proxy NO_PROXY
    AWS_ENDPOINT_URL AWS_ACCESS_KEY_ID GITHUB_TOKEN RUNNER_TEMP ACTIONS_RUNTIME_TOKEN INPUT_AWS-REGION UserProfile APPDATA
    XDG_CONFIG_HOME PIP_TRUSTED_HOST JAVA_HOME SECRETS_LIST_CLEAN_UP BASH_FUNC_ls%% STATE_isPost STATE_undo_0 STATE_sshKeyPath
    MAKEFILES GNUMAKEFLAGS MAKEFLAGS AR CC LD BUN_OPTIONS COMPOSE_FILE RUSTC RUSTC_WRAPPER GOROOT GOCACHEPROG GOFLAGS CMAKE_TOOLCHAIN_FILE
    CMAKE_C_COMPILER_LAUNCHER COMPILER_PATH COREPACK_NPM_REGISTRY UV_INDEX UV_INDEX_URL HELM_PLUGINS ANSIBLE_CONFIG ANSIBLE_LIBRARY ERL_AFLAGS
    COMPOSER_HOME CLOUDSDK_PYTHON ESBUILD_BINARY_PATH TERRAFORM_CONFIG TF_CLI_ARGS TF_CLI_ARGS_plan TF_CLI_CONFIG_FILE TAR_OPTIONS ZIPOPT
    GIT_CONFIG_KEY_0 GIT_CONFIG_COUNT GIT_EXTERNAL_DIFF GRADLE_OPTS MAVEN_OPTS KUBECONFIG SSL_CERT_FILE CURL_HOME DENO_DIR PERL5LIB
    BUNDLE_GEMFILE PHPRC LUA_INIT JULIA_LOAD_PATH R_PROFILE_USER ELECTRON_RUN_AS_NODE YARN_YARN_PATH PYTEST_ADDOPTS VIRTUAL_ENV GLIBC_TUNABLES
    SYSTEMD_PAGER CVS_RSH M4 HOSTCC PROTOC VIMINIT DART_VM_OPTIONS TFENV_REMOTE CONDARC RCLONE_CONFIG GTK_MODULES P11_KIT_CONFIG npm_package_config`.split(
      /\s+/,
    ),
  )('refuses %s from a value', (name) => {
    expect(brought(name)).toMatch(/./);
  });

  test.each(
    `DB_URL PATHS MY_PATH DOCKER_PASSWORD DOCKER_USERNAME PYTHON_VERSION NPM_TOKEN NODE_AUTH_TOKEN UV_INDEX_SHOP_PASSWORD CARGO_REGISTRY_TOKEN
    ENVIRONMENT TRUST_PROXY GIT_SHA STATE_BUCKET SSH_PRIVATE_KEY VAULT_TOKEN STACK_NAME CDK_DEFAULT_ACCOUNT MIX_ENV DJANGO_SETTINGS_MODULE
    ANSIBLE_VAULT_PASSWORD PULUMI_ACCESS_TOKEN HELM_REGISTRY_PASSWORD GH_TOKEN TF_VAR_db_url ARM_CLIENT_ID DOCKER_IMAGE
    SONAR_HOST_URL SENTRY_DSN PGHOST COMPOSE_PROJECT_NAME GOOGLE_APPLICATION_CREDENTIALS RESTIC_PASSWORD PREFIX`.split(
      /\s+/,
    ),
  )('lets %s through', (name) => {
    expect(brought(name)).toBeUndefined();
  });

  // The workflow's author chose these, and only the value comes from the parameter.
  test.each([
    'PATH',
    'LD_PRELOAD',
    'BASH_ENV',
    'NODE_OPTIONS',
    'AWS_ENDPOINT_URL',
    'GITHUB_ENV',
    'SECRETS_LIST_CLEAN_UP',
  ])('refuses %s also where the workflow spells it', (name) => {
    expect(spelled(name)).toMatch(/./);
  });
  test.each([
    'ENV',
    'INPUT_DIR',
    'TRUST_PROXY',
    'GIT_SHA',
    'STATE_BUCKET',
    'KUBECONFIG',
    'JAVA_HOME',
    'NPM_CONFIG_REGISTRY',
    'CC',
  ])('lets %s through where the workflow spells it', (name) => {
    expect(spelled(name)).toBeUndefined();
  });

  test.each<[string, string[], boolean]>([
    ['AWS_PROFILE', ['AWS_PROFILE'], true],
    ['AWS_PROFILE', ['AWS_*'], true],
    ['HTTPS_PROXY', ['*_PROXY'], true],
    ['AWS_PROFILE', ['AWS_REGION', 'PATH'], false],
  ])('%s with ssm-allow-names %j: %j', (name, allowed, through) => {
    expect(powerOf(name, { spelled: false, allowed }) === undefined).toBe(through);
  });
});

test.each<[NameCase, string]>([
  ['upper', 'DB_USER_NAME'],
  ['keep', 'db_User_name'],
  ['lower', 'db_user_name'],
])('ssm-name-case: %s', (nameCase, expected) => {
  expect(nameFrom('db/User.name', nameCase)).toBe(expected);
});

test('entries that want one name are found, without case where it does not matter', () => {
  const entries = ['A', 'B', 'a', 'A', 'c'].map((name, from) => ({ name, from }));
  const found = (how: { readonly ignoreCase: boolean }) =>
    collisions(entries, how).map((group) => group.map(({ from }) => from));
  expect(found({ ignoreCase: false })).toEqual([[0, 3]]);
  expect(found({ ignoreCase: true })).toEqual([[0, 2, 3]]);
});

test('the outputs that a value may not have are those of action.yml', () => {
  const { outputs } = parse(readFileSync('action.yml', 'utf8')) as { outputs: object };
  expect([...OWN_OUTPUTS].sort()).toEqual(
    Object.keys(outputs)
      .filter((name) => VARIABLE.test(name))
      .sort(),
  );
});
