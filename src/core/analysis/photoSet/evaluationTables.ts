/** An evaluation as tables, and as one value for JSON. */

import type { Column, Rows } from '../../store/table.js';
import { TOP_CLASSES } from '../../store/indexTables.js';
import type { Evaluation } from './evaluation.js';
import {
  calibration,
  classResults,
  confusions,
  errorRate,
  leastSure,
  meanRecall,
  mostWrong,
} from './evaluationMeasures.js';
import type { ErrorRate } from './evaluationMeasures.js';

export interface Table {
  readonly columns: readonly Column[];
  /** Some thousand rows each. */
  readonly groups: () => Iterable<Rows>;
}

/** Photos of a row group. */
const GROUP = 16_384;
const RANKS = Array.from({ length: TOP_CLASSES }, (_, rank) => rank + 1);

/** Tables by their names; docs/evaluation.md explains them. */
export function evaluationTables(evaluation: Evaluation): Readonly<Record<string, Table>> {
  return {
    answers: answerTable(evaluation),
    models: modelTable(evaluation),
    classes: classTable(evaluation),
    confusion: confusionTable(evaluation),
    calibration: calibrationTable(evaluation),
  };
}

function answerTable({ rows, photos, problems }: Evaluation): Table {
  const faults = new Map(problems.map(({ path, problem }) => [path, problem]));
  return {
    columns: [
      { name: 'model', type: 'text' },
      { name: 'photo', type: 'int32' },
      { name: 'path', type: 'text' },
      { name: 'label', type: 'text?' },
      { name: 'class', type: 'int32' },
      { name: 'rank', type: 'int32?' },
      { name: 'probability', type: 'float?' },
      ...RANKS.map((rank) => ({ name: `class_${rank}`, type: 'int32?' as const })),
      ...RANKS.map((rank) => ({ name: `probability_${rank}`, type: 'float?' as const })),
      { name: 'problem', type: 'text?' },
    ],
    *groups() {
      for (const { name, answers } of rows) {
        for (let first = 0; first < photos.length; first += GROUP) {
          const here = photos.slice(first, first + GROUP);
          const said = here.map((_, index) => answers.get(first + index));
          yield {
            model: here.map(() => name),
            photo: here.map(({ number }) => number),
            path: here.map(({ path }) => path),
            label: here.map(({ label }) => label ?? null),
            class: here.map(({ classIndex }) => classIndex),
            rank: said.map((answer) => (answer === undefined ? null : answer.rank + 1)),
            probability: said.map((answer) => answer?.own ?? null),
            ...Object.fromEntries(
              RANKS.flatMap((rank) => [
                [`class_${rank}`, said.map((answer) => answer?.classes[rank - 1] ?? null)],
                [`probability_${rank}`, said.map((answer) => answer?.probabilities[rank - 1] ?? null)],
              ]),
            ),
            problem: here.map(({ path }) => faults.get(path) ?? null),
          };
        }
      }
    },
  };
}

function modelTable(evaluation: Evaluation): Table {
  const measures = (places: number): Column[] => [
    { name: `top_${places}_wrong`, type: 'int32?' },
    ...['error', 'low', 'high'].map((name) => ({ name: `top_${places}_${name}`, type: 'double?' as const })),
  ];
  const cells = (places: number, rates: readonly (ErrorRate | undefined)[]): Rows => ({
    [`top_${places}_wrong`]: rates.map((rate) => rate?.wrong ?? null),
    [`top_${places}_error`]: rates.map((rate) => orNull(rate?.rate)),
    [`top_${places}_low`]: rates.map((rate) => orNull(rate?.low)),
    [`top_${places}_high`]: rates.map((rate) => orNull(rate?.high)),
  });
  return {
    columns: [
      { name: 'model', type: 'text' },
      { name: 'photos', type: 'int32' },
      ...measures(1),
      ...measures(5),
      { name: 'mean_recall', type: 'double?' },
      { name: 'calibration_error', type: 'double?' },
    ],
    *groups() {
      const results = evaluation.rows.map((_, row) => rowErrors(evaluation, row));
      yield {
        model: evaluation.rows.map(({ name }) => name),
        photos: results.map(({ top1 }) => top1.photos),
        ...cells(
          1,
          results.map(({ top1 }) => top1),
        ),
        ...cells(
          5,
          results.map(({ top5 }) => top5),
        ),
        mean_recall: evaluation.rows.map(({ answers }) => orNull(meanRecall(answers))),
        calibration_error: evaluation.rows.map(({ answers }) => orNull(calibration(answers).error)),
      };
    },
  };
}

