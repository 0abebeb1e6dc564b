/** Where a network's class scores are, and what they are. */

import { intAttribute } from '../onnx/attributes.js';
import type { GraphIndex } from '../onnx/graphIndex.js';
import type { Model, Node } from '../onnx/model.js';
import { productOf } from '../onnx/shapes/dimensions.js';
import type { Shapes } from '../onnx/shapes.js';
import { areIndependent } from './scoreKind.js';
import type { ScoreKind } from './scoreKind.js';

/** The output that holds class scores: [N, K], or [N, K, 1, 1]. */
export interface Scores {
  readonly tensor: string;
  readonly classes: number;
  readonly kind: ScoreKind;
  /** Whether the sidecar says what they are, as against the graph. */
  readonly isDeclared: boolean;
}

/**
 * The first output that is a row of scores: of more than one class, or of a single one that ends in a sigmoid.
 * Undefined for a network that does not classify.
 * @param declared what the sidecar says they are
 */
export function scoresOf(
  model: Pick<Model, 'graph' | 'opsets'>,
  index: GraphIndex,
  shapes: Shapes,
  declared: ScoreKind | undefined,
): Scores | undefined {
  const reader = new ScoreReader(index, shapes, model.opsets.get('') ?? 1);
  for (const { name } of model.graph.outputs) {
    const [batch, classes = 0, ...rest] = shapes.staticShapeOf(name) ?? [];
    if (batch !== 1 || classes < 1 || rest.some((size) => size !== 1)) {
      continue;
    }
    const kind = declared ?? reader.kindOf(name, classes);
    if (classes > 1 || areIndependent({ kind })) {
      return { tensor: name, classes, kind, isDeclared: declared !== undefined };
    }
  }
  return undefined;
}

/** Operators that pass scores on as they are. */
const PASSING: readonly string[] = [
  ...['Identity', 'Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Transpose', 'Dropout', 'Cast', 'Clip'],
  ...['QuantizeLinear', 'DequantizeLinear'],
];

/** Reads from the graph what an output's numbers are. */
class ScoreReader {
  constructor(
    private readonly index: GraphIndex,
    private readonly shapes: Shapes,
    private readonly opset: number,
  ) {}

  kindOf(tensor: string, classes: number): ScoreKind {
    const node = this.maker(tensor);
    switch (node?.opType) {
      case 'Softmax':
        // Several distributions in one row, as of networks that answer several questions, do not sum to one.
        return this.isOver(node, classes) ? 'softmax' : 'sigmoid';
      case 'LogSoftmax':
        return this.isOver(node, classes) ? 'log-softmax' : 'logits';
      case 'Log': {
        const inner = this.maker(node.inputs[0] ?? '');
        return inner?.opType === 'Softmax' && this.isOver(inner, classes) ? 'log-softmax' : 'logits';
      }
      case 'Sigmoid':
      case 'HardSigmoid':
        return 'sigmoid';
      default:
        return 'logits';
    }
  }

  /** The node that gives a tensor its numbers. */
  private maker(tensor: string): Node | undefined {
    let node = this.index.producer(tensor);
    while (node !== undefined && PASSING.includes(node.opType)) {
      node = this.index.producer(node.inputs[0] ?? '');
    }
    return node;
  }

  /** Whether a softmax makes all classes sum to one: over one axis since opset 13, from one axis on before. */
  private isOver(node: Node, classes: number): boolean {
    const shape = this.shapes.staticShapeOf(node.outputs[0] ?? '');
    const isOneAxis = this.opset >= 13;
    const axis = intAttribute(node, 'axis') ?? (isOneAxis ? -1 : 1);
    const summed = isOneAxis ? [shape?.at(axis)] : shape?.slice(axis);
    return shape === undefined || productOf(summed ?? []) === classes;
  }
}
