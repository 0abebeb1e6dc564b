/** Is a part of a network linear? Measured by running it: T(cx + y) = c T(x) + T(y), but for the offset T(0). */

import type { Engine, RunOptions } from '../../engine.js';
import { toFloat32 } from '../../floats.js';
import type { Network } from '../../network/network.js';
import { deriveSegment } from '../../network/segment.js';
import { randomNumbers } from '../../random.js';
import { elementCount, floatTensor } from '../../tensor.js';
import type { FloatTensor } from '../../tensor.js';

/** A factor without special properties. */
const FACTOR = -1.7;

/**
 * How far the part between two tensors is from linear: the largest difference between T(cx + y) - T(0) and
 * c (T(x) - T(0)) + T(y) - T(0) over the largest of these values, for random x and y. Rounding gives about 1e-6.
 * Undefined where the shape of `from` is not known.
 */
export async function linearityError(
  engine: Engine,
  network: Network,
  from: string,
  to: string,
  options?: RunOptions,
): Promise<number | undefined> {
  const segment = deriveSegment(network, from, [to]);
  if (segment === undefined) {
    return undefined;
  }
  const { shape } = segment;
  const [x, y] = [noise(shape, 1), noise(shape, 2)];
  const sum = x.data.map((value, at) => FACTOR * value + (y.data[at] ?? 0));
  const zero = floatTensor(shape, new Float32Array(elementCount(shape)));
  const results = await engine.run(
    [x, y, floatTensor(shape, sum), zero].map((value) => ({
      model: segment.model,
      feeds: segment.feeds(value),
      fetch: [to],
    })),
    options,
  );
  const [tx, ty, tsum, offset] = results.map((result) => {
    const tensor = result[to];
    return tensor === undefined ? new Float32Array() : toFloat32(tensor, to).data;
  });
  const at = (values: Float32Array | undefined, place: number): number =>
    (values?.[place] ?? NaN) - (offset?.[place] ?? NaN);
  const whole = Float64Array.from({ length: tsum?.length ?? 0 }, (_, place) => at(tsum, place));
  const parts = whole.map((_, place) => FACTOR * at(tx, place) + at(ty, place));
  return largestDifference(parts, whole);
}

/** Largest absolute difference over the largest absolute value of the first; NaN where one is. */
export function largestDifference(
  expected: Float32Array | Float64Array,
  found: Float32Array | Float64Array,
): number {
  let [difference, largest] = [0, 0];
  for (const [place, value] of expected.entries()) {
    difference = Math.max(difference, Math.abs(value - (found[place] ?? NaN)));
    largest = Math.max(largest, Math.abs(value));
  }
  return difference === 0 ? 0 : difference / largest;
}

/** The same numbers every time, uniform between -1 and 1. */
export function noise(shape: readonly number[], seed: number): FloatTensor {
  const random = randomNumbers(seed);
  return floatTensor(
    shape,
    Float32Array.from({ length: elementCount(shape) }, () => random() * 2 - 1),
  );
}