/** Top-1 and top-5 error of a row; where there are no more than five classes, nothing is wrong by the latter. */
export function rowErrors(
  { rows, classes }: Evaluation,
  row: number,
): { readonly top1: ErrorRate; readonly top5: ErrorRate | undefined } {
  const answers = rows[row]?.answers;
  if (answers === undefined) {
    throw new RangeError(`there is no row ${row}`);
  }
  return { top1: errorRate(answers, 1), top5: classes > 5 ? errorRate(answers, 5) : undefined };
}

function classTable({ rows, names }: Evaluation): Table {
  return {
    columns: [
      { name: 'model', type: 'text' },
      { name: 'class', type: 'int32' },
      { name: 'name', type: 'text?' },
      { name: 'photos', type: 'int32' },
      { name: 'predicted', type: 'int32' },
      { name: 'correct', type: 'int32' },
      { name: 'precision', type: 'double?' },
      { name: 'recall', type: 'double?' },
    ],
    *groups() {
      for (const { name, answers } of rows) {
        const results = classResults(answers);
        yield {
          model: results.map(() => name),
          class: results.map(({ index }) => index),
          name: results.map(({ index }) => names[index] ?? null),
          photos: results.map(({ photos }) => photos),
          predicted: results.map(({ predicted }) => predicted),
          correct: results.map(({ correct }) => correct),
          precision: results.map(({ precision }) => orNull(precision)),
          recall: results.map(({ recall }) => orNull(recall)),
        };
      }
    },
  };
}

function confusionTable({ rows }: Evaluation): Table {
  return {
    columns: [
      { name: 'model', type: 'text' },
      { name: 'class', type: 'int32' },
      { name: 'predicted', type: 'int32' },
      { name: 'photos', type: 'int32' },
    ],
    *groups() {
      for (const { name, answers } of rows) {
        const cells = confusions(answers);
        yield {
          model: cells.map(() => name),
          class: cells.map(({ actual }) => actual),
          predicted: cells.map(({ predicted }) => predicted),
          photos: cells.map(({ photos }) => photos),
        };
      }
    },
  };
}

function calibrationTable({ rows }: Evaluation): Table {
  return {
    columns: [
      { name: 'model', type: 'text' },
      { name: 'from', type: 'double' },
      { name: 'to', type: 'double' },
      { name: 'photos', type: 'int32' },
      { name: 'confidence', type: 'double?' },
      { name: 'accuracy', type: 'double?' },
    ],
    *groups() {
      for (const { name, answers } of rows) {
        const { bins } = calibration(answers);
        yield {
          model: bins.map(() => name),
          from: bins.map(({ from }) => from),
          to: bins.map(({ to }) => to),
          photos: bins.map(({ photos }) => photos),
          confidence: bins.map(({ confidence }) => orNull(confidence)),
          accuracy: bins.map(({ accuracy }) => orNull(accuracy)),
        };
      }
    },
  };
}

function orNull(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : value;
}

/** Most wrong and least sure photos in JSON. */
const LISTED = 50;

/** Everything but the answers to single photos, of which the most wrong and the least sure are listed. */
export function evaluationSummary(evaluation: Evaluation): unknown {
  const { crops, classes, names, photos, rows, problems, unmatched, unlabelled } = evaluation;
  return {
    photos: photos.length - problems.length,
    ...{ crops, classes, skipped: problems, unmatched, unlabelled },
    results: rows.map(({ name, answers }, row) => {
      const listed = (indexes: readonly number[]): unknown =>
        indexes.map((index) => {
          const { number, path, label, classIndex } = photos[index] ?? {};
          const { classes: [predicted] = [], probabilities: [sureness] = [], own } = answers.get(index) ?? {};
          const sides = { class: classIndex, probability: own, predicted, predictedProbability: sureness };
          return { photo: number, path, label, ...sides };
        });
      const { top1, top5 } = rowErrors(evaluation, row);
      const { bins, error } = calibration(answers);
      return {
        model: name,
        ...{ top1, top5, meanRecall: meanRecall(answers) },
        calibration: { expectedError: error, bins },
        classes: classResults(answers).map((result) => ({ ...result, name: names[result.index] ?? null })),
        confusion: confusions(answers),
        mostWrong: listed(mostWrong(answers, LISTED)),
        leastSure: listed(leastSure(answers, LISTED)),
      };
    }),
  };
}
