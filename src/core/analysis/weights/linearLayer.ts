/** What linear layers do, in numbers: dense weights, biases, and what the channelwise nodes behind make of both. */

import type { Engine, RunOptions } from '../../engine.js';
import { throwIfCancelled } from '../../errors.js';
import type { Network } from '../../network/network.js';
import { floatAttribute, intAttribute } from '../../onnx/attributes.js';
import type { Node } from '../../onnx/model.js';
import { elementCount, floatTensor } from '../../tensor.js';
import type { FloatTensor } from '../../tensor.js';
import type { LinearPair } from './linearPairs.js';
import type { LinearShape } from './mergePlan.js';
import { readWeight } from './weights.js';

/** The first layer and the channelwise nodes behind it: y = scale * W x + shift, per output channel. */
interface FirstLayer {
  /** [outputs, inputs, positions...], dense, with `scale` taken into it. */
  readonly weights: FloatTensor;
  readonly shift: Float64Array;
}

export async function affineOf(
  engine: Engine,
  network: Network,
  { first, between }: LinearPair,
  shape: LinearShape,
  options: RunOptions,
): Promise<FirstLayer> {
  const weights = await denseWeights(engine, network, first, shape);
  const shift = await biasOf(engine, network, first, shape);
  const scale = new Float64Array(shape.outputs).fill(1);
  let data = first.outputs[0];
  for (const node of between) {
    throwIfCancelled(options.signal);
    await foldNode(engine, network, node, data, scale, shift);
    data = node.outputs[0];
  }
  const length = weights.data.length / shape.outputs;
  const scaled = weights.data.map((value, at) => value * (scale[Math.floor(at / length)] ?? 1));
  return { weights: { ...weights, data: scaled }, shift };
}

/** Takes a channelwise node into a scale and a shift. */
async function foldNode(
  engine: Engine,
  network: Network,
  node: Node,
  data: string | undefined,
  scale: Float64Array,
  shift: Float64Array,
): Promise<void> {
  const read = async (place: number): Promise<Float32Array> =>
    (await readWeight(engine, network, node.inputs[place] ?? '')).data;
  const of = (values: Float32Array, channel: number): number =>
    values.length === 1 ? (values[0] ?? NaN) : (values[channel] ?? NaN);
  const change = (factor: (channel: number) => number, term: (channel: number) => number): void => {
    for (const channel of scale.keys()) {
      scale[channel] = (scale[channel] ?? 0) * factor(channel);
      shift[channel] = (shift[channel] ?? 0) * factor(channel) + term(channel);
    }
  };
  if (node.opType === 'BatchNormalization') {
    const [gamma, beta, mean, variance] = await Promise.all([read(1), read(2), read(3), read(4)]);
    const epsilon = floatAttribute(node, 'epsilon') ?? 1e-5;
    const factor = (channel: number): number =>
      of(gamma, channel) / Math.sqrt(of(variance, channel) + epsilon);
    change(factor, (channel) => of(beta, channel) - of(mean, channel) * factor(channel));
    return;
  }
  if (!['Add', 'Sub', 'Mul', 'Div'].includes(node.opType)) {
    return;
  }
  const isFirst = node.inputs[0] === data;
  const other = await read(isFirst ? 1 : 0);
  switch (node.opType) {
    case 'Add':
      change(
        () => 1,
        (channel) => of(other, channel),
      );
      break;
    case 'Sub':
      change(
        () => (isFirst ? 1 : -1),
        (channel) => (isFirst ? -1 : 1) * of(other, channel),
      );
      break;
    case 'Mul':
      change(
        (channel) => of(other, channel),
        () => 0,
      );
      break;
    case 'Div':
      change(
        (channel) => 1 / of(other, channel),
        () => 0,
      );
      break;
  }
}

/** The weights as [outputs, inputs, positions...], groups filled up with zeros, alpha taken in. */
export async function denseWeights(
  engine: Engine,
  network: Network,
  node: Node,
  { kind, outputs, inputs, groups, axes }: LinearShape,
): Promise<FloatTensor> {
  const { data } = await readWeight(engine, network, node.inputs[1] ?? '');
  if (kind === 'product') {
    const alpha = node.opType === 'Gemm' ? (floatAttribute(node, 'alpha') ?? 1) : 1;
    const isTurned = node.opType !== 'Gemm' || intAttribute(node, 'transB') !== 1;
    const dense = new Float32Array(outputs * inputs);
    for (let output = 0; output < outputs; output++) {
      for (let input = 0; input < inputs; input++) {
        const from = isTurned ? input * outputs + output : output * inputs + input;
        dense[output * inputs + input] = alpha * (data[from] ?? 0);
      }
    }
    return floatTensor([outputs, inputs], dense);
  }
  const kernels = axes.map(({ kernel }) => kernel);
  const positions = elementCount(kernels);
  if (groups === 1) {
    return floatTensor([outputs, inputs, ...kernels], data);
  }
  const dense = new Float32Array(outputs * inputs * positions);
  const row = (inputs / groups) * positions;
  for (let output = 0; output < outputs; output++) {
    const group = Math.floor((output * groups) / outputs);
    dense.set(data.subarray(output * row, (output + 1) * row), output * inputs * positions + group * row);
  }
  return floatTensor([outputs, inputs, ...kernels], dense);
}

export async function biasOf(
  engine: Engine,
  network: Network,
  node: Node,
  { outputs, hasBias }: LinearShape,
): Promise<Float64Array> {
  if (!hasBias) {
    return new Float64Array(outputs);
  }
  const { data } = await readWeight(engine, network, node.inputs[2] ?? '');
  const beta = node.opType === 'Gemm' ? (floatAttribute(node, 'beta') ?? 1) : 1;
  return Float64Array.from(
    { length: outputs },
    (_, channel) => beta * (data[data.length === 1 ? 0 : channel] ?? NaN),
  );
}
