import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { OWN_OUTPUTS } from '../../../src/parameters/deliver/check.ts';
import { collisions, powerOf } from '../../../src/parameters/deliver/guard.ts';
import { nameFrom, VARIABLE } from '../../../src/parameters/names.ts';

describe('the name for a parameter', () => {
  test.each([
    ['db-url', 'DB_URL'],
    ['db/user.name', 'DB_USER_NAME'],
    ['Already_UPPER', 'ALREADY_UPPER'],
    ['dbHost', 'DBHOST'],
    ['3d', '3D'],
  ])('%s is %s', (relative, name) => {
    expect(nameFrom(relative)).toBe(name);
  });
});

describe('the guard', () => {
  test.each([
    ...[
      'PATH',
      'Path',
      'LD_PRELOAD',
      'DYLD_INSERT_LIBRARIES',
      'BASH_ENV',
      'ENV',
      'PS4',
      'PROMPT_COMMAND',
      'IFS',
      'SHELLOPTS',
    ],
    ...['NODE_OPTIONS', 'node_options', 'NODE_EXTRA_CA_CERTS', 'NODE_TLS_REJECT_UNAUTHORIZED', 'NPM_CONFIG_REGISTRY'],
    ...[
      'PYTHONPATH',
      'PYTHONSTARTUP',
      'PYTHONHOME',
      'PERL5OPT',
      'RUBYOPT',
      'RUBYLIB',
      'JAVA_TOOL_OPTIONS',
      '_JAVA_OPTIONS',
    ],
    ...[
      'JDK_JAVA_OPTIONS',
      'DOTNET_STARTUP_HOOKS',
      'GIT_SSH_COMMAND',
      'SSH_ASKPASS',
      'DOCKER_HOST',
      'https_proxy',
      'NO_PROXY',
    ],
    ...[
      'AWS_ENDPOINT_URL',
      'AWS_ACCESS_KEY_ID',
      'GITHUB_TOKEN',
      'RUNNER_TEMP',
      'ACTIONS_RUNTIME_TOKEN',
      'INPUT_AWS-REGION',
    ],
    ...['UserProfile', 'APPDATA', 'XDG_CONFIG_HOME', 'PIP_TRUSTED_HOST', 'JAVA_HOME'],
    ...['SECRETS_LIST_CLEAN_UP', 'BASH_FUNC_ls%%'],
  ])('refuses %s', (name) => {
    expect(powerOf(name)).toMatch(/./);
  });

  test.each([
    'DB_URL',
    'PATHS',
    'MY_PATH',
    'DOCKER_PASSWORD',
    'PYTHON_VERSION',
    'NPM_TOKEN',
    'UV_INDEX_SHOP_PASSWORD',
    'CARGO_REGISTRY_TOKEN',
    'ENVIRONMENT',
  ])('lets %s through', (name) => {
    expect(powerOf(name)).toBeUndefined();
  });

  test.each<[string, string[], boolean]>([
    ['AWS_PROFILE', ['AWS_PROFILE'], true],
    ['AWS_PROFILE', ['AWS_*'], true],
    ['HTTPS_PROXY', ['*_PROXY'], true],
    ['AWS_PROFILE', ['AWS_REGION', 'PATH'], false],
  ])('%s with ssm-allow-names %j: %j', (name, allowed, through) => {
    expect(powerOf(name, allowed) === undefined).toBe(through);
  });
});

test('entries that want one name are found, without case where it does not matter', () => {
  const entries = ['A', 'B', 'a', 'A', 'c'].map((name, from) => ({ name, from }));
  const found = (ignoreCase: boolean) => collisions(entries, ignoreCase).map((group) => group.map(({ from }) => from));
  expect(found(false)).toEqual([[0, 3]]);
  expect(found(true)).toEqual([[0, 2, 3]]);
});

test('the outputs that a value may not have are those of action.yml', () => {
  const { outputs } = parse(readFileSync('action.yml', 'utf8')) as { outputs: object };
  expect([...OWN_OUTPUTS].sort()).toEqual(
    Object.keys(outputs)
      .filter((name) => VARIABLE.test(name))
      .sort(),
  );
});
