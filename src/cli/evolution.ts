/** `unpool evolution FOLDER [PHOTOS]` */

import { basename } from 'node:path';

import type { Command } from 'commander';

import { checkpointFiles } from '../core/analysis/models/checkpointFiles.js';
import type { CheckpointFile } from '../core/analysis/models/checkpointFiles.js';
import { evolutionJob } from '../core/analysis/models/evolution.js';
import type {
  Evolution,
  EvolutionPart,
  EvolutionRequest,
  LayerRow,
  WallChoice,
} from '../core/analysis/models/evolution.js';
import { evolutionTable } from '../core/analysis/models/evolutionTable.js';
import type { ChosenBy } from '../core/analysis/models/mapChoice.js';
import type { WallTile } from '../core/analysis/models/mapWall.js';
import { labelMatches } from '../core/analysis/photoSet/labelMatches.js';
import { UserError } from '../core/errors.js';
import { evolutionFigure, figureTile } from '../core/figures/evolution.js';
import type { FigureTile } from '../core/figures/evolution.js';
import type { Network } from '../core/network/network.js';
import type { PhotoSet } from '../core/photos/photo.js';
import { openPhotoSet } from '../core/photos/photoSet.js';
import { runJob } from './jobs.js';
import { shortList } from './lists.js';
import {
  natural,
  note,
  photoOptions,
  positive,
  tellSize,
  toldLabels,
  toldPreprocessing,
  withEngine,
} from './opened.js';
import type { Opened, Session } from './opened.js';
import { formOf, writeResult } from './output.js';
import { table } from './table.js';

interface Options {
  readonly layer?: string;
  readonly maps?: readonly number[];
  readonly kernels?: true;
  readonly json?: true;
  readonly out?: string;
  readonly batch?: number;
  readonly labels?: string;
}

export function addEvolution(program: Command): void {
  const command = program
    .command('evolution')
    .description('how features form: checkpoints of one network as a time line')
    .argument('<folder>', 'of .onnx files, in the order of the numbers in their names')
    .argument('[photos]', 'a folder (class subfolders are labels), a .zip, or a .csv of path and label');
  photoOptions(command)
    .option('--layer <name>', 'whose maps are shown: by default the answers of the last convolution')
    .option('--maps <c,...>', 'these maps, in this order; by default some that answer most selectively', maps)
    .option('--kernels', 'show kernels of a convolution, by default the first one, in place of projections')
    .option('--out <file>', '.png (a row a map, a column a checkpoint) or .csv (the numbers of all layers)')
    .option('--batch <n>', 'photos that a network is given at once', positive)
    .option('--labels <file>', 'class names: one a line, a .tsv or a JSON list; or imagenet')
    .option('--json', 'print JSON')
    .action(async (folder: string, photos: string | undefined, options: Options, command: Command) => {
      const { out } = options;
      if (out !== undefined) {
        formOf(out, ['png', 'csv']);
      }
      const { files, leftOut } = await checkpointFiles(folder);
      shortList(
        `${folder}: ${files.length} checkpoints, in this order`,
        files.map(({ name }) => name),
        LISTED,
      ).forEach(note);
      shortList('left out, no .onnx', leftOut, LISTED).forEach(note);
      await withEngine(command, async (session) => {
        const set = photos === undefined ? undefined : await openPhotoSet(photos);
        try {
          await evolve(session, files, set, options);
        } finally {
          await set?.close();
        }
      });
    });
}

/** Names that are written out. */
const LISTED = 50;

