/** What has a convolution learned to filter for? */

import { UserError } from '../../errors.js';
import type { Engine, RunOptions } from '../../engine.js';
import type { Network } from '../../network/network.js';
import { intAttribute } from '../../onnx/attributes.js';
import type { Layer } from '../../network/layers.js';
import type { Node } from '../../onnx/model.js';
import type { FloatTensor } from '../../tensor.js';
import { likeness } from './likeness.js';
import type { NearDuplicate } from './likeness.js';
import { readWeight } from './weights.js';

export interface KernelSet {
  readonly layer: Layer;
  /** [outputs, inputs of one group, height, width]. */
  readonly weights: FloatTensor;
  readonly groups: number;
  /**
   * Equal parts to show apart: the layer's own groups, else those in which the next convolution reads its maps, as
   * between AlexNet's two GPUs.
   */
  readonly parts: number;
  /** Euclidean norm of each kernel. */
  readonly norms: Float32Array;
  /** Kernels that filter for nothing: a norm below DEAD_SHARE of the median. */
  readonly dead: readonly number[];
  readonly nearDuplicates: readonly NearDuplicate[];
  /** Kernels that hold NaN or infinities. */
  readonly notFinite: readonly number[];
}

const DEAD_SHARE = 0.01;
const DUPLICATE_COSINE = 0.98;

/**
 * The kernels of a convolution with what is suspicious about them.
 * @throws UserError where the layer is no two-dimensional convolution
 */
export async function kernels(
  engine: Engine,
  network: Network,
  layer: Layer,
  options?: RunOptions,
): Promise<KernelSet> {
  const { node } = layer;
  const weight = node.inputs[1];
  if (!['Conv', 'FusedConv'].includes(node.opType) || weight === undefined) {
    const first = firstConvolution(network);
    throw new UserError(
      `layer '${layer.name}' (${node.opType}) has no kernels${first ? `; give a convolution such as '${first.name}'` : ''}`,
    );
  }
  const weights = await readWeight(engine, network, weight, options);
  if (weights.shape.length !== 4) {
    throw new UserError(
      `layer '${layer.name}' has kernels of shape [${weights.shape.join(', ')}]; only two-dimensional ones can be shown`,
    );
  }
  const { norms, pairs } = await likeness(engine, weights, DUPLICATE_COSINE, options);
  const median = [...norms].filter(Number.isFinite).sort((a, b) => a - b)[norms.length >> 1] ?? 0;
  const indices = [...norms.keys()];
  const dead = indices.filter((index) => (norms[index] ?? 0) <= DEAD_SHARE * median);
  const notFinite = indices.filter((index) => !Number.isFinite(norms[index]));
  const isDead = new Set(dead);
  return {
    layer,
    weights,
    groups: groupsOf(node),
    parts: partsOf(network, layer, weights.shape[0] ?? 0),
    norms,
    dead,
    notFinite,
    nearDuplicates: pairs.filter(({ first, second }) => !isDead.has(first) && !isDead.has(second)),
  };
}

/** The first two-dimensional convolution, whose kernels can be seen as colours. */
export function firstConvolution(network: Network): Layer | undefined {
  return network.layers.find((layer) => layer.node.opType === 'Conv' || layer.node.opType === 'FusedConv');
}

const groupsOf = (node: Node): number => intAttribute(node, 'group') ?? 1;

/** Operators between two convolutions that keep maps in their places. */
const PLACE_KEEPING: readonly string[] = [
  ...['Relu', 'LeakyRelu', 'PRelu', 'Elu', 'Selu', 'Clip', 'LRN', 'BatchNormalization'],
  ...['MaxPool', 'AveragePool', 'Pad', 'Dropout', 'Identity', 'Cast'],
];

/** Groups of a single kernel, as in a depthwise convolution, are no parts. */
function partsOf({ index }: Network, { node, output }: Layer, kernelCount: number): number {
  const isPart = (groups: number): boolean =>
    groups > 1 && groups < kernelCount && kernelCount % groups === 0;
  if (groupsOf(node) > 1) {
    return isPart(groupsOf(node)) ? groupsOf(node) : 1;
  }
  const readers: Node[] = [];
  for (let waiting = [...index.consumers(output)]; waiting.length > 0;) {
    const reader = waiting.pop();
    if (reader !== undefined && PLACE_KEEPING.includes(reader.opType)) {
      waiting = [...waiting, ...index.consumers(reader.outputs[0] ?? '')];
    } else if (reader !== undefined) {
      readers.push(reader);
    }
  }
  const groups = new Set(readers.map((reader) => (reader.opType === 'Conv' ? groupsOf(reader) : 1)));
  const [only = 1] = groups;
  return groups.size === 1 && isPart(only) ? only : 1;
}
