/** Class scores of a network as probabilities. */

import { UserError } from '../../errors.js';
import type { Network } from '../../network/network.js';
import type { Scores } from '../../network/scores.js';

/** @throws UserError where the network has no class scores */
export function scoresOf(network: Network): Scores {
  if (network.scores === undefined) {
    const outputs = network.model.graph.outputs.map(
      ({ name }) =>
        `${name} [${
          network.shapes
            .shapeOf(name)
            ?.map((size) => size ?? '?')
            .join(', ') ?? '?'
        }]`,
    );
    throw new UserError(
      `${network.model.file}: the network does not classify: none of its outputs (${outputs.join(', ')}) is a row of class scores`,
    );
  }
  return network.scores;
}

/** Probabilities from one row of scores, as what the scores are asks for. */
export function probabilities(row: Float32Array, { kind }: Pick<Scores, 'kind'>): Float32Array {
  switch (kind) {
    case 'softmax':
    case 'sigmoid':
      return row;
    case 'log-softmax':
      return row.map(Math.exp);
    case 'multilabel-logits':
      return row.map((value) => 1 / (1 + Math.exp(-value)));
    case 'logits':
      return softmax(row);
  }
}

function softmax(row: Float32Array): Float32Array {
  const top = row.reduce((most, value) => Math.max(most, value), -Infinity);
  const powers = row.map((value) => Math.exp(value - top));
  const sum = powers.reduce((total, value) => total + value, 0);
  return powers.map((value) => value / sum);
}

/** Index of the largest value; the first among equals. */
export function argMax(values: Float32Array): number {
  let best = 0;
  values.forEach((value, index) => {
    if (value > (values[best] ?? -Infinity)) {
      best = index;
    }
  });
  return best;
}
