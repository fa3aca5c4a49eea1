import { Problem } from '../../base/problem.ts';
import type { Built } from '../source/built.ts';
import type { Definition, Service } from './api.ts';

const ARCHITECTURES: Readonly<Record<string, string>> = { X86_64: 'amd64', ARM64: 'arm64' };

/**
 * What the tasks of a service run on, in the words of images: `linux/arm64`. Undefined where the instances of the cluster decide.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RuntimePlatform.html
 */
export function platformOfTasks({ runtimePlatform = {} }: Definition, service: Service): string | undefined {
  const { cpuArchitecture, operatingSystemFamily: family = 'LINUX' } = runtimePlatform;
  const { launchType, capacityProviderStrategy = [] } = service;
  const isFargate =
    launchType === 'FARGATE' ||
    capacityProviderStrategy.some(({ capacityProvider }) => /^FARGATE/.test(String(capacityProvider)));
  const architecture = ARCHITECTURES[cpuArchitecture ?? (isFargate ? 'X86_64' : '')];
  return architecture && `${family.startsWith('WINDOWS') ? 'windows' : 'linux'}/${architecture}`;
}

/** @throws Problem when the tasks of a service cannot run the image */
export function checkPlatform(
  { isIndex, platforms }: Built,
  { platform, on }: { readonly platform: string; readonly on: string },
): void {
  if (platforms.length === 0 || platforms.includes(platform)) return;
  throw new Problem({
    what: `the image is ${isIndex ? 'an index of' : 'built for'} ${platforms.join(', ')}, and the tasks of the service run on ${platform}`,
    on,
    fix: `build the image for ${platform} (docker build --platform ${platform}), or change runtimePlatform in the task definition`,
  });
}
