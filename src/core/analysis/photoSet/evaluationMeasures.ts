/** What the answers to labelled photos come to: errors, confusions, calibration, and the photos to look at. */

import type { Answers } from './answers.js';

/** Of `photos`, `wrong` are: their share, with the bounds of its 95 % confidence interval. */
export interface ErrorRate {
  readonly wrong: number;
  readonly photos: number;
  /** NaN, between 0 and 1, for no photos. */
  readonly rate: number;
  readonly low: number;
  readonly high: number;
}

/** The share of photos whose own class is not among the `places` most probable ones: top-1 and top-5 error. */
export function errorRate(answers: Answers, places: number): ErrorRate {
  let [photos, wrong] = [0, 0];
  answers.forEach((_, __, ___, rank) => {
    photos++;
    wrong += rank >= places ? 1 : 0;
  });
  return { wrong, photos, rate: wrong / photos, ...wilson(wrong, photos) };
}

/** The normal distribution's 97.5 % quantile. */
const Z = 1.959963984540054;

/**
 * The 95 % confidence interval of a share (Wilson 1927, "Probable inference, the law of succession, and statistical
 * inference"); it stays within 0 and 1, and is sound for few photos and for shares near these.
 */
export function wilson(count: number, of: number): { readonly low: number; readonly high: number } {
  if (of === 0) {
    return { low: 0, high: 1 };
  }
  const share = count / of;
  const divisor = 1 + Z ** 2 / of;
  const centre = (share + Z ** 2 / (2 * of)) / divisor;
  const half = (Z / divisor) * Math.sqrt((share * (1 - share)) / of + Z ** 2 / (4 * of ** 2));
  // Rounding must not take the share itself out of the interval.
  return {
    low: Math.max(0, Math.min(share, centre - half)),
    high: Math.min(1, Math.max(share, centre + half)),
  };
}

/** How a class fares; NaN where nothing is divided by nothing. */
export interface ClassResult {
  readonly index: number;
  /** Photos of the class, photos that are taken for it, and photos of it that are. */
  readonly photos: number;
  readonly predicted: number;
  readonly correct: number;
  readonly precision: number;
  readonly recall: number;
}

/** Classes that have photos or are predicted, in order. */
export function classResults(answers: Answers): readonly ClassResult[] {
  const counts = new Map<number, { photos: number; predicted: number; correct: number }>();
  const of = (index: number): { photos: number; predicted: number; correct: number } => {
    const count = counts.get(index) ?? { photos: 0, predicted: 0, correct: 0 };
    counts.set(index, count);
    return count;
  };
  answers.forEach((_, truth, predicted) => {
    of(truth).photos++;
    of(predicted).predicted++;
    of(truth).correct += truth === predicted ? 1 : 0;
  });
  return [...counts]
    .sort(([a], [b]) => a - b)
    .map(([index, { photos, predicted, correct }]) => ({
      ...{ index, photos, predicted, correct },
      precision: correct / predicted,
      recall: correct / photos,
    }));
}

/** The mean of the recalls of all classes that have photos, each counting the same: accuracy averaged over classes. */
export function meanRecall(answers: Answers): number {
  const recalls = classResults(answers).flatMap(({ photos, recall }) => (photos > 0 ? [recall] : []));
  return recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length;
}

/** Photos of class `actual` that are taken for class `predicted`: a cell of the confusion matrix. */
export interface Confusion {
  readonly actual: number;
  readonly predicted: number;
  readonly photos: number;
}

/** The cells of the confusion matrix that are not empty, row by row. */
export function confusions(answers: Answers): readonly Confusion[] {
  const rows = new Map<number, Map<number, number>>();
  answers.forEach((_, truth, predicted) => {
    const row = rows.get(truth) ?? new Map<number, number>();
    rows.set(truth, row.set(predicted, (row.get(predicted) ?? 0) + 1));
  });
  return [...rows]
    .flatMap(([actual, row]) => [...row].map(([predicted, photos]) => ({ actual, predicted, photos })))
    .sort((a, b) => a.actual - b.actual || a.predicted - b.predicted);
}

/** Bins of equal width, as in the paper. */
const CALIBRATION_BINS = 15;

/** Photos whose predicted class has a probability above `from`, up to `to`. */
export interface CalibrationBin {
  readonly from: number;
  readonly to: number;
  readonly photos: number;
  /** Mean probability of the predicted class, and share of right answers; NaN without photos. */
  readonly confidence: number;
  readonly accuracy: number;
}

export interface Calibration {
  readonly bins: readonly CalibrationBin[];
  /** Expected calibration error: the mean distance of confidence and accuracy in a bin, weighted by photos; NaN for none. */
  readonly error: number;
}

/** Whether 80 % of the answers given with 80 % are right: Guo et al. 2017, "On calibration of modern neural networks". */
export function calibration(answers: Answers): Calibration {
  const bins = Array.from({ length: CALIBRATION_BINS }, () => ({ photos: 0, sum: 0, right: 0 }));
  let all = 0;
  answers.forEach((photo, truth, predicted) => {
    const confidence = answers.sureness(photo);
    const bin =
      bins[Math.min(CALIBRATION_BINS - 1, Math.max(0, Math.ceil(confidence * CALIBRATION_BINS) - 1))];
    if (bin !== undefined) {
      bin.photos++;
      bin.sum += confidence;
      bin.right += truth === predicted ? 1 : 0;
    }
    all++;
  });
  const distances = bins.reduce((sum, bin) => sum + Math.abs(bin.sum - bin.right), 0);
  return {
    bins: bins.map(({ photos, sum, right }, index) => ({
      from: index / CALIBRATION_BINS,
      to: (index + 1) / CALIBRATION_BINS,
      photos,
      confidence: sum / photos,
      accuracy: right / photos,
    })),
    error: distances / all,
  };
}

/** Wrong answers, those with the least probability of the photo's own class first; of equal ones the earlier photo. */
export function mostWrong(answers: Answers, count: number): readonly number[] {
  const wrong: number[] = [];
  answers.forEach((photo, truth, predicted) => {
    if (truth !== predicted) {
      wrong.push(photo);
    }
  });
  return smallest(wrong, count, (photo) => answers.ownShare(photo));
}

/** Photos whose most probable class is the least probable, right or wrong; of equal ones the earlier photo. */
export function leastSure(answers: Answers, count: number): readonly number[] {
  const all: number[] = [];
  answers.forEach((photo) => all.push(photo));
  return smallest(all, count, (photo) => answers.sureness(photo));
}

function smallest(
  photos: readonly number[],
  count: number,
  value: (photo: number) => number,
): readonly number[] {
  return [...photos].sort((a, b) => value(a) - value(b) || a - b).slice(0, count);
}
