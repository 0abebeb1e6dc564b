/** What the values of a tensor are like, taken together. */

export interface MapStatistics {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly standardDeviation: number;
  /** Share of exact zeros, 0 to 1. */
  readonly zeros: number;
}

export interface Histogram {
  /** Edges of the bins, one more than counts. */
  readonly edges: Float32Array;
  readonly counts: Uint32Array;
}

const BINS = 64;

/** Statistics of the finite values; NaN where there are none. */
export function statistics(values: Float32Array): MapStatistics {
  let [min, max, sum, squares, zeros, count] = [Infinity, -Infinity, 0, 0, 0, 0];
  for (const value of values) {
    if (Number.isFinite(value)) {
      min = Math.min(min, value);
      max = Math.max(max, value);
      sum += value;
      squares += value * value;
      zeros += value === 0 ? 1 : 0;
      count++;
    }
  }
  if (count === 0) {
    return { min: NaN, max: NaN, mean: NaN, standardDeviation: NaN, zeros: 0 };
  }
  const mean = sum / count;
  return {
    min,
    max,
    mean,
    standardDeviation: Math.sqrt(Math.max(0, squares / count - mean * mean)),
    zeros: zeros / values.length,
  };
}

/** The finite values in bins of equal width between the smallest and the largest. */
export function histogram(values: Float32Array, { min, max }: Pick<MapStatistics, 'min' | 'max'>): Histogram {
  const counts = new Uint32Array(BINS);
  const span = max > min ? max - min : 1;
  for (const value of values) {
    if (Number.isFinite(value)) {
      const bin = Math.min(BINS - 1, Math.floor(((value - min) / span) * BINS));
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
  }
  return { edges: Float32Array.from({ length: BINS + 1 }, (_, edge) => min + (span * edge) / BINS), counts };
}
