/** Where the signal of a projection starts. */

import { UserError } from '../errors.js';
import { floatTensor } from '../tensor.js';
import type { FloatTensor } from '../tensor.js';

/**
 * The units whose activation is projected.
 * - `unit`: one unit; a layer without spatial axes, [N, K], has its units at (0, 0).
 * - `strongest`: the unit with the largest activation of the layer.
 * - `strongestOfMap`: the same within one feature map, the choice of Zeiler & Fergus 2013.
 * - `map`: all units of a feature map.
 */
export type Target =
  | { readonly kind: 'unit'; readonly channel: number; readonly y: number; readonly x: number }
  | { readonly kind: 'strongest' }
  | { readonly kind: 'strongestOfMap'; readonly channel: number }
  | { readonly kind: 'map'; readonly channel: number };

export interface Unit {
  readonly channel: number;
  readonly y: number;
  readonly x: number;
}

export interface Seed {
  /** The layer's activation at the chosen units, zero elsewhere; of the layer's shape. */
  readonly signal: () => FloatTensor;
  /** The chosen unit, or the strongest one of the chosen map. */
  readonly unit: Unit;
  /** The layer's value at `unit`. */
  readonly activation: number;
  /** The first and the last unit that carry the signal: corners of a map, else `unit` twice. */
  readonly corners: readonly [Unit, Unit];
}

/**
 * The signal that starts at `target`, in the first image of the batch.
 * @param value the layer's output: [N, K], [N, C, W] or [N, C, H, W]
 * @throws UserError for another rank, and for a unit that the layer does not have
 */
export function seedSignal(value: FloatTensor, target: Target): Seed {
  const { shape, data } = value;
  const [channels = 0, height, width] = mapsOf(shape);
  const size = height * width;
  const [first, end] = rangeOf(target, channels, height, width);

  const strongest = strongestIn(data, first, end);
  const carried: readonly [number, number] =
    target.kind === 'map' ? [first, end] : [strongest, strongest + 1];
  const unitAt = (position: number): Unit => ({
    channel: Math.floor(position / size),
    y: Math.floor((position % size) / width),
    x: position % width,
  });
  return {
    signal: () => {
      const signal = new Float32Array(data.length);
      signal.set(data.subarray(...carried), carried[0]);
      return floatTensor(shape, signal);
    },
    unit: unitAt(strongest),
    activation: data[strongest] ?? 0,
    corners: [unitAt(carried[0]), unitAt(carried[1] - 1)],
  };
}

/** Number of maps and their height and width. */
function mapsOf(shape: readonly number[]): readonly [number, number, number] {
  const [, channels = 0, ...sizes] = shape;
  if (shape.length < 2 || shape.length > 4 || shape.includes(0)) {
    throw new UserError(
      `the layer's output [${shape.join(', ')}] has no feature maps [N, C, H, W] or classes [N, K] to project; choose another layer`,
    );
  }
  const [height = 1, width = 1] = sizes.length === 1 ? [1, ...sizes] : sizes;
  return [channels, height, width];
}

/** First element, and the element behind the last, of those to choose from. */
function rangeOf(target: Target, channels: number, height: number, width: number): readonly [number, number] {
  const size = height * width;
  if (target.kind === 'strongest') {
    return [0, channels * size];
  }
  if (!isBelow(target.channel, channels)) {
    throw new UserError(`there is no map ${target.channel}: the layer has maps 0 to ${channels - 1}`);
  }
  const start = target.channel * size;
  if (target.kind !== 'unit') {
    return [start, start + size];
  }
  if (!isBelow(target.y, height) || !isBelow(target.x, width)) {
    throw new UserError(
      `there is no unit (${target.y}, ${target.x}): the layer's maps have ${height} rows and ${width} columns`,
    );
  }
  const position = start + target.y * width + target.x;
  return [position, position + 1];
}

const isBelow = (index: number, count: number): boolean =>
  Number.isInteger(index) && index >= 0 && index < count;

/** The first of the largest values from `first` on; NaN is never larger. */
function strongestIn(data: Float32Array, first: number, end: number): number {
  let strongest = first;
  for (let position = first + 1; position < end; position++) {
    const value = data[position] ?? NaN;
    const best = data[strongest] ?? NaN;
    if (value > best || (Number.isNaN(best) && !Number.isNaN(value))) {
      strongest = position;
    }
  }
  return strongest;
}
