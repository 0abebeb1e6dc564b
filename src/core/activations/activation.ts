/** What an activation function is: formula, derivative, properties, and the ONNX nodes that compute it. */

import type { NodeSketch } from './nodes.js';

/** A number that shapes a function, with the range that is worth looking at. */
export interface Parameter {
  /** Greek letter of the formula. */
  readonly symbol: string;
  readonly initial: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

/** Values of the parameters in their order. */
export type ParameterValues = readonly number[];

export interface ActivationProperties {
  /** In mathematical notation: `[0, ∞)`. */
  readonly range: string;
  readonly monotone: boolean;
  /** True where outputs for standard normal inputs are zero on the average. */
  readonly zeroCentred: boolean;
  /** Where the derivative goes to zero far from the origin. */
  readonly saturates: 'never' | 'left' | 'right' | 'both';
  /** What one value costs to compute. */
  readonly cost: string;
}

export interface ActivationFunction {
  /** Stable name: `leakyRelu`. */
  readonly id: string;
  readonly name: string;
  /** Right-hand side of f(x) =, in plain Unicode. */
  readonly formula: string;
  /** Right-hand side of f′(x) =; at a kink it is what PyTorch takes. */
  readonly derivative: string;
  /** Who proposed it. */
  readonly source: string;
  readonly parameters: readonly Parameter[];
  value(x: number, parameters: ParameterValues): number;
  slope(x: number, parameters: ParameterValues): number;
  properties(parameters: ParameterValues): ActivationProperties;
  /** ONNX nodes from `x` to `y`. */
  nodes(parameters: ParameterValues): readonly NodeSketch[];
}

/** The parameters of a function as it is usually met. */
export function initialParameters({ parameters }: ActivationFunction): ParameterValues {
  return parameters.map(({ initial }) => initial);
}

/** Share of the largest derivative below which the derivative nearly vanishes. */
export const NEARLY_VANISHED = 0.05;

/** Where the largest derivative is looked for. */
const WIDEST = 20;
const STEPS = 4000;

/** The largest absolute derivative, found on a fine grid. */
export function largestSlope(activation: ActivationFunction, parameters: ParameterValues): number {
  let largest = 0;
  for (let step = 0; step <= STEPS; step++) {
    const x = -WIDEST + (2 * WIDEST * step) / STEPS;
    largest = Math.max(largest, Math.abs(activation.slope(x, parameters)));
  }
  return largest;
}

export const sigmoid = (x: number): number =>
  x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));

/** ln(1 + e^x) without overflow. */
export const softplusOf = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
