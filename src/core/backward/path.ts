/** The part of a network that signals pass on their way between tensors. */

import { readsOf } from '../onnx/graphIndex.js';
import type { GraphIndex } from '../onnx/graphIndex.js';
import type { Node } from '../onnx/model.js';
import type { Shapes } from '../onnx/shapes.js';
import type { DataType } from '../tensor.js';

export interface Path {
  /** Nodes that a signal passes, in topological order. */
  readonly nodes: readonly Node[];
  /** Real-valued tensors that depend on a wanted one, the wanted ones included. */
  readonly tensors: ReadonlySet<string>;
  /** Those of them at which a signal arrives. */
  readonly reached: ReadonlySet<string>;
}

const REAL: ReadonlySet<DataType> = new Set(['float32', 'float64', 'float16', 'bfloat16']);

/**
 * The nodes between the tensors `starts`, at which signals start, and those at which they are `wanted`. Signals flow
 * through real-valued tensors only: shapes, indices and masks computed from a wanted tensor are constants to a
 * derivative. A control flow node is on the way where its subgraphs read what depends on a wanted tensor.
 */
export function pathBetween(
  index: GraphIndex,
  shapes: Shapes,
  wanted: readonly string[],
  starts: readonly string[],
): Path {
  const isReal = (tensor: string): boolean => REAL.has(shapes.typeOf(tensor) ?? 'float32');
  const tensors = new Set(wanted);
  for (const node of index.descendants(wanted)) {
    if (readsOf(node).some((input) => tensors.has(input))) {
      node.outputs
        .filter((output) => output !== '' && isReal(output))
        .forEach((output) => tensors.add(output));
    }
  }
  const reached = new Set(starts.filter((tensor) => tensors.has(tensor)));
  const nodes = index
    .ancestors(starts)
    .toReversed()
    .filter((node) => {
      const carries = node.outputs.some((output) => reached.has(output));
      const inputs = readsOf(node).filter((input) => tensors.has(input));
      if (carries) {
        inputs.forEach((input) => reached.add(input));
      }
      return carries && inputs.length > 0;
    });
  return { nodes: nodes.reverse(), tensors, reached };
}
