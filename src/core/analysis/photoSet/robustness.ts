/** Whether a network takes changed photos for the same. */

import type { Change } from '../../photos/photoWorker.js';
import type { Answers } from './answers.js';
import type { EvaluationRow } from './evaluation.js';
import { errorRate, wilson } from './evaluationMeasures.js';
import type { ErrorRate } from './evaluationMeasures.js';

export interface Robustness {
  readonly change: Change;
  readonly top1: ErrorRate;
  /** Undefined as for photos that are not changed. */
  readonly top5: ErrorRate | undefined;
  /** Photos that are taken for another class than before, whichever is right. */
  readonly flipped: FlipRate;
}

/** Of `photos`, `count` are: their share, with the bounds of its 95 % confidence interval. */
export interface FlipRate {
  readonly count: number;
  readonly photos: number;
  /** NaN, between 0 and 1, for no photos. */
  readonly rate: number;
  readonly low: number;
  readonly high: number;
}

/** One for each change, in order. @param classes of the network */
export function robustnessOf({ answers, changed }: EvaluationRow, classes: number): readonly Robustness[] {
  return changed.map(({ change, answers: after }) => ({
    change,
    top1: errorRate(after, 1),
    top5: classes > 5 ? errorRate(after, 5) : undefined,
    flipped: flipRate(answers, after),
  }));
}

function flipRate(before: Answers, after: Answers): FlipRate {
  let photos = 0;
  before.forEach(() => photos++);
  const count = flippedPhotos(before, after).length;
  return { count, photos, rate: count / photos, ...wilson(count, photos) };
}

/** Those whose most probable class has become another one, in order. */
export function flippedPhotos(before: Answers, after: Answers): readonly number[] {
  const flipped: number[] = [];
  before.forEach((photo, _, predicted) => {
    if (after.get(photo)?.classes[0] !== predicted) {
      flipped.push(photo);
    }
  });
  return flipped;
}
