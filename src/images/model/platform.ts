import { readContent } from './content.ts';
import type { ImageNode, Node, Platform } from './image.ts';

const MAX_CONFIG = 8 << 20;

/** What an image is for: as the index says that names it, or else its config. */
export async function platformOf(node: Node): Promise<Platform | undefined> {
  return node.descriptor.platform ?? (node.kind === 'image' ? platformIn(node) : undefined);
}

/** https://github.com/opencontainers/image-spec/blob/main/config.md#properties */
async function platformIn({ config: { content } }: ImageNode): Promise<Platform | undefined> {
  if (!content || content.size > MAX_CONFIG) return undefined;
  try {
    const config = JSON.parse((await readContent(content)).toString('utf8')) as Record<string, unknown> | null;
    const { os, architecture, variant, 'os.version': version, 'os.features': features } = config ?? {};
    if (!isText(os) || !isText(architecture)) return undefined;
    return {
      architecture,
      os,
      ...(isText(variant) ? { variant } : {}),
      ...(isText(version) ? { 'os.version': version } : {}),
      ...(Array.isArray(features) && features.every(isText) && features.length > 0 ? { 'os.features': features } : {}),
    };
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

const ARCHITECTURES: Readonly<Record<string, string>> = { x86_64: 'amd64', 'x86-64': 'amd64', aarch64: 'arm64' };
const VARIANTS: Readonly<Record<string, string>> = { amd64: 'v1', arm64: 'v8', arm: 'v7' };

/**
 * What a client takes for the same platform is one: `linux/arm64` is `linux/arm64/v8`. Windows images differ in their version too.
 * https://github.com/containerd/platforms/blob/main/database.go
 */
export function normalized({ os = '', architecture = '', variant = '', ...others }: Platform): string {
  const name = ARCHITECTURES[architecture] ?? architecture;
  const given = others['os.features'];
  const features = Array.isArray(given) ? [...given].sort() : [];
  return JSON.stringify([os, name, variant || VARIANTS[name], others['os.version'] ?? '', features]);
}
