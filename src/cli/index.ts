/** `unpool index MODEL PHOTOS --out STORE` */

import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';

import { indexJob } from '../core/analysis/photoSet/index.js';
import type { IndexResult } from '../core/analysis/photoSet/index.js';
import { labelMatches } from '../core/analysis/photoSet/labelMatches.js';
import { parseShard } from '../core/analysis/photoSet/parts.js';
import type { Shard } from '../core/analysis/photoSet/parts.js';
import type { Network } from '../core/network/network.js';
import type { PhotoSet } from '../core/photos/photo.js';
import { openPhotoSet } from '../core/photos/photoSet.js';
import { runJob } from './jobs.js';
import { shortList } from './lists.js';
import {
  note,
  photoOptions,
  positive,
  tellScores,
  tellSize,
  toldLabels,
  toldPreprocessing,
  withOpened,
} from './opened.js';
import type { GlobalOptions } from './opened.js';

interface Options {
  readonly out: string;
  readonly layers?: readonly string[];
  readonly vectors?: readonly string[];
  readonly shard?: Shard;
  readonly batch?: number;
  readonly labels?: string;
}

export function addIndex(program: Command): void {
  const command = program
    .command('index')
    .description('one pass over many photos: what excites each map, and how alike photos are')
    .argument('<model>', '.onnx file')
    .argument('<photos>', 'a folder (class subfolders are labels), a .zip, or a .csv of path and label');
  photoOptions(command)
    .requiredOption('--out <store>', 'folder of Parquet tables; a run that was stopped goes on there')
    .option(
      '--layers <names>',
      'layers, with commas between; by default the last activation of each stage, and the fully connected ones',
      names,
    )
    .option(
      '--vectors <names>',
      'layers whose vector is kept for every photo; by default what the last fully connected layer reads',
      names,
    )
    .option('--shard <i/n>', 'go over one of n shares of the photos, i from 1', shard)
    .option('--batch <n>', 'photos that the network is given at once', positive)
    .option('--labels <file>', 'class names: one a line, a .tsv or a JSON list; or imagenet')
    .action(async (model: string, photos: string, options: Options, command: Command) => {
      await withOpened(command, model, async (opened) => {
        const network = await opened.networkFor(undefined);
        tellSize(network, opened.sizeFlag);
        const preprocessing = toldPreprocessing(opened);
        tellScores(network);
        const set = await openPhotoSet(photos);
        try {
          await tellMatches(network, set, options.labels);
          const { out: store, layers, vectors, batch, shard } = options;
          const { threads } = command.optsWithGlobals<GlobalOptions>();
          const job = await indexJob(network, set, {
            store,
            preprocessing,
            layers,
            vectors,
            batch,
            shard,
            threads,
          });
          const result = await runJob(job, opened);
          process.stdout.write(`${summaryText(result, options)}\n`);
        } finally {
          await set.close();
        }
      });
    });
}

/** Labels or problems that are written out. */
const SHOWN = 20;

/** Tells which labels of the photos are classes of the network. */
async function tellMatches(network: Network, set: PhotoSet, option: string | undefined): Promise<void> {
  if (network.scores === undefined || set.photos.every(({ label }) => label === undefined)) {
    return;
  }
  const { names } = await toldLabels(network, option);
  const matches = await labelMatches(network, set, names);
  const known = matches.filter(({ classIndex }) => classIndex !== undefined).length;
  const unmatched = matches.filter(({ by }) => by === undefined).map(({ label }) => label);
  note(`labels of the photos: ${known} of ${matches.length} are classes of the model`);
  if (unmatched.length > 0) {
    note(
      `no class is called ${listed(unmatched, ', ')}; "photoLabels" in the sidecar says which classes they are`,
    );
  }
}

function summaryText(result: IndexResult, { out, shard }: Options): string {
  const { photos, problems, resumed, added, whole, bytes, manifest } = result;
  const maps = manifest.layers.reduce((sum, layer) => sum + layer.maps, 0);
  const there = bytes.photos + bytes.vectors + bytes.maps;
  const aPhoto = (bytes.photos + bytes.vectors) / Math.max(1, whole.there);
  return [
    `${out}: ${photos - problems.length} photos${shard === undefined ? '' : ` of shard ${shard.index}/${shard.of}`}, ${manifest.layers.length} layers (${manifest.layers.map(({ name }) => name).join(', ')}), ${maps} maps`,
    ...(resumed > 0
      ? [`${resumed} of ${photos} photos are of an earlier run that was stopped or had ended`]
      : []),
    ...shortList(
      `${problems.length} skipped`,
      problems.map(({ path, problem }) => `${path}: ${problem}`),
      SHOWN,
      `more, in the column problem of ${out}/photos`,
    ),
    ...(added === 0
      ? []
      : [`${added} photos have come into the set since the index was begun, and are not in it`]),
    ...(whole.missing === 0 ? [] : [`${whole.missing} photos are still to be gone over by other shards`]),
    `on disk ${size(there)}: ${size(aPhoto)} a photo, ${size(bytes.maps / maps)} a map`,
  ].join('\n');
}

function size(bytes: number): string {
  return bytes >= 1e9
    ? `${(bytes / 1e9).toFixed(1)} GB`
    : bytes >= 1e6
      ? `${(bytes / 1e6).toFixed(1)} MB`
      : bytes >= 1e3
        ? `${(bytes / 1e3).toFixed(1)} kB`
        : `${bytes.toFixed(0)} B`;
}

function listed(texts: readonly string[], divider: string): string {
  const shown = texts.slice(0, SHOWN).map((text) => `'${text}'`);
  return texts.length > SHOWN
    ? `${shown.join(divider)} and ${texts.length - SHOWN} more`
    : shown.join(divider);
}

function names(text: string): readonly string[] {
  return text.split(',').map((name) => name.trim());
}

function shard(text: string): Shard {
  try {
    return parseShard(text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}
