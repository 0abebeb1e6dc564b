/** `unpool invariance MODEL PHOTOS|IMAGE` */

import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';

import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';

import { inPhoto, invarianceJob } from '../core/analysis/photoSet/invariance.js';
import type { Invariance, InvarianceOptions, PhotoSource } from '../core/analysis/photoSet/invariance.js';
import { invarianceLayers, usualRange, valuesIn } from '../core/analysis/photoSet/invarianceChoices.js';
import {
  classProbabilityCurves,
  invarianceTable,
  invarianceValue,
  relativeDistances,
} from '../core/analysis/photoSet/invarianceCurves.js';
import { labelMatches } from '../core/analysis/photoSet/labelMatches.js';
import { scoresOf } from '../core/analysis/photo/scores.js';
import { UserError } from '../core/errors.js';
import { invarianceFigure, invarianceHeights } from '../core/figures/invariance.js';
import { decodeImage } from '../core/imaging/decode.js';
import { toImage, toInput } from '../core/imaging/preprocess.js';
import type { RgbImage } from '../core/imaging/image.js';
import { TRANSFORMS, transformed } from '../core/imaging/transforms.js';
import type { Transform } from '../core/imaging/transforms.js';
import type { Network } from '../core/network/network.js';
import { isSetFile, openPhotoSet } from '../core/photos/photoSet.js';
import { runJob } from './jobs.js';
import { shortList } from './lists.js';
import {
  natural,
  note,
  photoOptions,
  positive,
  tellScores,
  tellSize,
  toldLabels,
  toldPreprocessing,
  withOpened,
} from './opened.js';
import type { Opened } from './opened.js';
import { formOf, writeResult } from './output.js';
import { table } from './table.js';

interface Options {
  readonly layers?: readonly string[];
  readonly transform: Transform;
  readonly range?: readonly [number, number];
  readonly steps: number;
  readonly class?: number;
  readonly labels?: string;
  readonly json?: true;
  readonly out?: string;
}

/** Lines of a list. */
const SHOWN = 10;
/** Photos of the picture's row, as in the paper. */
const ROW = 5;

export function addInvariance(program: Command): void {
  const command = program
    .command('invariance')
    .description('how features and the answer move while photos are moved, scaled, turned or relit')
    .argument('<model>', '.onnx file')
    .argument(
      '<photos>',
      'a folder (class subfolders are labels), a .zip, a .csv of path and label, or a photo',
    );
  photoOptions(command)
    .option(
      '--layers <names>',
      'separated by commas; by default the first and the last layer before the class scores',
      list,
    )
    .addOption(
      new Option('--transform <kind>', 'what is done to the photos').choices(TRANSFORMS).default('vertical'),
    )
    .option('--range <from,to>', 'of the transform: pixels of the input, degrees, or factors', range)
    .option('--steps <n>', 'values in the range, both ends included', positive, 21)
    .option('--class <index>', "whose probability is told; by default the label's, else the answer", natural)
    .option('--labels <file>', 'class names: one a line, a .tsv or a JSON list; or imagenet')
    .option('--json', 'print JSON')
    .option('--out <file>', '.csv, .json, or .png for charts')
    .action(async (model: string, photos: string, options: Options, command: Command) => {
      if (options.out !== undefined) {
        formOf(options.out, ['csv', 'json', 'png']);
      }
      checkRange(options);
      await withOpened(command, model, async (opened) => {
        const found = await stat(photos).catch(() => undefined);
        const isSet = isSetFile(photos) || found?.isDirectory() === true;
        const set = isSet ? await openPhotoSet(photos) : undefined;
        try {
          await measure(opened, set ?? single(photos), options);
        } finally {
          await set?.close();
        }
      });
    });
}

/** @throws UserError for a size, a light or a blur that no photo can have */
function checkRange({ transform, range: asked }: Options): void {
  const least = Math.min(...(asked ?? [1]));
  if (transform === 'scale' ? least <= 0 : isFactorOrWidth(transform) && least < 0) {
    throw new UserError(
      `--range ${asked?.join(',')}: ${transform} begins ${transform === 'scale' ? 'above' : 'at'} 0`,
    );
  }
}

function isFactorOrWidth(transform: Transform): boolean {
  return transform === 'brightness' || transform === 'contrast' || transform === 'blur';
}

