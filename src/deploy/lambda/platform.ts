import { Problem } from '../../base/problem.ts';
import type { Built } from '../source/built.ts';

/** What images call the architectures of Lambda. */
const PLATFORMS: Readonly<Record<string, string>> = { x86_64: 'linux/amd64', arm64: 'linux/arm64' };

/**
 * https://docs.aws.amazon.com/lambda/latest/dg/images-create.html: one manifest of the function's own architecture.
 * @throws Problem when Lambda cannot run the image
 */
export function checkPlatform(
  { isIndex, platforms }: Built,
  { architecture, on }: { readonly architecture: string; readonly on: string },
): void {
  const wanted = PLATFORMS[architecture] ?? architecture;
  if (isIndex) {
    throw new Problem({
      what: `the image is an index (${platforms.join(', ')}), and Lambda takes a single manifest`,
      on,
      fix:
        platforms.length === 1
          ? 'push it without its attestations: image-attestations: strip, or build with --provenance=false --sbom=false'
          : `push an image for ${wanted} alone`,
    });
  }
  const [built] = platforms;
  if (!built || built === wanted) return;
  throw new Problem({
    what: `the image is built for ${built}, and the function runs on ${architecture}`,
    on,
    fix: `build the image for ${wanted}`,
  });
}
