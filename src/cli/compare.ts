/** `unpool compare A B [PHOTOS...]` */

import { stat } from 'node:fs/promises';

import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';

import { accuraciesOf, isFlipped } from '../core/analysis/models/agreement.js';
import { comparisonJob, firstParting, largestWeightError } from '../core/analysis/models/comparison.js';
import type {
  ComparedPhoto,
  Comparison,
  LayerComparison,
  PhotoComparison,
} from '../core/analysis/models/comparison.js';
import { METRICS, overBounds, shortNumber } from '../core/analysis/models/metrics.js';
import type { Bound } from '../core/analysis/models/metrics.js';
import { labelMatches } from '../core/analysis/photoSet/labelMatches.js';
import { UserError } from '../core/errors.js';
import { decodeImage } from '../core/imaging/decode.js';
import type { RgbImage } from '../core/imaging/image.js';
import { toInput } from '../core/imaging/preprocess.js';
import { isSetFile, openPhotoSet } from '../core/photos/photoSet.js';
import type { FloatTensor } from '../core/tensor.js';
import { runJob } from './jobs.js';
import { shortList } from './lists.js';
import { note, photoOptions, readSingle, tellSize, toldLabels, withEngine } from './opened.js';
import type { Opened } from './opened.js';
import { table } from './table.js';

interface Options {
  readonly tolerance: number;
  readonly failOver?: readonly Bound[];
  readonly json?: boolean;
  readonly labels?: string;
}

export function addCompare(program: Command): void {
  const command = program
    .command('compare')
    .description('where two models part: layers, weights, and what they make of the same photos')
    .argument('<a>', '.onnx file')
    .argument('<b>', '.onnx file')
    .argument('[photos...]', 'photos, .npy arrays fed as they are, or folders, .zip and .csv of photos');
  photoOptions(command)
    .option('--tolerance <error>', 'relative error from which two layers part', aboveZero, 1e-3)
    .option(
      '--fail-over <metric=value>',
      `exit status 1 where it is larger: ${Object.keys(METRICS).join(', ')}; may be repeated`,
      bounds,
    )
    .option('--labels <file>', 'class names: one a line, a .tsv or a JSON list; or imagenet')
    .option('--json', 'print JSON')
    .action(async (a: string, b: string, photos: string[], options: Options, command: Command) => {
      await withEngine(command, async (session) => {
        const [openA, openB] = [await session.open(a), await session.open(b)];
        const both = { a: openA, b: openB };
        const [ofA, ofB] = [await openA.networkFor(undefined), await openB.networkFor(undefined)];
        const { names } = await toldLabels(ofA, options.labels);
        const { compared, close } = await photosOf(photos, both, names);
        try {
          const found = await runJob(comparisonJob(ofA, ofB, compared), session);
          process.stdout.write(
            options.json === true
              ? `${JSON.stringify(described(found, options, names), undefined, 2)}\n`
              : `${text(found, options, names)}\n`,
          );
          failOver(found, options.failOver ?? [], `${a} and ${b}`);
        } finally {
          await close();
        }
      });
    });
}

interface Both {
  readonly a: Opened;
  readonly b: Opened;
}

/** Photos that are named, and those of sets. */
async function photosOf(
  names: readonly string[],
  both: Both,
  classNames: readonly string[],
): Promise<{ readonly compared: readonly ComparedPhoto[]; readonly close: () => Promise<void> }> {
  const compared: ComparedPhoto[] = [];
  const closing: (() => Promise<void>)[] = [];
  for (const [side, opened] of Object.entries(both)) {
    tellSize(opened.network, opened.sizeFlag);
    const { preprocessing, source } = opened.preprocessing;
    note(`${side.toUpperCase()}: preprocessing ${preprocessing.name} (${source})`);
  }
  for (const name of names) {
    if (await isSet(name)) {
      const set = await openPhotoSet(name);
      closing.push(() => set.close());
      const matches = await labelMatches(both.a.network, set, classNames);
      const classes = new Map(matches.map(({ label, classIndex }) => [label, classIndex]));
      for (const photo of set.photos) {
        const read = async (): ReturnType<ComparedPhoto['read']> => {
          const image = await decodeImage(await set.read(photo), photo.path);
          return { a: await inputOf(image, both.a), b: await inputOf(image, both.b) };
        };
        const classIndex = photo.label === undefined ? undefined : classes.get(photo.label);
        compared.push({ name: photo.path, classIndex, isOfSet: true, read });
      }
    } else {
      const read = async (): ReturnType<ComparedPhoto['read']> => {
        const { tensor, photo } = await readSingle(name, both.a);
        const other =
          photo === undefined ? (await readSingle(name, both.b)).tensor : await inputOf(photo, both.b);
        return { a: tensor, b: other };
      };
      compared.push({ name, read });
    }
  }
  return {
    compared,
    close: async () => {
      await Promise.all(closing.map((close) => close()));
    },
  };
}

async function inputOf(image: RgbImage, { networkFor, preprocessing }: Opened): Promise<FloatTensor> {
  return toInput(image, preprocessing.preprocessing, (await networkFor(undefined)).input);
}

async function isSet(name: string): Promise<boolean> {
  return (
    isSetFile(name) ||
    (await stat(name).then(
      (found) => found.isDirectory(),
      () => false,
    ))
  );
}

/** @throws UserError for a metric that is over its bound */
function failOver(found: Comparison, all: readonly Bound[], what: string): void {
  const over = overBounds(found, all);
  if (over.length > 0) {
    throw new UserError(`${what}: ${over.join(', ')}`);
  }
}

/** Photos that are written out. */
const SHOWN = 10;

