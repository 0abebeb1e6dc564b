/** The part of a network that a signal passes on its way from a tensor to the image. */

import { readsOf } from '../onnx/graphIndex.js';
import type { GraphIndex } from '../onnx/graphIndex.js';
import type { Node } from '../onnx/model.js';
import type { Shapes } from '../onnx/shapes.js';
import type { DataType } from '../tensor.js';

export interface Path {
  /** Nodes that a signal passes, in topological order. */
  readonly nodes: readonly Node[];
  /** Real-valued tensors that depend on the image, the image included. */
  readonly tensors: ReadonlySet<string>;
}

const REAL: ReadonlySet<DataType> = new Set(['float32', 'float64', 'float16', 'bfloat16']);

/**
 * The nodes between `image` and `target`. Signals flow through real-valued tensors only: shapes, indices and
 * masks computed from the image are constants to a derivative. A control flow node is on the way where its
 * subgraphs read what depends on the image.
 */
export function pathBetween(index: GraphIndex, shapes: Shapes, image: string, target: string): Path {
  const isReal = (tensor: string): boolean => REAL.has(shapes.typeOf(tensor) ?? 'float32');
  const tensors = new Set([image]);
  for (const node of index.descendants([image])) {
    if (readsOf(node).some((input) => tensors.has(input))) {
      node.outputs
        .filter((output) => output !== '' && isReal(output))
        .forEach((output) => tensors.add(output));
    }
  }
  const wanted = new Set([target]);
  const nodes = index
    .ancestors([target])
    .toReversed()
    .filter((node) => {
      const carries = node.outputs.some((output) => wanted.has(output) && tensors.has(output));
      const inputs = readsOf(node).filter((input) => tensors.has(input));
      if (carries) {
        inputs.forEach((input) => wanted.add(input));
      }
      return carries && inputs.length > 0;
    });
  return { nodes: nodes.reverse(), tensors };
}
