/** How far are the weights of two layers apart? */

import { throwIfCancelled } from '../../errors.js';
import type { Engine } from '../../engine.js';
import type { Layer } from '../../network/layers.js';
import { intAttribute } from '../../onnx/attributes.js';
import { readWeight, weightParts } from '../weights/weights.js';
import type { RealNetwork } from './dequantised.js';
import { addedSums, distanceOf, NO_SUMS } from './sums.js';
import type { Distance, PairSums } from './sums.js';

/** Two inputs of the layers' nodes that stand for each other. */
export interface WeightDifference {
  /** Names of the tensors. */
  readonly a: string;
  readonly b: string;
  readonly shape: readonly number[];
  readonly otherShape: readonly number[];
  /** |a| and |b|. */
  readonly norm: number;
  readonly otherNorm: number;
  /** Undefined where the shapes differ. */
  readonly distance: Distance | undefined;
}

/** One network's side of a pair. */
export interface Side {
  readonly real: RealNetwork;
  readonly layer: Layer;
}

/** Compares what the two nodes read beside the image, input by input, as float32 in the form that `a` has. */
export async function weightDifferences(
  engine: Engine,
  a: Side,
  b: Side,
  signal: AbortSignal,
): Promise<readonly WeightDifference[]> {
  const found: WeightDifference[] = [];
  const ofB = b.real.weights(b.layer);
  for (const [place, tensor] of a.real.weights(a.layer)) {
    const other = ofB.get(place);
    if (other !== undefined) {
      const isTurned = place === 1 && isTransposed(a.layer) !== isTransposed(b.layer);
      found.push(await difference(engine, { ...a, tensor }, { ...b, tensor: other, isTurned }, signal));
    }
  }
  return found;
}

/** Whether a matrix product reads its weights as [outputs, inputs]. */
function isTransposed({ node }: Layer): boolean {
  return intAttribute(node, 'transB') === 1;
}

interface Weight extends Side {
  readonly tensor: string;
  /** A matrix whose rows stand for the other's columns. */
  readonly isTurned?: boolean;
}

async function difference(
  engine: Engine,
  a: Weight,
  b: Weight,
  signal: AbortSignal,
): Promise<WeightDifference> {
  const [shape, otherShape] = [a, b].map(({ real, tensor, isTurned }) => {
    const own = real.network.shapes.staticShapeOf(tensor) ?? [];
    return isTurned === true ? own.toReversed() : own;
  }) as [readonly number[], readonly number[]];
  const parts = ({ real, tensor, isTurned }: Weight): AsyncGenerator<Float32Array> =>
    isTurned === true
      ? turnedMatrix(engine, real, tensor, signal)
      : weightParts(engine, real.network, tensor, { signal });
  let sums = NO_SUMS;
  if (spread(shape) === spread(otherShape)) {
    for await (const [x, y] of together(parts(a), parts(b))) {
      throwIfCancelled(signal);
      sums = addedSums(sums, sumsOf(x, y));
    }
    const norms = { norm: Math.sqrt(sums.xx), otherNorm: Math.sqrt(sums.yy) };
    return { a: a.tensor, b: b.tensor, shape, otherShape, ...norms, distance: distanceOf(sums) };
  }
  const [norm, otherNorm] = [await normOf(parts(a)), await normOf(parts(b))];
  return { a: a.tensor, b: b.tensor, shape, otherShape, norm, otherNorm, distance: undefined };
}

/** A shape but for axes of size 1. */
function spread(shape: readonly number[]): string {
  return shape.filter((size) => size !== 1).join('x');
}

async function* turnedMatrix(
  engine: Engine,
  { network }: RealNetwork,
  tensor: string,
  signal: AbortSignal,
): AsyncGenerator<Float32Array, void, undefined> {
  const { data, shape } = await readWeight(engine, network, tensor, { signal });
  const [rows = 1, columns = 1] = shape;
  for (let column = 0; column < columns; column++) {
    yield Float32Array.from({ length: rows }, (_, row) => data[row * columns + column] ?? 0);
  }
}

/** Pieces of two lists of one length that lie at the same places. */
async function* together(
  a: AsyncIterable<Float32Array>,
  b: AsyncIterable<Float32Array>,
): AsyncGenerator<readonly [Float32Array, Float32Array]> {
  const others = b[Symbol.asyncIterator]();
  let rest = new Float32Array();
  try {
    for await (const part of a) {
      for (let done = 0; done < part.length;) {
        if (rest.length === 0) {
          const next = await others.next();
          if (next.done === true) {
            throw new Error('the second list is shorter');
          }
          rest = next.value as Float32Array<ArrayBuffer>;
        }
        const length = Math.min(part.length - done, rest.length);
        yield [part.subarray(done, done + length), rest.subarray(0, length)];
        rest = rest.subarray(length);
        done += length;
      }
    }
  } finally {
    // It has not been told that nobody asks for more, and holds its file open.
    await others.return?.();
  }
}

function sumsOf(x: Float32Array, y: Float32Array): PairSums {
  let [xx, yy, xy, dd, largest] = [0, 0, 0, 0, 0];
  for (let at = 0; at < x.length; at++) {
    const [left, right] = [x[at] ?? 0, y[at] ?? 0];
    const apart = left - right;
    xx += left * left;
    yy += right * right;
    xy += left * right;
    dd += apart * apart;
    largest = Math.max(largest, Math.abs(apart));
  }
  return { xx, yy, xy, dd, largest };
}

async function normOf(parts: AsyncIterable<Float32Array>): Promise<number> {
  let sum = 0;
  for await (const part of parts) {
    sum = part.reduce((total, value) => total + value * value, sum);
  }
  return Math.sqrt(sum);
}
