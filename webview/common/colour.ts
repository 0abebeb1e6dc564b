/** Numbers as colours. */

import { rgb } from 'd3-color';
import { interpolateInferno, interpolateViridis } from 'd3-scale-chromatic';

/** 256 RGB triples. */
export type ColourMap = Uint8Array;

export interface Range {
  readonly min: number;
  readonly max: number;
}

function sampled(interpolate: (t: number) => string): ColourMap {
  const colours = Array.from({ length: 256 }, (_, index) => rgb(interpolate(index / 255)));
  return Uint8Array.from(colours.flatMap(({ r, g, b }) => [r, g, b]));
}

/** Feature maps: dark is little, yellow is much. */
export const VIRIDIS = sampled(interpolateViridis);
/** Strength on photos. */
export const INFERNO = sampled(interpolateInferno);
/** Weights: zero is mid-grey. */
export const GREY: ColourMap = Uint8Array.from({ length: 256 * 3 }, (_, at) => Math.floor(at / 3));

/** Smallest and largest finite value; 0 and 0 where there is none. */
export function rangeOf(values: Float32Array): Range {
  let [min, max] = [Infinity, -Infinity];
  for (const value of values) {
    if (Number.isFinite(value)) {
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
  }
  return min <= max ? { min, max } : { min: 0, max: 0 };
}

/** The range about zero that holds all finite values; any about zero where all are zero. */
export function symmetricRange(values: Float32Array): Range {
  const { min, max } = rangeOf(values);
  const most = Math.max(Math.abs(min), Math.abs(max)) || 1;
  return { min: -most, max: most };
}

/**
 * Writes the colour of `value` between `min` and `max` as pixel number `pixel`; what is not finite is magenta,
 * which no map contains.
 */
export function writeColour(
  rgba: Uint8ClampedArray,
  pixel: number,
  map: ColourMap,
  value: number,
  { min, max }: Range,
): void {
  const at = pixel * 4;
  if (!Number.isFinite(value)) {
    rgba.set([255, 0, 255, 255], at);
    return;
  }
  const share = max > min ? (value - min) / (max - min) : 0;
  const index = Math.max(0, Math.min(255, Math.round(share * 255))) * 3;
  rgba[at] = map[index] ?? 0;
  rgba[at + 1] = map[index + 1] ?? 0;
  rgba[at + 2] = map[index + 2] ?? 0;
  rgba[at + 3] = 255;
}
