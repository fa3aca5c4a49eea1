import type { Node } from '../model/image.ts';
import type { Known } from './reuse.ts';
import { type Finished, finish } from './shape.ts';

export function finishWith(node: Node, known: Pick<Known, 'layers' | 'images'>): Finished {
  return finish(node, known.layers, (image) => known.images.get(image.descriptor.digest));
}