async function evolve(
  session: Session,
  files: readonly CheckpointFile[],
  set: PhotoSet | undefined,
  options: Options,
): Promise<void> {
  const opened = await session.open(files.at(-1)?.file ?? '');
  const request = await requestOf(opened, files, set, options);
  const { last } = request;
  const { preprocessing } = opened.preprocessing;
  const columns = files.map(({ epoch }) => ({ epoch, tiles: [] as readonly FigureTile[] }));
  const told: Told[] = [];
  const take = (part: EvolutionPart): void => {
    const column = part.kind === 'tiles' ? columns[part.place] : undefined;
    if (part.kind === 'tiles' && column !== undefined) {
      column.tiles =
        options.out === undefined
          ? []
          : part.tiles.map((tile) => figureTile(tile, last.input, preprocessing));
      told.push(...part.tiles.map((tile) => toldTile(tile, part.place)));
    }
  };
  const evolution = await runJob(evolutionJob(request), session, take);
  if (options.out !== undefined) {
    await writeResult(options.out, {
      png: () => evolutionFigure(evolution.wall.maps, columns),
      csv: () => evolutionTable(files, evolution.rows),
    });
  }
  process.stdout.write(
    options.json === true
      ? `${JSON.stringify(described(evolution, files, told), undefined, 2)}\n`
      : `${text(evolution, files, told)}\n`,
  );
}

async function requestOf(
  opened: Opened,
  files: readonly CheckpointFile[],
  set: PhotoSet | undefined,
  { layer, maps, kernels, batch, labels }: Options,
): Promise<EvolutionRequest> {
  const last = await opened.networkFor(undefined);
  tellSize(last, opened.sizeFlag);
  const wall: WallChoice = {
    kind: kernels === true || set === undefined ? 'kernels' : 'projections',
    layer,
    maps,
  };
  if (set === undefined) {
    return { files, last, photos: undefined, wall };
  }
  const preprocessing = toldPreprocessing(opened);
  return {
    files,
    last,
    photos: { set, preprocessing, matches: await matchesOf(last, set, labels), batch },
    wall,
  };
}

async function matchesOf(
  last: Network,
  set: PhotoSet,
  labels: string | undefined,
): ReturnType<typeof labelMatches> {
  if (last.scores === undefined || set.photos.every(({ label }) => label === undefined)) {
    return [];
  }
  const matches = await labelMatches(last, set, (await toldLabels(last, labels)).names);
  const known = matches.filter(({ classIndex }) => classIndex !== undefined).length;
  note(`labels of the photos: ${known} of ${matches.length} are classes of the model`);
  return matches;
}

/** What is told of a map at a checkpoint. */
interface Told {
  readonly map: number;
  readonly place: number;
  readonly photo?: string;
  readonly value?: number;
  readonly row?: number;
  readonly column?: number;
  readonly jumped?: boolean;
  readonly problem?: string;
}

function toldTile(tile: WallTile, place: number): Told {
  switch (tile.kind) {
    case 'projection':
    case 'lost': {
      const { map, value, row, column } = tile.unit;
      const rest = tile.kind === 'lost' ? { problem: tile.problem } : { jumped: tile.jumped };
      return { map, place, photo: tile.path, value, row, column, ...rest };
    }
    case 'silent':
    case 'kernel':
      return { map: tile.map, place };
  }
}

const CHOSEN: Readonly<Record<ChosenBy, string>> = {
  asked: 'as asked for',
  selectivity: 'those that answer one label most selectively at the last checkpoint',
  strength:
    'those that answer a photo most strongly at the last checkpoint (photos have no labels to be selective for)',
  norm: 'the kernels of the largest norm at the last checkpoint',
};

/** Rows of a list, and columns of a table. */
const SHOWN = 10;