function text(found: Comparison, { tolerance }: Options, names: readonly string[]): string {
  const { layers, photos, problems } = found;
  const hasRun = layers.some(({ activations }) => activations !== undefined);
  const hasCka = layers.some(({ cka }) => cka !== undefined);
  const flipped = photos.filter(isFlipped);
  const named = (top: PhotoComparison['a']): string =>
    top === undefined ? 'NaN or infinite' : (names[top.index] ?? `class ${top.index}`);
  return [
    table(
      [
        'layer',
        'in B',
        'change',
        'weights',
        ...(hasRun ? ['activations', 'cosine', 'SNR dB', 'largest'] : []),
        ...(hasCka ? ['CKA'] : []),
      ],
      layers.map((layer) => [
        layer.a?.name ?? '',
        layer.b === undefined || layer.b.name === layer.a?.name ? '' : layer.b.name,
        changeText(layer),
        short(largestWeightError(layer.weights)),
        ...(hasRun ? activationCells(layer) : []),
        ...(hasCka ? [layer.cka?.toFixed(4) ?? ''] : []),
      ]),
    ),
    '',
    partingText(found, tolerance),
    ...(photos.length === 0
      ? []
      : [
          `the same class for ${photos.length - flipped.length} of ${photos.length} photos; probabilities differ by ${short(METRICS.probability(found))} at most`,
          ...accuracyText(found),
          ...shortList(
            `${flipped.length} get another class`,
            flipped.map(({ name, a, b }) => `${name}: ${named(a)}, in B ${named(b)}`),
            SHOWN,
          ),
        ]),
    ...shortList(
      `${problems.length} photos skipped`,
      problems.map(({ path, problem }) => `${path}: ${problem}`),
      SHOWN,
    ),
  ].join('\n');
}

function accuracyText({ photos }: Comparison): readonly string[] {
  const found = accuraciesOf(photos);
  if (found === undefined) {
    return [];
  }
  const { a, b, onlyA, onlyB, mcNemar } = found;
  const share = (value: number): string => `${(100 * value).toFixed(1)} %`;
  return [
    `A is right about ${share(a)} of ${found.photos} labelled photos, B about ${share(b)}; about ${onlyA} only A is, about ${onlyB} only B`,
    `McNemar's test (${mcNemar.method}): p = ${short(mcNemar.p)}`,
  ];
}

function changeText({ change, a, b }: LayerComparison): string {
  if (change !== 'changed' || a === undefined || b === undefined) {
    return change === 'none' ? '' : change;
  }
  const sizes = [a, b].map(({ outputShape }) => outputShape?.slice(1).join('x') ?? '?');
  return a.detail === b.detail ? `${sizes.join(' to ')}` : `${a.detail} to ${b.detail}`;
}

function activationCells({ activations }: LayerComparison): readonly string[] {
  if (activations === undefined) {
    return ['', '', '', ''];
  }
  const { relativeError, cosine, snr, largest, notFinite } = activations;
  const [lostA, lostB] = notFinite;
  return lostA + lostB > 0
    ? [`${lostA} and ${lostB} values are NaN or infinite`, '', '', '']
    : [short(relativeError), cosine.toFixed(6), snr === Infinity ? 'equal' : snr.toFixed(1), short(largest)];
}

function partingText(found: Comparison, tolerance: number): string {
  const parting = firstParting(found, tolerance);
  if (parting === undefined) {
    return `no layers part: none differ by more than ${tolerance}`;
  }
  const { a, activations } = parting.layer;
  const what = activations === undefined ? 'weights' : 'activations';
  return `they part at ${a?.name ?? ''}: its ${what} differ by ${short(parting.relativeError)}, more than ${tolerance}`;
}

function short(value: number | undefined): string {
  return value === undefined ? '' : shortNumber(value);
}

function described(found: Comparison, { tolerance }: Options, names: readonly string[]): unknown {
  const parting = firstParting(found, tolerance);
  const labelled = (top: PhotoComparison['a']): unknown =>
    top === undefined ? null : { ...top, label: names[top.index] ?? null };
  return {
    layers: found.layers.map(({ a, b, change, weights, activations, cka }) => ({
      ...{ a: a?.name ?? null, b: b?.name ?? null, change },
      weights: weights.map(({ distance, ...rest }) => ({ ...rest, ...distance })),
      activations: activations ?? null,
      cka: cka ?? null,
    })),
    part:
      parting === undefined
        ? null
        : { layer: parting.layer.a?.name ?? null, relativeError: parting.relativeError, tolerance },
    photos: found.photos.map(({ name, classIndex, a, b, largest }) => ({
      image: name,
      class: classIndex === undefined ? null : { index: classIndex, label: names[classIndex] ?? null },
      a: labelled(a),
      b: labelled(b),
      largest,
    })),
    accuracy: accuraciesOf(found.photos) ?? null,
    skipped: found.problems,
    metrics: Object.fromEntries(Object.entries(METRICS).map(([name, of]) => [name, of(found) ?? null])),
  };
}

function aboveZero(value: string): number {
  const number = Number(value);
  if (!(number >= 0)) {
    throw new InvalidArgumentError('give a number that is not negative');
  }
  return number;
}

function bounds(argument: string, before: readonly Bound[] = []): readonly Bound[] {
  const [metric = '', value = ''] = argument.split('=');
  if (!(metric in METRICS) || value === '' || Number.isNaN(Number(value))) {
    throw new InvalidArgumentError(`give METRIC=VALUE, METRIC one of ${Object.keys(METRICS).join(', ')}`);
  }
  return [...before, { metric: metric as Bound['metric'], value: Number(value) }];
}
