/** What is kept of a photo's class scores with each ablation. */

import type { ScoreKind } from '../../network/scoreKind.js';
import { argMax, probabilities } from '../photo/scores.js';
import type { AblatedAnswer } from './ablationSums.js';
import { rankOf } from './answers.js';

/**
 * @param rows of scores by ablation, the first without any
 * @param truth index of the photo's own class
 * @returns undefined where a score is NaN or infinite
 */
export function ablatedAnswers(
  rows: readonly Float32Array[],
  kind: ScoreKind,
  truth: number | undefined,
): readonly AblatedAnswer[] | undefined {
  const shares = rows.map((row) => probabilities(row, { kind }));
  if (shares.some((row) => !row.every(Number.isFinite))) {
    return undefined;
  }
  const predicted = argMax(shares[0] ?? new Float32Array());
  return shares.map((row, ablation): AblatedAnswer => {
    const own = truth === undefined ? NaN : (row[truth] ?? NaN);
    return {
      own,
      rank: truth === undefined ? NaN : rankOf(row, truth),
      crossEntropy: truth === undefined ? NaN : crossEntropy(rows[ablation] ?? row, kind, truth),
      kept: row[predicted] ?? NaN,
      isFlipped: argMax(row) !== predicted,
    };
  });
}

/** The smallest normal float32: a probability that has become 0 is taken for it. */
const LEAST = 2 ** -126;

/** -ln of the class's probability, from the scores themselves where the probability could round to 0. */
function crossEntropy(row: Float32Array, kind: ScoreKind, truth: number): number {
  const score = row[truth] ?? NaN;
  switch (kind) {
    case 'logits': {
      const top = row.reduce((most, value) => Math.max(most, value), -Infinity);
      return Math.log(row.reduce((sum, value) => sum + Math.exp(value - top), 0)) + top - score;
    }
    case 'log-softmax':
      return -score;
    case 'multilabel-logits':
      return Math.max(0, -score) + Math.log1p(Math.exp(-Math.abs(score)));
    case 'softmax':
    case 'sigmoid':
      return -Math.log(Math.max(LEAST, score));
  }
}
