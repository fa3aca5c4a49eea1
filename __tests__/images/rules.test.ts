import { expect, test } from '@jest/globals';
import { formatBytes } from '../../src/base/units.ts';
import { addressOf } from '../../src/images/archive/daemon.ts';
import { explain } from '../../src/images/registry/refused.ts';
import { isImmutable } from '../../src/images/registry/settings.ts';

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
    'in the policy of this repository',
  ],
  [{ status: 403, code: '', message: '' }, 'the repository may be full'],
  [{ status: 405, code: 'UNSUPPORTED', message: "'Invalid JSON syntax'" }, 'media type that it does not know'],
  [{ status: 404, code: 'NAME_UNKNOWN', message: '' }, '--repository-name shop --region eu-west-1'],
  [{ status: 400, code: 'TAG_INVALID', message: '' }, 'image-tag-exists: skip'],
  [{ status: 401, code: 'UNAUTHORIZED', message: '' }, 'one region'],
  [{ status: 429, code: 'TOOMANYREQUESTS', message: '' }, 'quota'],
])('a refusal %j tells the fix', (refusal, fix) => {
  expect(explain({ action: 'ecr:PutImage', on: ON, ...refusal }).fix).toContain(fix);
});

test.each([
  ['', { socketPath: '/var/run/docker.sock' }],
  ['unix:///run/user/1000/docker.sock', { socketPath: '/run/user/1000/docker.sock' }],
  ['tcp://127.0.0.1:2375', { host: '127.0.0.1', port: 2375 }],
])('DOCKER_HOST %s', (given, address) => {
  expect(addressOf(given, 'linux')).toEqual(address);
});

test.each(['ssh://me@host', 'tcp://host', 'nonsense'])('DOCKER_HOST %s is refused', (given) => {
  expect(() => addressOf(given)).toThrow('DOCKER_HOST is not understood');
});

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1500, '1.5 kB'],
  [52_400_000, '52.4 MB'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
