/**
 * Linear centred kernel alignment of two layers (Kornblith et al. 2019) from small groups of photos, by the unbiased estimator of
 * HSIC of each group (Nguyen et al. 2021): it needs no memory for earlier photos.
 */

/** Products of features, photo by photo, of one group: x xᵀ of the first layer and y yᵀ of the second, [n, n], row by row. */
export interface Grams {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** Sums of HSIC over groups. */
export interface AlignmentSums {
  readonly xx: number;
  readonly yy: number;
  readonly xy: number;
}

export const NO_ALIGNMENT: AlignmentSums = { xx: 0, yy: 0, xy: 0 };

/** The estimator needs as many. */
export const FEWEST_PHOTOS = 4;

/** @throws RangeError for fewer photos than the estimator needs */
export function addedAlignment(before: AlignmentSums, { x, y }: Grams): AlignmentSums {
  return {
    xx: before.xx + independence(x, x),
    yy: before.yy + independence(y, y),
    xy: before.xy + independence(x, y),
  };
}

/** 1 for features that are equal but for rotation and scale; undefined where a layer is the same for all photos. */
export function alignmentOf({ xx, yy, xy }: AlignmentSums): number | undefined {
  return xx === 0 || yy === 0 ? undefined : xy / Math.sqrt(xx * yy);
}

/** HSIC₁ of Song et al. 2012, equation 5, of two Gram matrices. */
function independence(k: Float64Array, l: Float64Array): number {
  const n = Math.sqrt(k.length);
  if (n < FEWEST_PHOTOS || l.length !== k.length) {
    throw new RangeError(`${k.length} products are too few`);
  }
  let [trace, sumK, sumL, sumKL] = [0, 0, 0, 0];
  for (let row = 0; row < n; row++) {
    let [rowK, rowL] = [0, 0];
    for (let column = 0; column < n; column++) {
      if (column !== row) {
        const [ofK, ofL] = [k[row * n + column] ?? NaN, l[row * n + column] ?? NaN];
        trace += ofK * ofL;
        rowK += ofK;
        rowL += ofL;
      }
    }
    sumK += rowK;
    sumL += rowL;
    sumKL += rowK * rowL;
  }
  return (trace + (sumK * sumL) / ((n - 1) * (n - 2)) - (2 * sumKL) / (n - 2)) / (n * (n - 3));
}
