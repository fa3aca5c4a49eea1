import { expect, test } from '@jest/globals';
import { gzipDockerSave, savedImage } from '../../../harness/docker-archive.ts';
import { below, LayoutBuilder } from '../../../harness/image.ts';
import { scene } from './scene.ts';

/** Images as builds leave them: with attestations, for arm64 as an OCI layout and as a docker-archive, for both. */
async function built() {
  const attested = new LayoutBuilder();
  const image = await attested.image(['app']);
  const arm = new LayoutBuilder();
  const other = await arm.image(['app'], { architecture: 'arm64' });
  const both = new LayoutBuilder();
  const pair = [await both.image(['app']), await both.image(['app'], { architecture: 'arm64' })];
  const { config, ...saved } = await savedImage(['saved']);
  return {
    ...below('attested', attested.layout(attested.index([image, attested.attestation(image)]))),
    // An image that is in no index says in its config alone what it is for.
    ...below('arm', arm.layout({ mediaType: other.mediaType, digest: other.digest, size: other.size })),
    ...below('both', both.layout(both.index(pair))),
    'arm.tar': await gzipDockerSave({
      ...saved,
      config: Buffer.from(config.toString().replace('amd64', 'arm64')),
    }),
  };
}

/** The services of the sandbox: `web` runs on linux/amd64, as Fargate does, `arm` on what its definition says. */
const WORLD = {
  ecs: {
    '111122223333': {
      prod: {
        arm: {
          definition: {
            family: 'arm',
            runtimePlatform: { cpuArchitecture: 'ARM64', operatingSystemFamily: 'LINUX' },
            containerDefinitions: [{ name: 'arm', image: 'old', essential: true }],
          },
        },
      },
    },
  },
};

test('what this step pushes and its targets cannot run is refused before anything is pushed, all of it at once', async () => {
  const it = await scene({ world: WORLD, files: await built() });
  const images = ['attested', 'arm', 'both', 'one'].map((name) => `oci:${name} => shop:${name}`);
  const refused = await it.step({
    images: [...images, 'docker-archive:arm.tar => shop:saved'].join('\n'),
    deploy: [
      'shop:attested => lambda:resize:live',
      'shop:both => lambda:arm',
      'shop:saved => ecs:prod/web',
      'shop:attested => ecs:prod/arm',
    ].join('\n'),
  });
  expect(refused.code).toBe(1);
  const text = refused.errors.join('\n');
  expect(text).toMatch(/lambda:resize.*is an index \(linux\/amd64\).*image-attestations: strip/s);
  expect(text).toMatch(/lambda:arm.*is an index \(linux\/amd64, linux\/arm64\).*linux\/arm64 alone/s);
  expect(text).toMatch(/ecs:prod\/web.*is built for linux\/arm64, and the tasks of the service run on linux\/amd64/);
  expect(text).toMatch(/ecs:prod\/arm.*is an index of linux\/amd64, and the tasks of the service run on linux\/arm64/);
  const more = await it.step({
    images: 'oci:arm => shop:arm\noci:one => shop:one',
    deploy: 'shop:arm => lambda:resize\nshop:one => ecs:prod/arm',
  });
  expect(more.errors.join('\n')).toMatch(/lambda:resize.*built for linux\/arm64, and the function runs on x86_64/);
  expect(more.errors.join('\n')).toMatch(/ecs:prod\/arm.*is built for linux\/amd64/);
  expect(it.sandbox.log.of('registry').filter(({ method }) => method !== 'GET' && method !== 'HEAD')).toEqual([]);

  // What they can run is rolled out by the same lines.
  const { errors } = await it.step({
    images: [...images, 'docker-archive:arm.tar => shop:saved'].join('\n'),
    deploy: [
      'shop:one => lambda:resize:live',
      'shop:saved => lambda:arm',
      'shop:both => ecs:prod/web',
      'shop:arm => ecs:prod/arm',
    ].join('\n'),
  });
  expect(errors).toEqual([]);
});

test('a tag that keeps its image, and an image that is there, are looked at where they lie', async () => {
  const it = await scene({ world: WORLD, files: await built() });
  expect((await it.step({ images: 'oci:arm => shop:1\noci:one => shop:2' })).errors).toEqual([]);
  it.sandbox.log.clear();
  const kept = await it.step({
    images: 'oci:one => shop:1\noci:two => shop:3',
    'image-tag-exists': 'skip',
    deploy: 'shop:1 => lambda:resize\nshop:1 => ecs:prod/web',
  });
  expect(kept.errors.join('\n')).toMatch(/lambda:resize.*built for linux\/arm64/);
  expect(kept.errors.join('\n')).toMatch(/ecs:prod\/web.*built for linux\/arm64/);
  expect(it.sandbox.log.of('registry').filter(({ method }) => method !== 'GET' && method !== 'HEAD')).toEqual([]);
  const there = await it.step({ deploy: 'shop:2 => ecs:prod/arm' });
  expect(there.errors.join('\n')).toMatch(/ecs:prod\/arm.*is built for linux\/amd64/);
  expect(it.sandbox.log.of('ecs', 'RegisterTaskDefinition')).toEqual([]);
});
