/** Which kernels of a layer are alike? All pairs are compared in one matrix product of the engine. */

import type { Engine, RunOptions, TensorMap } from '../../engine.js';
import { toFloat32 } from '../../floats.js';
import { int, ints } from '../../onnx/attributes.js';
import { smallModel } from '../../onnx/smallModel.js';
import type { SmallGraph } from '../../onnx/smallModel.js';
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

/** Feeds: `kernels` float32 [K, L]. Output: `norms` float32 [K, 1]. */
const NORMS = smallModel('norms', (g) => {
  addNorms(g);
});

/** Also fed `cosine`, float32 []. Further outputs: `pairs` int64 [2, P], `cosines` float32 [P]. */
const SEARCH = smallModel('likeness', (g) => {
  const { kernels, norms } = addNorms(g);
  const directions = g.emit('Div', [kernels, norms]);
  const cosines = g.emit('Gemm', [directions, directions], { transB: int(1) });
  // What lies above the diagonal names each pair once.
  const above = g.emit('Trilu', [cosines, g.whole([], [1])], { upper: int(1) });
  const alike = g.emit('GreaterOrEqual', [above, g.input('cosine', 'float32', [])]);
  const pairs = g.output('pairs', 'int64', 'NonZero', [alike]);
  const places = g.emit('Transpose', [pairs], { perm: ints([1, 0]) });
  g.output('cosines', 'float32', 'GatherND', [above, places]);
});

function addNorms(g: SmallGraph): { readonly kernels: string; readonly norms: string } {
  const kernels = g.input('kernels', 'float32', ['K', 'L']);
  return { kernels, norms: g.output('norms', 'float32', 'ReduceL2', [kernels], { axes: ints([1]) }) };
}
