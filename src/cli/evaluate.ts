/** `unpool evaluate MODEL... PHOTOS` */

import type { Command } from 'commander';
import { Option } from 'commander';

import type { Evaluation } from '../core/analysis/photoSet/evaluation.js';
import { evaluationJob } from '../core/analysis/photoSet/evaluationJob.js';
import { evaluationForm, writeEvaluation } from '../core/analysis/photoSet/evaluationFiles.js';
import {
  calibration,
  classResults,
  confusions,
  leastSure,
  meanRecall,
  mostWrong,
} from '../core/analysis/photoSet/evaluationMeasures.js';
import type { ErrorRate } from '../core/analysis/photoSet/evaluationMeasures.js';
import { rowErrors } from '../core/analysis/photoSet/evaluationTables.js';
import { robustnessOf } from '../core/analysis/photoSet/robustness.js';
import { labelMatches } from '../core/analysis/photoSet/labelMatches.js';
import { scoresOf } from '../core/analysis/photo/scores.js';
import type { Change } from '../core/photos/photoWorker.js';
import { openPhotoSet } from '../core/photos/photoSet.js';
import { runJob } from './jobs.js';
import { shortList } from './lists.js';
import { note, photoOptions, positive, tellScores, tellSize, toldLabels, withEngine } from './opened.js';
import type { Opened } from './opened.js';
import { table } from './table.js';

interface Options {
  readonly crops: '1' | '10';
  readonly robustness?: true;
  readonly out?: string;
  readonly batch?: number;
  readonly labels?: string;
}

export function addEvaluate(program: Command): void {
  const command = program
    .command('evaluate')
    .description('how often models are wrong about labelled photos, and about which')
    .usage('[options] <model...> <photos>')
    .argument(
      '<files...>',
      '.onnx files, several of which are averaged, too; then a folder (class subfolders are labels), a .zip, or a .csv of path and label',
    );
  photoOptions(command)
    .addOption(new Option('--crops <n>', 'average over ten crops').choices(['1', '10']).default('1'))
    .option('--robustness', 'ask about the photos mirrored and in another light, too')
    .option('--out <path>', '.json, .csv (other tables beside it), or a folder of Parquet tables')
    .option('--batch <n>', 'photos that a network is given at once', positive)
    .option('--labels <file>', 'class names: one a line, a .tsv or a JSON list; or imagenet')
    .action(async (files: string[], options: Options, command: Command) => {
      const models = files.slice(0, -1);
      const photos = files.at(-1) ?? '';
      if (models.length === 0) {
        command.error(`error: '${photos}' stands alone; give a model, or several, and photos`);
      }
      const { out } = options;
      const form = out === undefined ? undefined : evaluationForm(out);
      await withEngine(command, async ({ open }) => {
        const all: Opened[] = [];
        for (const file of models) {
          all.push(await open(file));
        }
        const evaluation = await evaluate(all, photos, options);
        if (out !== undefined && form !== undefined) {
          await writeEvaluation(evaluation, out, form);
        }
        process.stdout.write(`${text(evaluation, photos)}\n`);
      });
    });
}

async function evaluate(all: readonly Opened[], photos: string, options: Options): Promise<Evaluation> {
  const models = [];
  for (const opened of all) {
    const network = await opened.networkFor(undefined);
    const { file } = network.model;
    scoresOf(network);
    tellSize(network, opened.sizeFlag);
    const { preprocessing, source } = opened.preprocessing;
    note(`${all.length > 1 ? `${file}: ` : ''}preprocessing: ${preprocessing.name} (${source})`);
    tellScores(network);
    models.push({ network, preprocessing, names: (await toldLabels(network, options.labels)).names });
  }
  const [first] = models;
  if (first === undefined) {
    throw new Error('there is no model');
  }
  const set = await openPhotoSet(photos);
  try {
    const names = models.find((model) => model.names.length > 0)?.names ?? [];
    const matches = await labelMatches(first.network, set, names);
    const crops = options.crops === '10' ? 10 : 1;
    const { robustness, batch } = options;
    const job = evaluationJob(models, set, { crops, robustness, matches, batch });
    return await runJob(job, all[0] as Opened);
  } finally {
    await set.close();
  }
}

/** Rows of a list. */
const SHOWN = 10;

function text(evaluation: Evaluation, root: string): string {
  const { photos, problems, unmatched, unlabelled, rows, classes, crops } = evaluation;
  const count = photos.length - problems.length;
  return [
    `${root}: ${count.toLocaleString('en')} photos, ${classes} classes, ${crops === 10 ? 'ten crops' : 'one crop'}`,
    ...unmatchedText(unmatched, unlabelled),
    ...shortList(
      `${problems.length} skipped`,
      problems.map(({ path, problem }) => `${path}: ${problem}`),
      SHOWN,
    ),
    '',
    errorsText(evaluation),
    ...robustnessText(evaluation),
    ...(rows.length > 1 ? ['', `What follows is about the ${rows.at(-1)?.name}.`] : []),
    ...sectionsText(evaluation),
  ].join('\n');
}

