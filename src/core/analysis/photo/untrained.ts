/** Do a network's answers look as if it had learned nothing? */

import type { Scores } from '../../network/scores.js';

/** What is said then. */
export const UNTRAINED = 'The answer is nearly as even as chance: the weights look untrained.';

/** Fewer classes are often answered evenly by networks that have learned something. */
const LEAST_CLASSES = 10;

/**
 * True where the probabilities are spread over about as many classes as there are: their perplexity, the exponential of
 * their entropy, is how many equally probable classes would be as uncertain. Trained ImageNet networks stay below 6 % of
 * 1,000 classes even on photos that they do not know; most freshly initialised ones lie above 60 %. Where weights make
 * one class win by chance, nothing can be told.
 */
export function looksUntrained(row: Float32Array, { kind }: Pick<Scores, 'kind'>): boolean {
  const sumToOne = kind === 'logits' || kind === 'softmax' || kind === 'log-softmax';
  if (!sumToOne || row.length < LEAST_CLASSES) {
    return false;
  }
  const entropy = -row.reduce((sum, value) => sum + (value > 0 ? value * Math.log(value) : 0), 0);
  const share = Math.exp(entropy) / row.length;
  return share > (row.length < 100 ? 0.9 : 0.5);
}
