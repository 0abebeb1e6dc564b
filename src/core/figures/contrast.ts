/** How much of a range of values a picture shows: a few extremes must not turn everything else grey. */

/** Of absolute values; what is larger is shown at full contrast. */
export const CONTRAST_PERCENTILE = 99.5;

export interface Contrast {
  /** The absolute value at full contrast; 0 where all values are. */
  readonly limit: number;
  /** Share of the values beyond it, 0 to 1. */
  readonly clipped: number;
}

/**
 * The contrast at which `percentile` percent of the finite absolute values are told apart: the value of that rank, or
 * the largest where that is zero, as for a signal in few places.
 * @param percentile above 0, at most 100; at 100 nothing is clipped
 */
export function contrastOf(values: Float32Array, percentile = CONTRAST_PERCENTILE): Contrast {
  const ascending = values.filter(Number.isFinite).map(Math.abs).sort();
  const ranked = rankOf(ascending, percentile);
  const limit = ranked > 0 ? ranked : (ascending.at(-1) ?? 0);
  const beyond = ascending.reduce((count, value) => count + (value > limit ? 1 : 0), 0);
  return { limit, clipped: ascending.length === 0 ? 0 : beyond / ascending.length };
}

/** The range between two percentiles of the finite values; all of it where they are equal. */
export function rangeWithin(
  values: Float32Array,
  percentile = CONTRAST_PERCENTILE,
): { readonly min: number; readonly max: number } {
  const ascending = values.filter(Number.isFinite).sort();
  const [min, max] = [rankOf(ascending, 100 - percentile), rankOf(ascending, percentile)];
  return min < max ? { min, max } : { min: ascending[0] ?? 0, max: ascending.at(-1) ?? 0 };
}

/** Nearest rank. */
function rankOf(ascending: Float32Array, percentile: number): number {
  return ascending[Math.max(0, Math.ceil((percentile / 100) * ascending.length) - 1)] ?? 0;
}
