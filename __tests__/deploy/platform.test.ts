import { expect, test } from '@jest/globals';
import type { Definition, Service } from '../../src/deploy/ecs/api.ts';
import { checkPlatform, platformOfTasks } from '../../src/deploy/ecs/platform.ts';
import { checkPlatform as checkForFunction } from '../../src/deploy/lambda/platform.ts';

const FARGATE: Service = { launchType: 'FARGATE' };
const SPOT: Service = { capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }] };
const OWN: Service = { launchType: 'EC2' };

test.each<[Definition['runtimePlatform'], Service, string | undefined]>([
  [undefined, FARGATE, 'linux/amd64'],
  [undefined, SPOT, 'linux/amd64'],
  [{}, FARGATE, 'linux/amd64'],
  [{ operatingSystemFamily: 'LINUX' }, FARGATE, 'linux/amd64'],
  [{ cpuArchitecture: 'ARM64' }, FARGATE, 'linux/arm64'],
  [{ cpuArchitecture: 'ARM64', operatingSystemFamily: 'LINUX' }, OWN, 'linux/arm64'],
  [{ cpuArchitecture: 'X86_64', operatingSystemFamily: 'WINDOWS_SERVER_2022_CORE' }, FARGATE, 'windows/amd64'],
  // The instances of the cluster decide.
  [undefined, OWN, undefined],
  [{ operatingSystemFamily: 'LINUX' }, OWN, undefined],
  [undefined, { capacityProviderStrategy: [{ capacityProvider: 'own' }] }, undefined],
  [undefined, { launchType: 'EXTERNAL' }, undefined],
  // A value that nobody knows yet.
  [{ cpuArchitecture: 'RISCV64' }, FARGATE, undefined],
])('tasks with %j of a service %j run on %s', (runtimePlatform, service, platform) => {
  expect(platformOfTasks(runtimePlatform ? { runtimePlatform } : {}, service)).toBe(platform);
});

const refused = (check: () => void) => {
  try {
    check();
    return undefined;
  } catch (thrown) {
    return (thrown as Error).message;
  }
};

test.each<[string, { isIndex: boolean; platforms: string[] }, string, string | undefined]>([
  ['the same', { isIndex: false, platforms: ['linux/amd64'] }, 'linux/amd64', undefined],
  ['an index with it', { isIndex: true, platforms: ['linux/arm64', 'linux/amd64'] }, 'linux/amd64', undefined],
  ['nothing known', { isIndex: false, platforms: [] }, 'linux/amd64', undefined],
  ['another one', { isIndex: false, platforms: ['linux/amd64'] }, 'linux/arm64', 'is built for linux/amd64'],
  ['an index without it', { isIndex: true, platforms: ['linux/amd64'] }, 'linux/arm64', 'is an index of linux/amd64'],
  ['another system', { isIndex: false, platforms: ['windows/amd64'] }, 'linux/amd64', 'is built for windows/amd64'],
])('tasks take an image of %s', (_, built, platform, text) => {
  const message = refused(() => checkPlatform(built, { platform, on: 'ecs:prod/web' }));
  if (text) expect(message).toContain(text);
  else expect(message).toBeUndefined();
});

test.each<[string, { isIndex: boolean; platforms: string[] }, string, string | undefined]>([
  ['the same', { isIndex: false, platforms: ['linux/arm64'] }, 'arm64', undefined],
  ['nothing known', { isIndex: false, platforms: [] }, 'x86_64', undefined],
  ['another one', { isIndex: false, platforms: ['linux/amd64'] }, 'arm64', 'build the image for linux/arm64'],
  ['an index with it alone', { isIndex: true, platforms: ['linux/amd64'] }, 'x86_64', 'image-attestations: strip'],
  ['an index', { isIndex: true, platforms: ['linux/amd64', 'linux/arm64'] }, 'arm64', 'an image for linux/arm64 alone'],
])('a function takes an image of %s', (_, built, architecture, text) => {
  const message = refused(() => checkForFunction(built, { architecture, on: 'lambda:resize' }));
  if (text) expect(message).toContain(text);
  else expect(message).toBeUndefined();
});
