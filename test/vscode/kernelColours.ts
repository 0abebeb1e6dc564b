/** The colours that a kernel should be drawn in. */

/** Rows and columns to look at. */
const PLACES = [
  [0, 0],
  [3, 3],
  [6, 2],
] as const;
const SIDE = 7;

/**
 * Some places of a kernel of three input channels, 7×7, as shares of its width and height, with the colour there:
 * [red, green, blue], zero as mid-grey and the weight of largest magnitude as black or white.
 */
export function coloursIn(kernel: Float32Array): { x: number; y: number; colour: number[] }[] {
  const largest = Math.max(...kernel.map(Math.abs));
  return PLACES.map(([row, column]) => ({
    x: (column + 0.5) / SIDE,
    y: (row + 0.5) / SIDE,
    colour: [0, 1, 2].map((channel) =>
      Math.round((((kernel[(channel * SIDE + row) * SIDE + column] ?? NaN) / largest + 1) / 2) * 255),
    ),
  }));
}
