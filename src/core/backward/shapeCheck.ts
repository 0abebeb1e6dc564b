/** Holds the shapes of a backward graph against the forward values that its signals belong to. */

import { inlineNumbers } from '../onnx/constants.js';
import type { Graph, Node } from '../onnx/model.js';
import type { Shapes } from '../onnx/shapes.js';
import { inferShapes } from '../onnx/shapes/infer.js';
import { BACKWARD_OPSET } from './rule.js';
import type { ValueName } from './rule.js';

/** A signal that a rule made for an input of its node. */
export interface PlacedSignal {
  readonly value: ValueName;
  readonly node: Node;
  /** The node's input that the signal belongs to. */
  readonly tensor: string;
}

/**
 * Checks every signal whose shape can be told without running.
 * @throws Error where a shape differs: a defect of the node's rule
 */
export function checkShapes(graph: Graph, signals: readonly PlacedSignal[], forward: Shapes): void {
  const backward = inferShapes(graph, new Map([['', BACKWARD_OPSET]]), {
    inputShapes: new Map(),
    valuesOfConstant: (name) => {
      const constant = graph.constants.get(name);
      return constant && inlineNumbers(constant);
    },
  });
  for (const { value, node, tensor } of signals) {
    const found = backward.staticShapeOf(value);
    const wanted = forward.staticShapeOf(tensor);
    if (found !== undefined && wanted !== undefined && found.join() !== wanted.join()) {
      throw new Error(
        `the backward rule for ${node.opType} gave node '${node.name}' a signal of shape [${found.join(', ')}] for '${tensor}' of shape [${wanted.join(', ')}]`,
      );
    }
  }
}