function unmatchedText(
  unmatched: Evaluation['unmatched'],
  unlabelled: Evaluation['unlabelled'],
): readonly string[] {
  const left = unmatched.reduce((sum, { photos }) => sum + photos, 0);
  return [
    ...shortList(
      `${left} left out, whose labels are no class ("photoLabels" in the sidecar says which they are)`,
      unmatched.map(({ label, photos }) => `${label}: ${photos}`),
      SHOWN,
    ),
    ...(unlabelled > 0 ? [`${unlabelled} left out that have no label`] : []),
  ];
}

function errorsText(evaluation: Evaluation): string {
  const { rows } = evaluation;
  return table(
    [
      'model',
      'top-1 error',
      '95 % interval',
      'top-5 error',
      '95 % interval',
      'mean recall',
      'calibration error',
    ],
    rows.map(({ name, answers }, row) => {
      const { top1, top5 } = rowErrors(evaluation, row);
      return [
        name,
        percent(top1.rate),
        interval(top1),
        top5 === undefined ? '' : percent(top5.rate),
        top5 === undefined ? '' : interval(top5),
        percent(meanRecall(answers)),
        percent(calibration(answers).error),
      ];
    }),
  );
}

const interval = ({ low, high }: Pick<ErrorRate, 'low' | 'high'>): string =>
  `${percent(low)} to ${percent(high)}`;

/** How a change is called. */
const CHANGES: Readonly<Record<Change, string>> = { mirror: 'mirrored', lighting: 'in another light' };

function robustnessText({ rows, classes }: Evaluation): readonly string[] {
  return section(
    'Changed photos',
    ['model', 'photos', 'top-1 error', '95 % interval', 'top-5 error', 'other answers', '95 % interval'],
    rows.flatMap((row) =>
      robustnessOf(row, classes).map(({ change, top1, top5, flipped }) => [
        row.name,
        CHANGES[change],
        percent(top1.rate),
        interval(top1),
        top5 === undefined ? '' : percent(top5.rate),
        percent(flipped.rate),
        interval(flipped),
      ]),
    ),
  );
}

function sectionsText({ rows, names, photos }: Evaluation): readonly string[] {
  const answers = rows.at(-1)?.answers;
  if (answers === undefined) {
    return [];
  }
  const named = (index: number | undefined): string =>
    index === undefined ? '' : (names[index] ?? `class ${index}`);
  const results = classResults(answers)
    .filter((result) => result.photos > 0)
    .sort((a, b) => a.recall - b.recall || a.index - b.index);
  const mixed = confusions(answers)
    .filter(({ actual, predicted }) => actual !== predicted)
    .sort((a, b) => b.photos - a.photos || a.actual - b.actual || a.predicted - b.predicted);
  const photoRows = (indexes: readonly number[]): (string | number)[][] =>
    indexes.map((index) => {
      const answer = answers.get(index);
      return [
        photos[index]?.path ?? '',
        named(photos[index]?.classIndex),
        percent(answer?.own ?? NaN),
        named(answer?.classes[0]),
        percent(answer?.probabilities[0] ?? NaN),
      ];
    });
  const photoHeadings = ['photo', 'class', 'probability', 'taken for', 'probability'];
  const bins = calibration(answers).bins.filter((bin) => bin.photos > 0);
  return [
    ...section(
      'Classes recognised least',
      ['class', 'photos', 'recall', 'precision'],
      results
        .slice(0, SHOWN)
        .map(({ index, photos, recall, precision }) => [
          named(index),
          photos,
          percent(recall),
          percent(precision),
        ]),
    ),
    ...section(
      'Taken for another most often',
      ['class', 'taken for', 'photos'],
      mixed.slice(0, SHOWN).map(({ actual, predicted, photos }) => [named(actual), named(predicted), photos]),
    ),
    ...section(
      'Calibration',
      ['probability', 'photos', 'mean', 'right'],
      bins.map(({ from, to, photos, confidence, accuracy }) => [
        `${percent(from)} to ${percent(to)}`,
        photos,
        percent(confidence),
        percent(accuracy),
      ]),
    ),
    ...section('Most wrong', photoHeadings, photoRows(mostWrong(answers, SHOWN))),
    ...section('Least sure', photoHeadings, photoRows(leastSure(answers, SHOWN))),
  ];
}

function section(
  title: string,
  headings: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): readonly string[] {
  return rows.length === 0 ? [] : ['', title, table(headings, rows)];
}

function percent(share: number): string {
  return Number.isFinite(share) ? `${(100 * share).toFixed(1)} %` : '–';
}
