/** Photos in another light, as networks are trained on them: Krizhevsky et al. 2012, section 4.1. */

import type { RgbImage } from '../imaging/image.js';
import { normalPair, randomNumbers } from '../random.js';

/** What is added to red, green and blue of every pixel of a photo, in levels of 0 to 255. */
export type Light = readonly [number, number, number];

/**
 * The means of r, g, b, rr, rg, rb, gg, gb, bb over pixels, of levels from 0 to 1. Those of several photos are averaged
 * number by number, each photo counting the same, as in the paper, whose photos all have one size.
 */
export type ColourMoments = readonly number[];

export function colourMoments({ width, height, data }: RgbImage): ColourMoments {
  const sums = new Float64Array(9);
  for (let at = 0; at < 3 * width * height; at += 3) {
    const [red = 0, green = 0, blue = 0] = [data[at], data[at + 1], data[at + 2]];
    // Whole numbers, so that nothing is rounded before the end.
    sums[0] = (sums[0] ?? 0) + red;
    sums[1] = (sums[1] ?? 0) + green;
    sums[2] = (sums[2] ?? 0) + blue;
    sums[3] = (sums[3] ?? 0) + red * red;
    sums[4] = (sums[4] ?? 0) + red * green;
    sums[5] = (sums[5] ?? 0) + red * blue;
    sums[6] = (sums[6] ?? 0) + green * green;
    sums[7] = (sums[7] ?? 0) + green * blue;
    sums[8] = (sums[8] ?? 0) + blue * blue;
  }
  return Array.from(sums, (sum, index) => sum / (width * height) / (index < 3 ? 255 : 255 ** 2));
}

/** The principal components of colours, those of the largest eigenvalue first. */
export interface PrincipalColours {
  /** Eigenvalues of the covariance of red, green and blue, of levels from 0 to 1. */
  readonly values: readonly number[];
  /** For each its eigenvector in red, green and blue: of length 1, its largest component positive. */
  readonly vectors: readonly (readonly number[])[];
}

/** @param moments of all pixels */
export function principalColours(moments: ColourMoments): PrincipalColours {
  const [r = 0, g = 0, b = 0, rr = 0, rg = 0, rb = 0, gg = 0, gb = 0, bb = 0] = moments;
  const { values, vectors } = symmetricEigen([
    [rr - r * r, rg - r * g, rb - r * b],
    [rg - r * g, gg - g * g, gb - g * b],
    [rb - r * b, gb - g * b, bb - b * b],
  ]);
  const order = [0, 1, 2].sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0));
  return {
    // What is zero but for rounding is no negative variance.
    values: order.map((each) => Math.max(0, values[each] ?? 0)),
    vectors: order.map((each) => withSign(vectors.map((row) => row[each] ?? 0))),
  };
}

function withSign(vector: readonly number[]): readonly number[] {
  const largest = vector.reduce((most, each) => (Math.abs(each) > Math.abs(most) ? each : most), 0);
  return vector.map((each) => (largest < 0 ? -each : each));
}

/** Rotations until nothing is left beside the diagonal (Jacobi 1846); columns of `vectors` are the eigenvectors. */
function symmetricEigen(symmetric: readonly (readonly number[])[]): {
  values: readonly number[];
  vectors: readonly (readonly number[])[];
} {
  const matrix = symmetric.map((row) => [...row]);
  const vectors = matrix.map((row, y) => row.map((_, x) => (x === y ? 1 : 0)));
  const at = (y: number, x: number): number => matrix[y]?.[x] ?? 0;
  const rotate = (rows: number[][], a: number, b: number, cos: number, sin: number): void => {
    for (const row of rows) {
      const [first, second] = [row[a] ?? 0, row[b] ?? 0];
      row[a] = cos * first - sin * second;
      row[b] = sin * first + cos * second;
    }
  };
  const pairs = [
    [0, 1],
    [0, 2],
    [1, 2],
  ] as const;
  // It converges quadratically: three by three takes some five rounds.
  for (let round = 0; round < 30 && pairs.some(([y, x]) => at(y, x) !== 0); round++) {
    for (const [y, x] of pairs) {
      if (at(y, x) !== 0) {
        const angle = Math.atan2(2 * at(y, x), at(x, x) - at(y, y)) / 2;
        const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
        rotate(matrix, y, x, cos, sin);
        const [first, second] = [matrix[y] ?? [], matrix[x] ?? []];
        const columns = first.map((value, column) => [value, second[column] ?? 0]);
        rotate(columns, 0, 1, cos, sin);
        columns.forEach(([up = 0, down = 0], column) => {
          first[column] = up;
          second[column] = down;
        });
        first[x] = 0;
        second[y] = 0;
        rotate(vectors, y, x, cos, sin);
      }
    }
  }
  return { values: matrix.map((row, index) => row[index] ?? 0), vectors };
}

/** Deviation of the multiples of the principal components, as in the paper. */
const DEVIATION = 0.1;
/** Numbers drawn for a photo: two pairs of normal ones, of which three are taken. */
const DRAWS = 4;

/**
 * The light of a photo: to each pixel p1 a1 l1 + p2 a2 l2 + p3 a3 l3 is added, p being the eigenvectors, l the eigenvalues,
 * and a drawn from N(0, 0.1) once for the photo.
 * @param photo its number in the set: it has the same light whichever other photos are asked for
 */
export function lightOf({ values, vectors }: PrincipalColours, photo: number, seed: number): Light {
  const random = randomNumbers(seed, DRAWS * photo);
  const normal = [...normalPair(random), ...normalPair(random)];
  const share = (channel: number): number =>
    values.reduce(
      (sum, value, each) => sum + DEVIATION * (normal[each] ?? 0) * value * (vectors[each]?.[channel] ?? 0),
      0,
    );
  return [255 * share(0), 255 * share(1), 255 * share(2)];
}