function single(file: string): PhotoSource {
  return {
    photos: [{ path: basename(file), label: undefined, bytes: undefined }],
    read: async () => {
      try {
        return await readFile(file);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        throw new UserError(
          code === 'ENOENT' ? 'there is no such file' : `the file cannot be read (${code ?? String(error)})`,
        );
      }
    },
  };
}

async function measure(opened: Opened, source: PhotoSource, options: Options): Promise<void> {
  const network = await opened.networkFor(undefined);
  scoresOf(network);
  tellSize(network, opened.sizeFlag);
  const preprocessing = toldPreprocessing(opened);
  tellScores(network);
  const { names } = await toldLabels(network, options.labels);
  const { transform, steps } = options;
  const asked: InvarianceOptions = {
    transform,
    values: valuesIn(options.range ?? usualRange(transform, network.input), steps),
    layers: invarianceLayers(network, options.layers),
    preprocessing,
    matches: await labelMatches(network, source, names),
    classIndex: options.class,
  };
  const result = await runJob(invarianceJob(network, source, asked), opened);
  if (options.out !== undefined) {
    await writeResult(options.out, {
      png: async () => {
        note(legend(result));
        return invarianceFigure(result, await rowOfPhotos(network, source, result, asked));
      },
      csv: () => invarianceTable(result),
      json: () => invarianceValue(result, names),
    });
  }
  process.stdout.write(
    options.json === true
      ? `${JSON.stringify(invarianceValue(result, names), undefined, 2)}\n`
      : `${text(result)}\n`,
  );
}

/** The first photo that could be read, as the network sees it under some of the values. */
async function rowOfPhotos(
  network: Network,
  source: PhotoSource,
  { photos: [first] }: Invariance,
  asked: InvarianceOptions,
): Promise<readonly RgbImage[]> {
  const photo = source.photos.find(({ path }) => path === first?.path);
  if (photo === undefined) {
    return [];
  }
  const { values, transform, preprocessing } = asked;
  const image = await decodeImage(await source.read(photo), photo.path);
  const shown = valuesIn([0, values.length - 1], Math.min(ROW, values.length)).map(Math.round);
  return shown.map((place) => {
    const value = inPhoto(values[place] ?? 0, image, network, asked);
    const input = toInput(transformed(image, transform, value), preprocessing, network.input);
    return toImage(input, preprocessing, network.input);
  });
}

const UNITS: Readonly<Record<Transform, string>> = {
  vertical: 'pixels down',
  horizontal: 'pixels right',
  scale: 'scale',
  rotation: 'degrees',
  brightness: 'brightness',
  contrast: 'contrast',
  blur: 'blur',
};

function text(result: Invariance): string {
  const { layers, values, photos, transform, problems } = result;
  const measures = [
    ...layers.map((_, layer) => relativeDistances(result, layer)),
    classProbabilityCurves(result),
  ];
  const cell = (value: number | undefined, deviation: number | undefined): string => {
    const mean = (value ?? NaN).toFixed(3);
    return photos.length === 1 ? mean : `${mean} ± ${(deviation ?? NaN).toFixed(3)}`;
  };
  return [
    table(
      [UNITS[transform], ...layers, 'probability'],
      values.map((value, place) => [
        String(Number(value.toPrecision(4))),
        ...measures.map(({ mean, deviation }) => cell(mean[place], deviation[place])),
      ]),
    ),
    '',
    `layers: distance of features from those of the untransformed photo, divided by the length of these`,
    ...(photos.length === 1 ? [] : [`mean and standard deviation over ${photos.length} photos`]),
    ...shortList(
      `${problems.length} photos skipped`,
      problems.map(({ path, problem }) => `${path}: ${problem}`),
      SHOWN,
    ),
  ].join('\n');
}

/** What the picture's charts are, which has no text of its own. */
function legend(result: Invariance): string {
  const heights = invarianceHeights(result).map((height) => height.toPrecision(3));
  const charts = [...result.layers, 'probability'].map((name, at) => `${name} (full height ${heights[at]})`);
  const { values, transform } = result;
  return `charts, left to right: ${charts.join(', ')}; ${UNITS[transform]} from ${values[0]} to ${values.at(-1)}`;
}

function list(names: string): readonly string[] {
  return names
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function range(text: string): readonly [number, number] {
  const parts = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  const [from = NaN, to = NaN] = parts;
  if (parts.length !== 2 || !Number.isFinite(from) || !Number.isFinite(to) || from > to) {
    throw new InvalidArgumentError(`'${text}' is no range; give the lowest and the highest value as -60,60`);
  }
  return [from, to];
}
