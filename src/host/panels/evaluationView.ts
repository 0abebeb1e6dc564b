/** Evaluations as the panel is told of them. */

import { confusionOrder } from '../../core/analysis/photoSet/confusionOrder.js';
import { photosWhere } from '../../core/analysis/photoSet/evaluatedPhotos.js';
import type { PhotoFilter } from '../../core/analysis/photoSet/evaluatedPhotos.js';
import type { Evaluation } from '../../core/analysis/photoSet/evaluation.js';
import {
  calibration,
  classResults,
  confusions,
  meanRecall,
} from '../../core/analysis/photoSet/evaluationMeasures.js';
import type { ErrorRate } from '../../core/analysis/photoSet/evaluationMeasures.js';
import { rowErrors } from '../../core/analysis/photoSet/evaluationTables.js';
import { robustnessOf } from '../../core/analysis/photoSet/robustness.js';
import type {
  AnsweredPhotoView,
  ErrorsView,
  EvaluationRowView,
  EvaluationView,
  RateView,
} from '../../protocol/panels/evaluation.js';

export function evaluationView(evaluation: Evaluation): EvaluationView {
  const { photos, problems, names, unmatched, unlabelled } = evaluation;
  return {
    photos: photos.length - problems.length,
    names,
    rows: evaluation.rows.map((_, row) => rowView(evaluation, row)),
    skipped: problems.map(({ path, problem }) => ({ path, problem })),
    unmatched,
    unlabelled,
  };
}

/** The errors of each row: what is told while an evaluation is on its way. */
export function errorViews(evaluation: Evaluation): readonly ErrorsView[] {
  return evaluation.rows.map((_, row) => errorsView(evaluation, row));
}

function errorsView(evaluation: Evaluation, row: number): ErrorsView {
  const { top1, top5 } = rowErrors(evaluation, row);
  return {
    name: evaluation.rows[row]?.name ?? '',
    top1: rateView(top1),
    top5: top5 === undefined ? null : rateView(top5),
  };
}

function rowView(evaluation: Evaluation, row: number): EvaluationRowView {
  const of = evaluation.rows[row];
  if (of === undefined) {
    throw new RangeError(`there is no row ${row}`);
  }
  const { answers } = of;
  const { bins, error } = calibration(answers);
  const cells = confusions(answers);
  return {
    ...errorsView(evaluation, row),
    meanRecall: meanRecall(answers),
    calibrationError: error,
    bins,
    classes: classResults(answers),
    confusions: cells,
    clustered: confusionOrder(cells),
    robustness: robustnessOf(of, evaluation.classes).map(({ change, top1, top5, flipped }) => ({
      change,
      top1: rateView(top1),
      top5: top5 === undefined ? null : rateView(top5),
      flipped,
    })),
  };
}

function rateView({ wrong, photos, rate, low, high }: ErrorRate): RateView {
  return { count: wrong, photos, rate, low, high };
}

/** Photos that a filter finds, `count` of them from `from` on. */
export function answeredPhotos(
  { photos, rows }: Evaluation,
  { row, filter, from, count }: { row: number; filter: PhotoFilter; from: number; count: number },
): { readonly total: number; readonly photos: readonly AnsweredPhotoView[] } {
  const of = rows[row];
  if (of === undefined) {
    throw new RangeError(`there is no row ${row}`);
  }
  const found = photosWhere(of, filter);
  return {
    total: found.length,
    photos: found.slice(from, from + count).flatMap((place) => {
      const { path, classIndex } = photos[place] ?? {};
      const answer = of.answers.get(place);
      return path === undefined || classIndex === undefined || answer === undefined
        ? []
        : {
            path,
            actual: classIndex,
            own: answer.own,
            predicted: answer.classes[0] ?? -1,
            probability: answer.probabilities[0] ?? 0,
          };
    }),
  };
}
