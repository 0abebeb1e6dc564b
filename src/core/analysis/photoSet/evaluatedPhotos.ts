/** The photos of an evaluation that somebody wants to see. */

import type { Change } from '../../photos/photoWorker.js';
import type { EvaluationRow } from './evaluation.js';
import { leastSure, mostWrong } from './evaluationMeasures.js';
import { flippedPhotos } from './robustness.js';

export type PhotoFilter =
  | { readonly kind: 'mostWrong' | 'leastSure' }
  /** A cell of the confusion matrix, or all of its row or column; those that are the most sure first. */
  | { readonly kind: 'cell'; readonly actual: number | null; readonly predicted: number | null }
  /** What is taken for another class once it is changed. */
  | { readonly kind: 'flipped'; readonly change: Change };

/** Places of photos among those asked about, in the order in which they are shown. */
export function photosWhere({ answers, changed }: EvaluationRow, filter: PhotoFilter): readonly number[] {
  switch (filter.kind) {
    case 'mostWrong':
      return mostWrong(answers, Infinity);
    case 'leastSure':
      return leastSure(answers, Infinity);
    case 'flipped': {
      const after = changed.find(({ change }) => change === filter.change);
      return after === undefined ? [] : flippedPhotos(answers, after.answers);
    }
    case 'cell': {
      const { actual, predicted } = filter;
      const found: number[] = [];
      answers.forEach((photo, truth, answer) => {
        if ((actual ?? truth) === truth && (predicted ?? answer) === answer) {
          found.push(photo);
        }
      });
      return found.sort((a, b) => answers.sureness(b) - answers.sureness(a) || a - b);
    }
  }
}
