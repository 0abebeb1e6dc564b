/** Eigenvalues and eigenvectors of small symmetric matrices. */

export interface EigenPair {
  readonly value: number;
  /** Of length 1. */
  readonly vector: Float64Array;
}

/** More have never been needed: what is off the diagonal shrinks quadratically. */
const MOST_SWEEPS = 50;

/**
 * By Jacobi's rotations, row by row (Golub & Van Loan, Matrix Computations, section 8.5).
 * @param matrix rows of a symmetric matrix, which are overwritten
 * @returns all pairs, the largest value first
 */
export function symmetricEigen(matrix: readonly Float64Array[]): readonly EigenPair[] {
  const size = matrix.length;
  const vectors = matrix.map((_, row) => Float64Array.from({ length: size }, (__, at) => Number(at === row)));
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let isDiagonal = true;
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) {
        isDiagonal = !rotate(matrix, vectors, p, q) && isDiagonal;
      }
    }
    if (isDiagonal) {
      break;
    }
  }
  return matrix
    .map((row, at) => ({ value: row[at] ?? 0, vector: vectors[at] ?? new Float64Array(size) }))
    .sort((a, b) => b.value - a.value);
}

/** Makes the entry at (p, q) zero. @param vectors eigenvectors as rows @returns false where it is nothing beside the diagonal */
function rotate(
  matrix: readonly Float64Array[],
  vectors: readonly Float64Array[],
  p: number,
  q: number,
): boolean {
  const [rowP, rowQ] = [matrix[p], matrix[q]];
  if (rowP === undefined || rowQ === undefined) {
    return false;
  }
  const [pp = 0, qq = 0, pq = 0] = [rowP[p], rowQ[q], rowP[q]];
  if (Math.abs(pq) <= Number.EPSILON * Math.sqrt(Math.abs(pp * qq)) || pq === 0) {
    return false;
  }
  const ratio = (qq - pp) / (2 * pq);
  const tangent = (ratio < 0 ? -1 : 1) / (Math.abs(ratio) + Math.sqrt(1 + ratio * ratio));
  const cosine = 1 / Math.sqrt(1 + tangent * tangent);
  const sine = tangent * cosine;
  for (const row of matrix) {
    turn(row, p, row, q, cosine, sine);
  }
  for (let at = 0; at < matrix.length; at++) {
    turn(rowP, at, rowQ, at, cosine, sine);
    turn(vectors[p] ?? rowP, at, vectors[q] ?? rowQ, at, cosine, sine);
  }
  return true;
}

function turn(
  first: Float64Array,
  p: number,
  second: Float64Array,
  q: number,
  cosine: number,
  sine: number,
): void {
  const [a = 0, b = 0] = [first[p], second[q]];
  first[p] = cosine * a - sine * b;
  second[q] = sine * a + cosine * b;
}
