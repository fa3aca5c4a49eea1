import { expect, test } from '@jest/globals';
import { formatBytes } from '../../src/base/units.ts';
import { daemonAddress } from '../../src/images/archive/daemon-address.ts';
import { denied } from '../../src/images/registry/denied.ts';
import { isImmutable } from '../../src/images/registry/immutable-tags.ts';

test.each([
  ['1', { rule: 'MUTABLE', exclusions: [] }, false],
  ['1', { rule: 'IMMUTABLE', exclusions: [] }, true],
  ['latest', { rule: 'IMMUTABLE_WITH_EXCLUSION', exclusions: ['latest', 'dev-*'] }, false],
  ['dev-7', { rule: 'IMMUTABLE_WITH_EXCLUSION', exclusions: ['latest', 'dev-*'] }, false],
  ['1.2', { rule: 'IMMUTABLE_WITH_EXCLUSION', exclusions: ['1.*.*'] }, true],
  ['v1', { rule: 'MUTABLE_WITH_EXCLUSION', exclusions: ['v*'] }, true],
  ['main', { rule: 'MUTABLE_WITH_EXCLUSION', exclusions: ['v*'] }, false],
])('tag %s under %j is immutable: %s', (tag, mutability, expected) => {
  expect(isImmutable(tag, mutability)).toBe(expected);
});

const ON = 'arn:aws:ecr:eu-west-1:111122223333:repository/shop';

test.each([
  [
    { status: 403, code: 'DENIED', message: 'because no resource-based policy allows it' },
    'let the policy of the resource, in the account that owns it',
  ],
  [{ status: 403, code: '', message: '' }, 'the repository may be full'],
  [{ status: 405, code: 'UNSUPPORTED', message: "'Invalid JSON syntax'" }, 'media type that it does not know'],
  [{ status: 404, code: 'NAME_UNKNOWN', message: '' }, '--repository-name shop --region eu-west-1'],
  [{ status: 400, code: 'TAG_INVALID', message: '' }, 'image-tag-exists: skip'],
  [{ status: 401, code: 'UNAUTHORIZED', message: '' }, 'one region'],
  [{ status: 429, code: 'TOOMANYREQUESTS', message: '' }, 'quota'],
])('a refusal %j tells the fix', (refusal, fix) => {
  expect(denied({ action: 'ecr:PutImage', on: ON, ...refusal }).fix).toContain(fix);
});

test.each<[Record<string, string>, object]>([
  [{}, { socketPath: '/var/run/docker.sock' }],
  [{ DOCKER_HOST: 'unix:///run/user/1000/docker.sock' }, { socketPath: '/run/user/1000/docker.sock' }],
  [{ DOCKER_HOST: 'tcp://127.0.0.1:2375' }, { host: '127.0.0.1', port: 2375, tls: undefined }],
  [{ DOCKER_HOST: 'tcp://dind' }, { host: 'dind', port: 2375, tls: undefined }],
  [
    { DOCKER_HOST: 'tcp://dind', DOCKER_TLS_VERIFY: '1' },
    { host: 'dind', port: 2376, tls: { rejectUnauthorized: true } },
  ],
])('the daemon of %j', (env, address) => {
  expect(daemonAddress({ HOME: '/nowhere', ...env }, 'linux')).toEqual(address);
});

test.each(['ssh://me@host', 'tcp://', 'nonsense'])('DOCKER_HOST %s is refused', (given) => {
  expect(() => daemonAddress({ HOME: '/nowhere', DOCKER_HOST: given })).toThrow('DOCKER_HOST names a daemon in a way');
});

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1500, '1.5 kB'],
  [52_400_000, '52.4 MB'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
