/** Where the signal of a projection starts. */

import { UserError } from '../errors.js';

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

/** What is known of a layer's activations: enough to find its strongest units. */
export interface Activations {
  /** Of the layer's output: [N, K], [N, C, W] or [N, C, H, W]. */
  readonly shape: readonly number[];
  /** The largest value of each map; NaN only where there is nothing else. */
  readonly largest: ArrayLike<number>;
  /** Where it is, counted row by row: the first of equal ones. */
  readonly places: ArrayLike<number | bigint>;
  /** All values of the maps that `mapsNeeded` names. */
  readonly maps: ReadonlyMap<number, Float32Array>;
}

export interface Seed {
  /** Of the layer's output. */
  readonly shape: readonly number[];
  /** The activations that the signal starts with; it is zero elsewhere. */
  readonly carried: Float32Array;
  /** Place of the first of them among the layer's values in the order of C, Y, X; the others follow it. */
  readonly first: number;
  /** The chosen unit, or the strongest one of the chosen map. */
  readonly unit: Unit;
  /** The layer's value at `unit`. */
  readonly activation: number;
  /** The first and the last unit that carry the signal: corners of a map, else `unit` twice. */
  readonly corners: readonly [Unit, Unit];
}

/**
 * The maps whose values targets ask for, beside the largest one of each map.
 * @throws UserError for another rank, and for a unit that the layer does not have
 */
export function mapsNeeded(shape: readonly number[], targets: readonly Target[]): readonly number[] {
  const [channels, height, width] = mapsOf(shape);
  const needed = new Set<number>();
  for (const target of targets) {
    check(target, channels, height, width);
    if (target.kind === 'unit' || target.kind === 'map') {
      needed.add(target.channel);
    }
  }
  return [...needed];
}

/** The signal that starts at `target`, in the first image of the batch. @throws UserError as `mapsNeeded` does */
export function seedAt({ shape, largest, places, maps }: Activations, target: Target): Seed {
  const [channels, height, width] = mapsOf(shape);
  check(target, channels, height, width);
  const channel = target.kind === 'strongest' ? strongestOf(largest) : target.channel;
  const place = target.kind === 'unit' ? target.y * width + target.x : Number(places[channel]);
  const size = height * width;
  const map = maps.get(channel);
  const activation = target.kind === 'unit' ? map?.[place] : largest[channel];
  const isMap = target.kind === 'map';
  const carried = isMap ? map : Float32Array.of(activation ?? NaN);
  if (activation === undefined || carried === undefined) {
    throw new Error(`the values of map ${channel} are missing`);
  }
  const unitAt = (position: number): Unit => ({
    channel,
    y: Math.floor(position / width),
    x: position % width,
  });
  return {
    shape,
    carried,
    first: channel * size + (isMap ? 0 : place),
    unit: unitAt(place),
    activation,
    corners: isMap ? [unitAt(0), unitAt(size - 1)] : [unitAt(place), unitAt(place)],
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

function check(target: Target, channels: number, height: number, width: number): void {
  if (target.kind !== 'strongest' && !isBelow(target.channel, channels)) {
    throw new UserError(`there is no map ${target.channel}: the layer has maps 0 to ${channels - 1}`);
  }
  if (target.kind === 'unit' && (!isBelow(target.y, height) || !isBelow(target.x, width))) {
    throw new UserError(
      `there is no unit (${target.y}, ${target.x}): the layer's maps have ${height} rows and ${width} columns`,
    );
  }
}

const isBelow = (index: number, count: number): boolean =>
  Number.isInteger(index) && index >= 0 && index < count;

/** The first of the largest values; NaN is never larger. */
function strongestOf(values: ArrayLike<number>): number {
  let strongest = 0;
  for (let position = 1; position < values.length; position++) {
    const value = values[position] ?? NaN;
    const best = values[strongest] ?? NaN;
    if (value > best || (Number.isNaN(best) && !Number.isNaN(value))) {
      strongest = position;
    }
  }
  return strongest;
}
