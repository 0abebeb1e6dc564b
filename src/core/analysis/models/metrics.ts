/** Numbers of a comparison that can be bound, each the larger the worse. */

import { accuraciesOf, isFlipped } from './agreement.js';
import { largestWeightError } from './comparison.js';
import type { Comparison } from './comparison.js';

/** Undefined where nothing was compared that tells it. */
type Metric = (found: Comparison) => number | undefined;

export const METRICS = {
  /** The largest relative error of a layer's weights. */
  weights: ({ layers }) => largestOf(layers.map(({ weights }) => largestWeightError(weights))),
  /** The largest relative error of a layer's activations. */
  activations: ({ layers }) => largestOf(layers.map(({ activations }) => activations?.relativeError)),
  /** 1 less the smallest linear CKA of a layer. */
  cka: ({ layers }) => largestOf(layers.map(({ cka }) => (cka === undefined ? undefined : 1 - cka))),
  /** The largest difference of a class's probability. */
  probability: ({ photos }) => largestOf(photos.map(({ largest }) => largest)),
  /** Photos that get another class. */
  flips: ({ photos }) => (photos.length === 0 ? undefined : photos.filter(isFlipped).length),
  /** What B loses of the share of photos that A is right about. */
  accuracy: ({ photos }) => {
    const found = accuraciesOf(photos);
    return found && found.a - found.b;
  },
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof METRICS;

export interface Bound {
  readonly metric: MetricName;
  readonly value: number;
}

/** Which bounds a comparison is over, and by what: one line each. What cannot be told is over every bound. */
export function overBounds(found: Comparison, bounds: readonly Bound[]): readonly string[] {
  return bounds.flatMap(({ metric, value }) => {
    const reached = METRICS[metric](found);
    if (reached === undefined) {
      return [`${metric} cannot be told: ${WANTING[metric]}`];
    }
    return reached <= value ? [] : [`${metric} ${shortNumber(reached)} over ${value}`];
  });
}

const WANTING: Readonly<Record<MetricName, string>> = {
  weights: 'no layers stand for each other that have weights of one shape',
  activations: 'give photos; outputs of layers that stand for each other have to be of one size',
  cka: 'give at least 4 photos; outputs of layers that stand for each other have to be of one size',
  probability: 'give photos; both have to classify into as many classes',
  flips: 'give photos; both have to classify into as many classes',
  accuracy: 'give photos whose labels are classes of both models',
};

/** Three digits. */
export function shortNumber(value: number): string {
  return value === 0 ? '0' : value.toPrecision(3);
}

/** NaN where one is: no bound holds then. */
function largestOf(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}