function text(
  { rows, wall, problems }: Evolution,
  files: readonly CheckpointFile[],
  told: readonly Told[],
): string {
  const all = rows[0]?.layers.map(({ layer }) => layer) ?? [];
  const shown =
    all.length <= SHOWN
      ? [...all.keys()]
      : Array.from({ length: SHOWN }, (_, at) => Math.round((at * (all.length - 1)) / (SHOWN - 1)));
  const hasAccuracy = rows.some(({ accuracy }) => accuracy !== undefined);
  const metric = (
    title: string,
    of: (row: LayerRow) => string | undefined,
    isShown = true,
  ): readonly string[] =>
    isShown && rows.some(({ layers }) => layers.some((layer) => of(layer) !== undefined))
      ? [
          '',
          title,
          table(
            ['checkpoint', ...shown.map((place) => all[place] ?? '')],
            rows.map(({ place, layers }) => [
              files[place]?.name ?? '',
              ...shown.map((layer) => {
                const row = layers[layer];
                return (row === undefined ? undefined : of(row)) ?? '';
              }),
            ]),
          ),
        ]
      : [];
  return [
    ...(hasAccuracy
      ? [
          'Accuracy',
          table(
            ['checkpoint', 'right', 'of'],
            rows.map(({ place, accuracy }) => [
              files[place]?.name ?? '',
              accuracy === undefined ? '' : `${((100 * accuracy.right) / accuracy.of).toFixed(1)} %`,
              accuracy?.of ?? '',
            ]),
          ),
        ]
      : []),
    ...metric('Weight norm', ({ norm }) => norm?.toPrecision(4)),
    ...metric('Step: relative change of the weights since the checkpoint before', ({ step }) => short(step)),
    ...metric('Dead maps: those that answer no photo', ({ dead, maps }) =>
      dead === undefined ? undefined : `${dead} of ${maps}`,
    ),
    ...metric('Mean activation', ({ mean }) => short(mean)),
    ...(shown.length < all.length
      ? ['', `${shown.length} of ${all.length} layers; --json or a .csv has all`]
      : []),
    '',
    wallText(wall, files.length, told),
    ...shortList(
      `${problems.length} photos skipped`,
      problems.map(({ path, problem }) => `${path}: ${problem}`),
      SHOWN,
    ),
  ]
    .join('\n')
    .trimStart();
}

function wallText(
  { kind, layer, maps, chosenBy }: Evolution['wall'],
  count: number,
  told: readonly Told[],
): string {
  const heading = `${kind === 'kernels' ? 'Kernels' : 'Maps'} of ${layer}: ${CHOSEN[chosenBy]}`;
  if (kind === 'kernels') {
    return `${heading}: ${maps.join(', ')}`;
  }
  const rows = maps.map((map) => {
    const own = told.filter((tile) => tile.map === map);
    const last = own.find(({ place }) => place === count - 1);
    return [
      String(map),
      String(own.filter(({ jumped }) => jumped === true).length),
      String(own.filter(({ photo }) => photo === undefined).length),
      last?.photo ?? '',
      short(last?.value) ?? '',
    ];
  });
  return [
    heading,
    table(['map', 'jumps to another photo', 'answers none', 'photo at the end', 'activation'], rows),
  ].join('\n');
}

function short(value: number | undefined): string | undefined {
  return value === undefined ? undefined : value === 0 ? '0' : value.toPrecision(3);
}

function described(
  { rows, wall, problems }: Evolution,
  files: readonly CheckpointFile[],
  told: readonly Told[],
): unknown {
  return {
    checkpoints: rows.map(({ place, layers, accuracy }) => ({
      file: basename(files[place]?.file ?? ''),
      epoch: files[place]?.epoch ?? null,
      accuracy: accuracy === undefined ? null : { ...accuracy, share: accuracy.right / accuracy.of },
      layers: layers.map(({ layer, norm, step, measured, maps, dead, mean }) => ({
        layer,
        weightNorm: norm ?? null,
        step: step ?? null,
        measured: measured ?? null,
        maps: maps ?? null,
        deadMaps: dead ?? null,
        meanActivation: mean ?? null,
      })),
    })),
    wall: {
      ...{ shows: wall.kind, layer: wall.layer, chosenBy: wall.chosenBy },
      maps: wall.maps.map((map) => ({
        map,
        ...(wall.kind === 'projections' && {
          checkpoints: told
            .filter((tile) => tile.map === map)
            .map(({ place, photo, value, row, column, jumped, problem }) => ({
              epoch: files[place]?.epoch ?? null,
              ...{
                photo: photo ?? null,
                activation: value ?? null,
                row: row ?? null,
                column: column ?? null,
              },
              jumped: jumped ?? false,
              ...(problem !== undefined && { problem }),
            })),
        }),
      })),
    },
    skipped: problems,
  };
}

function maps(text: string): readonly number[] {
  const all = text.split(',').map((part) => natural(part.trim()));
  if (new Set(all).size < all.length) {
    throw new UserError(`--maps ${text}: names a map twice`);
  }
  return all;
}
