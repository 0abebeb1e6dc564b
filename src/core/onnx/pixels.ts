/** Which tensors depend on the image's pixels, as against its size or on nothing but weights. */

import { readsOf } from './graphIndex.js';
import type { GraphIndex } from './graphIndex.js';
import type { Shapes } from './shapes.js';

/** Operators that look at a tensor's shape and not at its elements. */
const SHAPE_READERS: readonly string[] = ['Shape', 'Size'];

/** The tensors that `image`'s elements flow into, the image itself included. */
export function pixelTensors(index: GraphIndex, shapes: Shapes, image: string): ReadonlySet<string> {
  const pixels = new Set([image]);
  for (const node of index.graph.nodes) {
    if (readsOf(node).some((tensor) => pixels.has(tensor)) && !SHAPE_READERS.includes(node.opType)) {
      for (const output of node.outputs) {
        // Values that are known without running the model come from shapes.
        if (output !== '' && shapes.valuesOf(output) === undefined) {
          pixels.add(output);
        }
      }
    }
  }
  return pixels;
}
