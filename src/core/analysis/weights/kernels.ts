/** What has a convolution learned to filter for? */

import { UserError } from '../../errors.js';
import type { Engine } from '../../engine.js';
import type { Network } from '../../network/network.js';
import { intAttribute } from '../../onnx/attributes.js';
import type { Layer } from '../../network/layers.js';
import type { Node } from '../../onnx/model.js';
import type { FloatTensor } from '../../tensor.js';
import { readWeight } from './weights.js';

/** A pair of kernels that differ hardly more than in scale. */
export interface NearDuplicate {
  readonly first: number;
  readonly second: number;
  /** Cosine of the angle between the two weight vectors. */
  readonly cosine: number;
}

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
/** Pairs grow with the square of the kernels; beyond this many the search is left out. */
const DUPLICATE_LIMIT = 2048;

/**
 * The kernels of a convolution with what is suspicious about them.
 * @throws UserError where the layer is no two-dimensional convolution
 */
export async function kernels(engine: Engine, network: Network, layer: Layer): Promise<KernelSet> {
  const { node } = layer;
  const weight = node.inputs[1];
  if (!['Conv', 'FusedConv'].includes(node.opType) || weight === undefined) {
    const first = firstConvolution(network);
    throw new UserError(
      `layer '${layer.name}' (${node.opType}) has no kernels${first ? `; give a convolution such as '${first.name}'` : ''}`,
    );
  }
  const weights = await readWeight(engine, network, weight);
  if (weights.shape.length !== 4) {
    throw new UserError(
      `layer '${layer.name}' has kernels of shape [${weights.shape.join(', ')}]; only two-dimensional ones can be shown`,
    );
  }
  const rows = rowsOf(weights);
  const norms = Float32Array.from(rows, norm);
  const median = [...norms].filter(Number.isFinite).sort((a, b) => a - b)[norms.length >> 1] ?? 0;
  const indices = [...norms.keys()];
  const dead = indices.filter((index) => (norms[index] ?? 0) <= DEAD_SHARE * median);
  const notFinite = indices.filter((index) => !Number.isFinite(norms[index]));
  const alive = indices.filter((index) => !dead.includes(index) && !notFinite.includes(index));
  return {
    layer,
    weights,
    groups: groupsOf(node),
    parts: partsOf(network, layer, weights.shape[0] ?? 0),
    norms,
    dead,
    notFinite,
    nearDuplicates: alive.length <= DUPLICATE_LIMIT ? nearDuplicates(rows, norms, alive) : [],
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

function rowsOf({ shape, data }: FloatTensor): Float32Array[] {
  const count = shape[0] ?? 0;
  const length = data.length / Math.max(1, count);
  return Array.from({ length: count }, (_, index) => data.subarray(index * length, (index + 1) * length));
}

function norm(row: Float32Array): number {
  return Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
}

function nearDuplicates(
  rows: readonly Float32Array[],
  norms: Float32Array,
  among: readonly number[],
): NearDuplicate[] {
  const found: NearDuplicate[] = [];
  // A kernel of a single weight is parallel to every other; that says nothing.
  if ((rows[0]?.length ?? 0) < 2) {
    return found;
  }
  for (const [place, first] of among.entries()) {
    for (const second of among.slice(place + 1)) {
      const cosine = dot(rows[first], rows[second]) / ((norms[first] ?? 1) * (norms[second] ?? 1));
      if (cosine >= DUPLICATE_COSINE) {
        found.push({ first, second, cosine });
      }
    }
  }
  return found;
}

function dot(a: Float32Array = new Float32Array(0), b: Float32Array = new Float32Array(0)): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
}
