import { describe, expect, test } from '@jest/globals';
import { isSameImage } from '../../src/deploy/ecs/task-definition.ts';
import { isPushed } from '../../src/deploy/published.ts';
import { readPlatform } from '../../src/deploy/source/built.ts';
import { readManifest, registryOf } from '../../src/deploy/source/image.ts';

const HOST = '111122223333.dkr.ecr.us-east-1.amazonaws.com';
const DUAL_STACK = '111122223333.dkr-ecr.us-east-1.on.aws';
const digest = `sha256:${'a'.repeat(64)}`;
const IMAGE = {
  repository: 'arn:aws:ecr:us-east-1:111122223333:repository/shop/web',
  digest,
  reference: `${HOST}/shop/web@${digest}`,
};

test.each<[string, string | undefined, boolean]>([
  ['by digest', IMAGE.reference, true],
  ['by tag and digest', `${HOST}/shop/web:1.2@${digest}`, true],
  ['by another name of the registry', `${DUAL_STACK}/shop/web@${digest}`, true],
  ['by tag alone, which can move', `${HOST}/shop/web:1.2`, false],
  ['of another digest', `${HOST}/shop/web@sha256:${'b'.repeat(64)}`, false],
  ['of another repository', `${HOST}/web@${digest}`, false],
  ['of another region', `${HOST.replace('us-east-1', 'us-east-2')}/shop/web@${digest}`, false],
  ['of Docker Hub', `shop/web@${digest}`, false],
  ['none', undefined, false],
])('what a container runs is the image that it is to get: %s', (_, text, expected) => {
  expect(isSameImage(text, IMAGE)).toBe(expected);
});

describe('an image that this step pushes counts as there', () => {
  const access = { session: { accountId: '111122223333', region: 'us-east-1' } } as never;
  test.each<[string, string | undefined, string | undefined, boolean]>([
    ['both in the first registry', undefined, undefined, true],
    ['pushed by host', HOST, undefined, true],
    ['deployed by host', undefined, HOST, true],
    ['by two names of one registry', DUAL_STACK, HOST, true],
    ['in another account', HOST.replace('1111', '4444'), undefined, false],
    ['at another server', '127.0.0.1:5000', undefined, false],
    ['at one other server', '127.0.0.1:5000', '127.0.0.1:5000', true],
  ])('%s', (_, pushed, deployed, expected) => {
    const shop = { repository: 'shop', tag: '1' };
    const published = {
      firstRegistry: undefined,
      pushes: [{ ...shop, host: pushed }],
      uploads: [],
      isAsItIs: true,
      workspace: '.',
    };
    const of = (host: string | undefined) => registryOf(host, access, published);
    expect(isPushed(published, { ...shop, host: deployed }, of)).toBe(expected);
  });
});

test.each([
  '',
  'no JSON',
  'null',
  '[]',
  '5',
  '{"manifests": {}}',
  '{"config": null}',
  '{"mediaType": ["x"], "config": 5}',
])('nothing is known of an image whose manifest is %s', (text) => {
  expect(readManifest(text)).toMatchObject({ platforms: undefined, configDigest: undefined });
  expect(readPlatform(text)).toBeUndefined();
});

test('of an index, the platforms that it states are known', () => {
  const manifests = [null, {}, { platform: null }, { platform: { os: 'linux', architecture: 'arm64' } }];
  expect(readManifest(JSON.stringify({ manifests })).platforms).toEqual(['linux/arm64']);
});
