/** Which kernels of a layer are alike? All pairs are compared in one matrix product of the engine. */

import type { Engine, RunOptions, TensorMap } from '../../engine.js';
import { toFloat32 } from '../../floats.js';
import { codeOf } from '../../onnx/dataTypes.js';
import { encodeModel } from '../../onnx/encode.js';
import { int, ints } from '../../onnx/attributes.js';
import { makeNode } from '../../onnx/makeNode.js';
import type { Attribute, Constant, DerivedModel, Node } from '../../onnx/model.js';
import { floatTensor } from '../../tensor.js';
import type { FloatTensor } from '../../tensor.js';

/** A pair of kernels that differ hardly more than in scale. */
export interface NearDuplicate {
  readonly first: number;
  readonly second: number;
  /** Cosine of the angle between the two weight vectors. */
  readonly cosine: number;
}

export interface Likeness {
  /** Euclidean norm of each kernel. */
  readonly norms: Float32Array;
  /** `first` is smaller than `second`; in the order of `first`, then of `second`. */
  readonly pairs: readonly NearDuplicate[];
}

/** The search compares every kernel with every other; beyond this many it is left out. */
const MOST_KERNELS = 4096;

/**
 * Norms of kernels and the pairs whose cosine is at least `cosine`. Kernels without a direction, of zeros, NaN or
 * infinities, are in no pair; neither are those of a single weight, which are all parallel.
 * @param weights [kernels, ...]
 */
export async function likeness(
  engine: Engine,
  { shape, data }: FloatTensor,
  cosine: number,
  options?: RunOptions,
): Promise<Likeness> {
  const count = shape[0] ?? 0;
  const length = data.length / Math.max(1, count);
  if (data.length === 0) {
    return { norms: new Float32Array(count), pairs: [] };
  }
  const kernels = floatTensor([count, length], data);
  if (length === 1 || count > MOST_KERNELS) {
    const [result = {}] = await engine.run([{ model: NORMS, feeds: { kernels }, fetch: ['norms'] }], options);
    return { norms: numbersOf(result, 'norms'), pairs: [] };
  }
  const feeds = { kernels, cosine: floatTensor([], [cosine]) };
  const fetch = ['norms', 'pairs', 'cosines'];
  const [result = {}] = await engine.run([{ model: SEARCH, feeds, fetch }], options);
  const cosines = numbersOf(result, 'cosines');
  const places = result['pairs']?.data ?? [];
  return {
    norms: numbersOf(result, 'norms'),
    pairs: Array.from(cosines, (each, pair) => ({
      first: Number(places[pair]),
      second: Number(places[cosines.length + pair]),
      cosine: each,
    })),
  };
}

function numbersOf(result: TensorMap, name: string): Float32Array {
  const tensor = result[name];
  if (tensor === undefined) {
    throw new Error(`the engine gave no '${name}'`);
  }
  return toFloat32(tensor, name).data;
}

const OPSET = 17;
const IR_VERSION = 8;

/**
 * Feeds: `kernels` float32 [K, L]; for the search also `cosine` float32 []. Outputs: `norms` float32 [K, 1], `pairs`
 * int64 [2, P], `cosines` float32 [P].
 */
function model(isSearch: boolean): DerivedModel {
  const nodes: Node[] = [];
  const emit = (
    opType: string,
    inputs: string[],
    output: string,
    attributes: Record<string, Attribute> = {},
  ): void => {
    nodes.push(makeNode(output, opType, inputs, [output], attributes));
  };
  emit('ReduceL2', ['kernels'], 'norms', { axes: ints([1]) });
  if (isSearch) {
    emit('Div', ['kernels', 'norms'], 'directions');
    emit('Gemm', ['directions', 'directions'], 'all_cosines', { transB: int(1) });
    emit('Trilu', ['all_cosines', 'diagonal'], 'each_once', { upper: int(1) });
    emit('GreaterOrEqual', ['each_once', 'cosine'], 'alike');
    emit('NonZero', ['alike'], 'pairs');
    emit('Transpose', ['pairs'], 'places', { perm: ints([1, 0]) });
    emit('GatherND', ['each_once', 'places'], 'cosines');
  }
  const diagonal: Constant = {
    name: 'diagonal',
    dtype: 'int64',
    typeCode: codeOf('int64'),
    shape: [],
    data: { kind: 'inline', bytes: new Uint8Array(BigInt64Array.of(1n).buffer) },
  };
  const [real, whole] = [{ dtype: 'float32' }, { dtype: 'int64' }] as const;
  return encodeModel({
    graph: {
      name: 'likeness',
      nodes,
      inputs: [
        { name: 'kernels', shape: ['K', 'L'], ...real },
        ...(isSearch ? [{ name: 'cosine', shape: [], ...real }] : []),
      ],
      outputs: [
        { name: 'norms', ...real },
        ...(isSearch
          ? [
              { name: 'pairs', ...whole },
              { name: 'cosines', ...real },
            ]
          : []),
      ],
      constants: new Map(isSearch ? [['diagonal', diagonal]] : []),
      valueInfo: new Map(),
    },
    opsets: new Map([['', OPSET]]),
    irVersion: IR_VERSION,
    folder: '',
  });
}

const SEARCH = model(true);
const NORMS = model(false);
