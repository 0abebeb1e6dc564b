/** An evaluation as tables, and as one value for JSON. */

import type { Change } from '../../photos/photoWorker.js';
import type { Column, Rows, Table } from '../../store/table.js';
import { TOP_CLASSES } from '../../store/indexTables.js';
import type { Answers } from './answers.js';
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
import { robustnessOf } from './robustness.js';

/** Photos of a row group. */
const GROUP = 16_384;
const RANKS = Array.from({ length: TOP_CLASSES }, (_, rank) => rank + 1);

/** Tables by their names; docs/evaluation.md explains them. Those about changed photos are there if these were asked about. */
export function evaluationTables(evaluation: Evaluation): Readonly<Record<string, Table>> {
  const isChanged = evaluation.rows.some(({ changed }) => changed.length > 0);
  const rows = evaluation.rows.map((row) => ({ ...row, change: undefined }));
  return {
    answers: answerTable(evaluation, rows),
    models: modelTable(evaluation),
    classes: classTable(evaluation),
    confusion: confusionTable(evaluation),
    calibration: calibrationTable(evaluation),
    ...(isChanged && { robustness: robustnessTable(evaluation), changed: changedTable(evaluation) }),
  };
}

function changedTable(evaluation: Evaluation): Table {
  const rows = evaluation.rows.flatMap(({ name, changed }) =>
    changed.map(({ change, answers }) => ({ name, change, answers })),
  );
  return answerTable(evaluation, rows);
}

interface AnsweredRow {
  readonly name: string;
  readonly change: Change | undefined;
  readonly answers: Answers;
}

/** @param rows all of changed photos, or none */
function answerTable({ photos, problems }: Evaluation, rows: readonly AnsweredRow[]): Table {
  const faults = new Map(problems.map(({ path, problem }) => [path, problem]));
  const isChanged = rows.some(({ change }) => change !== undefined);
  return {
    columns: [
      { name: 'model', type: 'text' },
      ...(isChanged ? [{ name: 'change', type: 'text' } as const] : []),
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
      for (const { name, change, answers } of rows) {
        for (let first = 0; first < photos.length; first += GROUP) {
          const here = photos.slice(first, first + GROUP);
          const said = here.map((_, index) => answers.get(first + index));
          yield {
            model: here.map(() => name),
            ...(change !== undefined && { change: here.map(() => change) }),
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
  return {
    columns: [
      { name: 'model', type: 'text' },
      { name: 'photos', type: 'int32' },
      ...errorColumns(1),
      ...errorColumns(5),
      { name: 'mean_recall', type: 'double?' },
      { name: 'calibration_error', type: 'double?' },
    ],
    *groups() {
      const results = evaluation.rows.map((_, row) => rowErrors(evaluation, row));
      yield {
        model: evaluation.rows.map(({ name }) => name),
        photos: results.map(({ top1 }) => top1.photos),
        ...errorCells(
          1,
          results.map(({ top1 }) => top1),
        ),
        ...errorCells(
          5,
          results.map(({ top5 }) => top5),
        ),
        mean_recall: evaluation.rows.map(({ answers }) => orNull(meanRecall(answers))),
        calibration_error: evaluation.rows.map(({ answers }) => orNull(calibration(answers).error)),
      };
    },
  };
}

function errorColumns(places: number): readonly Column[] {
  return [
    { name: `top_${places}_wrong`, type: 'int32?' },
    ...['error', 'low', 'high'].map((name) => ({ name: `top_${places}_${name}`, type: 'double?' as const })),
  ];
}

function errorCells(places: number, rates: readonly (ErrorRate | undefined)[]): Rows {
  return {
    [`top_${places}_wrong`]: rates.map((rate) => rate?.wrong ?? null),
    [`top_${places}_error`]: rates.map((rate) => orNull(rate?.rate)),
    [`top_${places}_low`]: rates.map((rate) => orNull(rate?.low)),
    [`top_${places}_high`]: rates.map((rate) => orNull(rate?.high)),
  };
}

function robustnessTable({ rows, classes }: Evaluation): Table {
  return {
    columns: [
      { name: 'model', type: 'text' },
      { name: 'change', type: 'text' },
      { name: 'photos', type: 'int32' },
      ...errorColumns(1),
      ...errorColumns(5),
      { name: 'flipped', type: 'int32' },
      ...['share', 'low', 'high'].map((name) => ({ name: `flipped_${name}`, type: 'double?' as const })),
    ],
    *groups() {
      const results = rows.flatMap((row) =>
        robustnessOf(row, classes).map((each) => ({ ...each, name: row.name })),
      );
      yield {
        model: results.map(({ name }) => name),
        change: results.map(({ change }) => change),
        photos: results.map(({ top1 }) => top1.photos),
        ...errorCells(
          1,
          results.map(({ top1 }) => top1),
        ),
        ...errorCells(
          5,
          results.map(({ top5 }) => top5),
        ),
        flipped: results.map(({ flipped }) => flipped.count),
        flipped_share: results.map(({ flipped }) => orNull(flipped.rate)),
        flipped_low: results.map(({ flipped }) => orNull(flipped.low)),
        flipped_high: results.map(({ flipped }) => orNull(flipped.high)),
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
  const { crops, classes, names, photos, rows, colours, problems, unmatched, unlabelled } = evaluation;
  return {
    photos: photos.length - problems.length,
    ...{ crops, classes, names, skipped: problems, unmatched, unlabelled },
    ...(colours !== undefined && { colours }),
    results: rows.map(({ name, answers, changed }, row) => {
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
        ...(changed.length > 0 && { robustness: robustnessOf({ name, answers, changed }, classes) }),
        classes: classResults(answers).map((result) => ({ ...result, name: names[result.index] ?? null })),
        confusion: confusions(answers),
        mostWrong: listed(mostWrong(answers, LISTED)),
        leastSure: listed(leastSure(answers, LISTED)),
      };
    }),
  };
}
