/** What a sweep says so far. */

import type { OcclusionView } from '../../../src/protocol/panels/occlusion.js';
import { rangeOf, writeColour } from '../../common/colour.js';
import type { ColourMap, Range } from '../../common/colour.js';

/**
 * The colour of every position; one that is not computed yet has that of the position that stands in for it, or
 * none where nothing does.
 */
export function cellColours(
  values: Float32Array,
  nearest: Int32Array,
  map: ColourMap,
  range: Range,
): (string | undefined)[] {
  const rgba = new Uint8ClampedArray(4);
  return Array.from(nearest, (at) => {
    if (at < 0) {
      return undefined;
    }
    writeColour(rgba, 0, map, values[at] ?? NaN, range);
    return `rgb(${rgba[0]} ${rgba[1]} ${rgba[2]})`;
  });
}

/** From nothing to the most there is, so that small differences do not look large. */
export function rangeFromZero(values: Float32Array, baseline: number): Range {
  const { min, max } = rangeOf(values);
  return { min: Math.min(0, min), max: Math.max(0, max, Number.isFinite(baseline) ? baseline : 0) };
}

/** The computed position where covering the photo takes most of the class away; undefined where none is computed. */
export function worst({ probability }: Pick<OcclusionView, 'probability'>): number | undefined {
  let found: number | undefined;
  let least = Infinity;
  for (const [position, value] of probability.entries()) {
    if (value < least) {
      [found, least] = [position, value];
    }
  }
  return found;
}
