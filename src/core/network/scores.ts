/** Where a network's class scores are, and what they are. */

import type { GraphIndex } from '../onnx/graphIndex.js';
import type { Graph } from '../onnx/model.js';
import type { Shapes } from '../onnx/shapes.js';

/** The output that holds class scores: [N, K], or [N, K, 1, 1]. */
export interface Scores {
  readonly tensor: string;
  readonly classes: number;
  /** False for logits. */
  readonly isProbability: boolean;
}

/** Operators that pass probabilities on as they are. */
const PASSING = ['Identity', 'Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Dropout', 'Cast'];

/** Undefined for a network that does not classify. */
export function scoresOf(graph: Graph, index: GraphIndex, shapes: Shapes): Scores | undefined {
  for (const { name } of graph.outputs) {
    const shape = shapes.staticShapeOf(name);
    const [batch, classes = 0, ...rest] = shape ?? [];
    if (batch === 1 && classes > 1 && rest.every((size) => size === 1)) {
      return { tensor: name, classes, isProbability: endsInSoftmax(name, index) };
    }
  }
  return undefined;
}

function endsInSoftmax(tensor: string, index: GraphIndex): boolean {
  let node = index.producer(tensor);
  while (node !== undefined && PASSING.includes(node.opType)) {
    node = index.producer(node.inputs[0] ?? '');
  }
  return node?.opType === 'Softmax';
}
