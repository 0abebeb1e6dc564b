/** Which constants are parameters, and which node owns them. */

import { each } from '../steps.js';
import type { Steps } from '../steps.js';
import type { DataType } from '../tensor.js';
import { elementCount } from '../tensor.js';
import type { GraphIndex } from '../onnx/graphIndex.js';
import type { Node } from '../onnx/model.js';
import type { Shapes } from '../onnx/shapes.js';

/** Inputs that are learned, for operators that also have other constants: statistics, scales, bounds. */
const LEARNED_INPUTS: ReadonlyMap<string, readonly number[]> = new Map<string, readonly number[]>([
  ['BatchNormalization', [1, 2]],
  ['QLinearConv', [3, 8]],
  ['QLinearMatMul', [3]],
  ['QGemm', [3, 6]],
  ...['QLinearAdd', 'QLinearMul'].map((opType) => [opType, [0, 3]] as const),
  ...[
    'QLinearAveragePool',
    'QLinearGlobalAveragePool',
    'QLinearSigmoid',
    'QLinearLeakyRelu',
    'QLinearSoftmax',
  ].map((opType) => [opType, []] as const),
  ['ConvInteger', [1]],
  ['MatMulInteger', [1]],
  ['Resize', []],
  ['Upsample', []],
  ['Pad', []],
  ['Clip', []],
  ['Dropout', []],
  ['QuantizeLinear', []],
  ['DequantizeLinear', [0]],
]);

/** Operators whose single numbers are factors of a formula, not parameters. */
const ARITHMETIC: readonly string[] = [
  ...['Add', 'Sub', 'Mul', 'Div', 'Pow', 'Min', 'Max', 'Sum', 'Mean', 'Where', 'Mod'],
  ...['Equal', 'Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual'],
];

/** Types that weights are stored in, quantised ones included. */
const WEIGHT_TYPES: ReadonlySet<DataType> = new Set([
  ...(['float32', 'float64', 'float16', 'bfloat16', 'float8'] as const),
  ...(['int8', 'uint8', 'int4', 'uint4'] as const),
]);

export interface ParameterCount {
  /** Number of parameters that a node owns; one that several nodes share counts for the first. */
  readonly ofNode: ReadonlyMap<Node, number>;
  readonly total: number;
}

/**
 * Counts the parameters as PyTorch does: weights, biases, scales and shifts, not running statistics. A weight
 * that the graph computes without looking at an input (dequantised, transposed, filled) counts by its source.
 * @param fed tensors that the image's pixels flow into
 */
export function* parametersSteps(
  index: GraphIndex,
  shapes: Shapes,
  fed: ReadonlySet<string>,
): Steps<ParameterCount> {
  const counted = new Set<string>();
  const ofNode = new Map<Node, number>();
  let total = 0;
  yield* each(index.graph.nodes, (node) => {
    if (!node.outputs.some((output) => fed.has(output))) {
      return;
    }
    let own = 0;
    for (const source of learnedSources(node, index, shapes, fed)) {
      if (!counted.has(source)) {
        counted.add(source);
        own += elementCount(shapes.staticShapeOf(source) ?? [0]);
      }
    }
    ofNode.set(node, own);
    total += own;
  });
  return { ofNode, total };
}

function learnedSources(
  node: Node,
  index: GraphIndex,
  shapes: Shapes,
  fed: ReadonlySet<string>,
): readonly string[] {
  if (node.body !== undefined) {
    // A recognised activation or LRN has but the constants of its formula; its parameters are inputs.
    return node.inputs.slice(1).flatMap((input) => sourcesOf(input, index, shapes, fed));
  }
  const learned = LEARNED_INPUTS.get(node.opType);
  const smallest = ARITHMETIC.includes(node.opType) ? 2 : 1;
  const sources: string[] = [];
  for (const [position, input] of node.inputs.entries()) {
    for (const source of learned?.includes(position) === false ? [] : sourcesOf(input, index, shapes, fed)) {
      // A scalar is a number of the formula, such as the zero that a missing bias is filled with.
      const shape = shapes.staticShapeOf(source) ?? [];
      if (shape.length > 0 && elementCount(shape) >= smallest) {
        sources.push(source);
      }
    }
  }
  return sources;
}

/** The constants, or tensors filled by the graph, that a constant tensor comes from. */
function sourcesOf(
  tensor: string,
  index: GraphIndex,
  shapes: Shapes,
  fed: ReadonlySet<string>,
): readonly string[] {
  const dtype = shapes.typeOf(tensor);
  if (tensor === '' || fed.has(tensor) || dtype === undefined || !WEIGHT_TYPES.has(dtype)) {
    return [];
  }
  const producer = index.producer(tensor);
  if (producer === undefined) {
    return index.graph.constants.has(tensor) ? [tensor] : [];
  }
  const sources = learnedSources(producer, index, shapes, fed);
  return sources.length === 0 && isFilled(producer) ? [tensor] : sources;
}

function isFilled({ opType }: Node): boolean {
  return opType === 'ConstantOfShape' || opType.startsWith('Random') || opType === 'Constant';
}
