/** What is left of a gradient behind a stack of layers with one activation function? Computed by backpropagation. */

import { randomNumbers } from '../random.js';
import type { ActivationFunction, ParameterValues } from './activation.js';

export interface StackOptions {
  readonly depth: number;
  /**
   * Standard deviation of the weights times the root of the width: 1 is Glorot & Bengio's initialisation (2010), the
   * root of 2 that of He et al. (2015).
   */
  readonly gain: number;
  readonly width?: number;
  readonly trials?: number;
}

const WIDTH = 128;
const TRIALS = 3;

/**
 * The gradient's root mean square after 0, 1, ... `depth` layers, as a multiple of what came in. The layers are fully
 * connected with random weights; their input is standard normal. The same numbers every time.
 */
export function gradientDecay(
  activation: ActivationFunction,
  parameters: ParameterValues,
  { depth, gain, width = WIDTH, trials = TRIALS }: StackOptions,
): Float64Array {
  const squares = new Float64Array(depth + 1);
  for (let trial = 0; trial < trials; trial++) {
    const normal = normalNumbers(trial + 1);
    const layers: { weights: Float64Array; slopes: Float64Array }[] = [];
    let values = Float64Array.from({ length: width }, normal);
    for (let layer = 0; layer < depth; layer++) {
      const weights = Float64Array.from(
        { length: width * width },
        () => (normal() * gain) / Math.sqrt(width),
      );
      const sums = new Float64Array(width);
      for (let row = 0; row < width; row++) {
        let sum = 0;
        for (let column = 0; column < width; column++) {
          sum += (weights[row * width + column] ?? 0) * (values[column] ?? 0);
        }
        sums[row] = sum;
      }
      layers.push({ weights, slopes: sums.map((sum) => activation.slope(sum, parameters)) });
      values = sums.map((sum) => activation.value(sum, parameters));
    }
    let gradient = Float64Array.from({ length: width }, normal);
    const start = meanSquare(gradient);
    squares[0] = (squares[0] ?? 0) + 1 / trials;
    for (const [step, { weights, slopes }] of layers.reverse().entries()) {
      const next = new Float64Array(width);
      for (let row = 0; row < width; row++) {
        const signal = (gradient[row] ?? 0) * (slopes[row] ?? 0);
        for (let column = 0; signal !== 0 && column < width; column++) {
          next[column] = (next[column] ?? 0) + (weights[row * width + column] ?? 0) * signal;
        }
      }
      gradient = next;
      squares[step + 1] = (squares[step + 1] ?? 0) + meanSquare(gradient) / start / trials;
    }
  }
  return squares.map(Math.sqrt);
}

function meanSquare(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value * value, 0) / values.length;
}

/** Standard normal numbers (Box & Muller 1958), the same for the same seed. */
function normalNumbers(seed: number): () => number {
  const random = randomNumbers(seed);
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
