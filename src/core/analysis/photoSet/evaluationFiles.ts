/** Evaluations on disk: one JSON file, CSV files beside each other, or a folder of Parquet tables, which is read again. */

import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';

import { UserError } from '../../errors.js';
import type { Change } from '../../photos/photoWorker.js';
import { csvText } from '../../store/csv.js';
import { commit, writeWhole } from '../../store/files.js';
import { TOP_CLASSES } from '../../store/indexTables.js';
import { readTable, TableWriter } from '../../store/table.js';
import type { ReadColumns } from '../../store/table.js';
import { Answers } from './answers.js';
import type { Evaluation, EvaluationRow, LabelledPhoto } from './evaluation.js';
import { evaluationSummary, evaluationTables } from './evaluationTables.js';

export type EvaluationForm = 'json' | 'csv' | 'folder';

/** @throws UserError for an ending that says something else */
export function evaluationForm(out: string): EvaluationForm {
  switch (extname(out).toLowerCase()) {
    case '.json':
      return 'json';
    case '.csv':
      return 'csv';
    case '.png':
    case '.npy':
    case '.parquet':
      throw new UserError(`${out}: use .json, .csv, or the name of a folder for Parquet tables`);
    default:
      return 'folder';
  }
}

/** What a folder has beside its tables. */
const SUMMARY = 'evaluation.json';

/**
 * Writes all of it; a folder's summary comes last, so that what has one is whole.
 * @throws UserError where it cannot be written
 */
export async function writeEvaluation(
  evaluation: Evaluation,
  out: string,
  form: EvaluationForm,
): Promise<void> {
  const summary = `${JSON.stringify(evaluationSummary(evaluation), undefined, 2)}\n`;
  if (form === 'json') {
    await writeWhole(out, summary);
    return;
  }
  for (const [name, table] of Object.entries(evaluationTables(evaluation))) {
    if (form === 'csv') {
      const file = name === 'answers' ? out : `${out.slice(0, -'.csv'.length)}.${name}.csv`;
      await writeWhole(file, csvText(table));
    } else {
      const file = join(out, `${name}.parquet`);
      const writer = await TableWriter.create(file, table.columns);
      for (const rows of table.groups()) {
        await writer.append(rows);
      }
      await writer.finish();
      await commit(file);
    }
  }
  if (form === 'folder') {
    await writeWhole(join(out, SUMMARY), summary);
  }
}

/** What is not in the tables. */
type Summary = Pick<Evaluation, 'crops' | 'classes' | 'names' | 'unmatched' | 'unlabelled'> & {
  readonly skipped: Evaluation['problems'];
  readonly colours?: Evaluation['colours'];
  readonly results: readonly {
    readonly model: string;
    readonly robustness?: readonly { change: Change }[];
  }[];
};

const RANKS = Array.from({ length: TOP_CLASSES }, (_, rank) => rank + 1);
const ANSWER_COLUMNS = [
  'rank',
  'probability',
  ...RANKS.map((rank) => `class_${rank}`),
  ...RANKS.map((rank) => `probability_${rank}`),
];

/**
 * The evaluation that was written into a folder.
 * @returns undefined where none is there, or not all of one
 * @throws UserError where a table is damaged
 */
export async function readEvaluation(folder: string): Promise<Evaluation | undefined> {
  const text = await readFile(join(folder, SUMMARY), 'utf8').catch(() => undefined);
  if (text === undefined) {
    return undefined;
  }
  const { crops, classes, names, skipped, unmatched, unlabelled, colours, results } = JSON.parse(
    text,
  ) as Summary;
  const table = await readTable(join(folder, 'answers.parquet'), [
    ...['photo', 'path', 'label', 'class'],
    ...ANSWER_COLUMNS,
  ]);
  const count = (table['path']?.length ?? 0) / results.length;
  const photos = Array.from({ length: count }, (_, row): LabelledPhoto => {
    const label = table['label']?.[row] as string | null | undefined;
    return {
      path: String(table['path']?.[row]),
      label: label ?? undefined,
      bytes: undefined,
      number: Number(table['photo']?.[row]),
      classIndex: Number(table['class']?.[row]),
    };
  });
  const changes = (results[0]?.robustness ?? []).map(({ change }) => change);
  const changed =
    changes.length === 0 ? {} : await readTable(join(folder, 'changed.parquet'), ANSWER_COLUMNS);
  const truths = Int32Array.from(photos, ({ classIndex }) => classIndex);
  const rows = results.map(({ model }, index): EvaluationRow => ({
    name: model,
    answers: answersIn(table, index * count, truths),
    changed: changes.map((change, each) => ({
      change,
      answers: answersIn(changed, (index * changes.length + each) * count, truths),
    })),
  }));
  return { crops, classes, names, photos, rows, colours, problems: skipped, unmatched, unlabelled };
}

/** The answers in the rows of a table from `first` on. */
function answersIn(table: ReadColumns, first: number, truths: Int32Array): Answers {
  const answers = new Answers(truths);
  const [ranks, own] = [table['rank'] ?? [], table['probability'] ?? []];
  for (let photo = 0; photo < truths.length; photo++) {
    const row = first + photo;
    const rank = ranks[row];
    if (typeof rank === 'number') {
      const of = (name: string): number[] =>
        RANKS.map((each) => table[`${name}_${each}`]?.[row]).filter((value) => typeof value === 'number');
      const [classes, probabilities] = [of('class'), of('probability')];
      answers.set(photo, { classes, probabilities, rank: rank - 1, own: Number(own[row]) });
    }
  }
  return answers;
}
