/** Which nodes a person would list as layers, and under which word. */

import type { Node } from '../onnx/model.js';
import { clipBounds } from './layerDetail.js';
import { weightInput } from '../onnx/multiplyAdds.js';
import type { Shapes } from '../onnx/shapes.js';

/** The word that numbered names are made of: `conv` of `conv1`. */
export interface LayerKind {
  readonly word: string;
  /** True for layers that are counted: convolutions, matrix products with weights, recurrent layers. */
  readonly isWeighted: boolean;
}

/** Tells the kind of a node; undefined for arithmetic that nobody calls a layer. */
export function layerKind(node: Node, shapes: Shapes, pixels: ReadonlySet<string>): LayerKind | undefined {
  const weighted = WEIGHTED.get(node.opType);
  if (weighted !== undefined) {
    const isProduct = weighted === 'fc' && !hasConstantOperand(node, pixels);
    return isProduct ? plain('matmul') : { word: weighted, isWeighted: true };
  }
  const known = PLAIN.get(node.opType);
  if (known !== undefined) {
    return plain(known);
  }
  const isJoin = node.inputs.every((input) => pixels.has(input));
  switch (node.opType) {
    case 'Clip':
      return plain(clipBounds(node, shapes)[0] === 0 ? 'relu' : 'clip');
    case 'Add':
    case 'Sum':
      return isJoin ? plain('add') : undefined;
    case 'Mul':
      return isJoin && !hasScale(node, shapes) ? plain('mul') : undefined;
    case 'QLinearAdd':
    case 'QLinearMul': {
      const joins = [node.inputs[0], node.inputs[3]].every((input) => pixels.has(input ?? ''));
      return joins ? plain(node.opType === 'QLinearAdd' ? 'add' : 'mul') : undefined;
    }
    case 'ReduceMean':
    case 'ReduceMax':
      return reducesSpace(node, shapes) ? plain('pool') : undefined;
    case 'Reshape':
    case 'Squeeze':
      return flattens(node, shapes);
    default:
      return undefined;
  }
}

function plain(word: string): LayerKind {
  return { word, isWeighted: false };
}

function hasConstantOperand(node: Node, pixels: ReadonlySet<string>): boolean {
  return [node.inputs[0], node.inputs[weightInput(node)]].some((input) => !pixels.has(input ?? ''));
}

/** Whether one operand is a number, or one for each map, as the scales of dynamic quantisation are. */
function hasScale({ inputs }: Node, shapes: Shapes): boolean {
  return inputs.some((input) => (shapes.shapeOf(input)?.length ?? 2) < 2);
}

/** Global pooling, as the mean over all pixels of a map. */
function reducesSpace(node: Node, shapes: Shapes): boolean {
  const from = shapes.shapeOf(node.inputs[0] ?? '');
  const to = shapes.shapeOf(node.outputs[0] ?? '');
  return (
    from?.length === 4 && to !== undefined && from[1] === to[1] && to.slice(2).every((size) => size === 1)
  );
}

/** Maps become a vector, or a list of tokens. */
function flattens(node: Node, shapes: Shapes): LayerKind | undefined {
  const from = shapes.shapeOf(node.inputs[0] ?? '')?.length ?? 0;
  const to = shapes.shapeOf(node.outputs[0] ?? '')?.length ?? 0;
  return from !== 4 || to >= 4 || to === 0 ? undefined : plain(to === 2 ? 'flatten' : 'reshape');
}

const WEIGHTED: ReadonlyMap<string, string> = new Map([
  ...['Conv', 'FusedConv', 'QLinearConv', 'ConvInteger', 'DeformConv'].map(
    (opType) => [opType, 'conv'] as const,
  ),
  ...['Gemm', 'FusedGemm', 'MatMul', 'FusedMatMul', 'MatMulInteger', 'QLinearMatMul', 'QGemm'].map(
    (opType) => [opType, 'fc'] as const,
  ),
  ['ConvTranspose', 'deconv'],
  ['LSTM', 'lstm'],
  ['GRU', 'gru'],
  ['RNN', 'rnn'],
]);

const PLAIN: ReadonlyMap<string, string> = new Map([
  // Activation functions go by their own names.
  ...[
    ...['Relu', 'LeakyRelu', 'PRelu', 'ThresholdedRelu', 'Elu', 'Selu', 'Celu', 'Gelu', 'QuickGelu'],
    ...['Swish', 'Mish', 'HardSwish', 'Sigmoid', 'HardSigmoid', 'Tanh', 'Softplus', 'Softsign', 'Softmax'],
    ...['LogSoftmax', 'Attention', 'Flatten', 'Concat'],
  ].map((opType) => [opType, opType.toLowerCase()] as const),
  ...[
    ...['MaxPool', 'AveragePool', 'LpPool', 'GlobalMaxPool', 'GlobalAveragePool', 'GlobalLpPool'],
    ...['RoiAlign', 'MaxRoiPool', 'QLinearAveragePool', 'QLinearGlobalAveragePool'],
  ].map((opType) => [opType, 'pool'] as const),
  ...[
    ...['LRN', 'BatchNormalization', 'InstanceNormalization', 'LayerNormalization', 'GroupNormalization'],
    ...['RMSNormalization', 'LpNormalization', 'MeanVarianceNormalization', 'SkipLayerNormalization'],
  ].map((opType) => [opType, 'norm'] as const),
  ['QLinearLeakyRelu', 'leakyrelu'],
  ['QLinearSigmoid', 'sigmoid'],
  ['QLinearSoftmax', 'softmax'],
  ['QLinearConcat', 'concat'],
  ['Dropout', 'drop'],
  ['MaxUnpool', 'unpool'],
  ['Resize', 'upsample'],
  ['Upsample', 'upsample'],
  ['DepthToSpace', 'shuffle'],
]);
