/** How far two lists of numbers are apart, from sums that can be added up over parts and photos. */

/** Of x and y, number by number; float64. */
export interface PairSums {
  /** Of x², y², xy and (x - y)². */
  readonly xx: number;
  readonly yy: number;
  readonly xy: number;
  readonly dd: number;
  /** The largest |x - y|. */
  readonly largest: number;
}

export const NO_SUMS: PairSums = { xx: 0, yy: 0, xy: 0, dd: 0, largest: 0 };

export function addedSums(a: PairSums, b: PairSums): PairSums {
  return {
    xx: a.xx + b.xx,
    yy: a.yy + b.yy,
    xy: a.xy + b.xy,
    dd: a.dd + b.dd,
    // NaN stays: what is not finite is no small difference.
    largest: Math.max(a.largest, b.largest),
  };
}

export interface Distance {
  /** |x - y| / |x|, 0 for equal ones; Infinity where x is zero alone. */
  readonly relativeError: number;
  /** 1 for lists of one direction, and for two of zeros. */
  readonly cosine: number;
  /** Signal-to-noise ratio in dB: 20 log10(|x| / |x - y|); Infinity for equal ones. */
  readonly snr: number;
  readonly largest: number;
}

export function distanceOf({ xx, yy, xy, dd, largest }: PairSums): Distance {
  const isEqual = dd === 0;
  return {
    relativeError: isEqual ? 0 : Math.sqrt(dd / xx),
    cosine: isEqual ? 1 : xx * yy === 0 ? 0 : xy / Math.sqrt(xx * yy),
    snr: isEqual ? Infinity : 10 * Math.log10(xx / dd),
    largest,
  };
}
