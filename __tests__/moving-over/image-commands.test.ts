import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { oldDockerSave, savedImage } from '../../harness/docker-archive.ts';
import { below, digestOf, LayoutBuilder, tarOf } from '../../harness/image.ts';
import { scene } from '../end-to-end/images/scene.ts';
import { ROOT } from '../examples/workflows.ts';

/** The lines of `images` that the page gives for commands of skopeo, crane, buildx and kaniko. */
const [, TABLE = ''] = readFileSync(join(ROOT, 'docs/moving-over.md'), 'utf8').split('## From kaniko, skopeo copy');
const LINES = [...TABLE.matchAll(/`images: ([^`]+)`/g)].map(([, line = '']) => line);

test('every line that the page gives for a command pushes the image that the command would', async () => {
  expect(LINES.length).toBeGreaterThan(8);
  const saved = await savedImage(['saved']);
  const layout = new LayoutBuilder();
  const built = await layout.image(['built']);
  const arm = new LayoutBuilder();
  const other = await arm.image(['arm'], { architecture: 'arm64' });
  const image = await tarOf(layout.layout(built));
  const docker = await oldDockerSave(saved, ['shop:1'], 'symlink');
  const it = await scene({
    'image.tar': image,
    'x.tar': docker,
    'kaniko.tar': docker,
    ...below('arm', arm.layout(other)),
  });
  const before = await it.step({ images: 'image.tar => shop:1, shop\noci:arm => shop' });
  expect(before.errors).toEqual([]);
  const host = new URL(it.puller.url).host;
  // Each to a tag of its own, so that all go in one step; A and B are two names of one registry.
  const lines = LINES.map((line, at) =>
    line
      .replace('docker-archive:image.tar', 'docker-archive:kaniko.tar')
      .replaceAll(/\b(HOST|A|B)\//g, `${host}/`)
      .replaceAll(/sha256:(a\b|b\b|…)/g, (_, which) => (which === 'b' ? other : built).digest)
      .replace(/(=> \S*shop)(:\S+)?$/, (_, name, tag) => (tag ? `${name}:line-${at}` : name)),
  );
  const result = await it.step({ images: lines.join('\n') });
  expect(result.errors).toEqual([]);
  for (const [at, line] of LINES.entries()) {
    if (!/=> \S*:/.test(line)) continue;
    const pulled = await it.puller.pull('shop', `line-${at}`);
    if (line.includes(' + ')) expect(pulled.slice(1)).toEqual([built.digest, other.digest]);
    else if (line.includes('docker-archive:')) {
      const { body } = await it.puller.get(`/v2/shop/manifests/line-${at}`);
      expect(JSON.parse(body.toString()).config.digest).toBe(digestOf(saved.config));
    } else expect(pulled).toEqual([built.digest]);
  }
});
