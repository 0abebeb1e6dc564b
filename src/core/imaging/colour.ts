/** Numbers as colours. */

import { rgb } from 'd3-color';
import { interpolateInferno, interpolateRdBu, interpolateViridis } from 'd3-scale-chromatic';

/** 256 RGB triples. */
export type ColourMap = Uint8Array;

function sampled(interpolate: (t: number) => string): ColourMap {
  return Uint8Array.from(
    Array.from({ length: 256 }, (_, index) => {
      const { r, g, b } = rgb(interpolate(index / 255));
      return [r, g, b];
    }).flat(),
  );
}

/** Feature maps: dark is little, yellow is much. */
export const VIRIDIS: ColourMap = sampled(interpolateViridis);
/** Strength on photos. */
export const INFERNO: ColourMap = sampled(interpolateInferno);
/** Signed values: blue below zero, red above. */
export const RED_BLUE: ColourMap = sampled((t) => interpolateRdBu(1 - t));

/** Colour of `value` between `min` and `max`; what is not finite is magenta, which no map contains. */
export function colourOf(
  map: ColourMap,
  value: number,
  min: number,
  max: number,
): readonly [number, number, number] {
  if (!Number.isFinite(value)) {
    return [255, 0, 255];
  }
  const share = max > min ? (value - min) / (max - min) : 0;
  const index = Math.max(0, Math.min(255, Math.round(share * 255))) * 3;
  return [map[index] ?? 0, map[index + 1] ?? 0, map[index + 2] ?? 0];
}
