/** `unpool neighbours STORE IMAGE...` */

import { readFile } from 'node:fs/promises';

import type { Command } from 'commander';
import { Option } from 'commander';

import { openIndexedPhotos } from '../core/analysis/photoSet/indexOrigin.js';
import { askedPhotos, outsideVectorsJob, vectorOfPhoto } from '../core/analysis/photoSet/neighbourQueries.js';
import { neighboursJob } from '../core/analysis/photoSet/neighbours.js';
import type { Distance } from '../core/analysis/photoSet/neighbours.js';
import {
  neighbourResults,
  neighbourSummary,
  neighbourTable,
} from '../core/analysis/photoSet/neighbourTable.js';
import type { NeighbourResult } from '../core/analysis/photoSet/neighbourTable.js';
import { UserError } from '../core/errors.js';
import { neighboursFigure } from '../core/figures/neighbours.js';
import { decodeImage } from '../core/imaging/decode.js';
import type { RgbImage } from '../core/imaging/image.js';
import { openIndex } from '../core/store/photoIndex.js';
import type { PhotoIndex } from '../core/store/photoIndex.js';
import type { PhotoRow } from '../core/store/indexPart.js';
import { indexedNetwork, layerWithVectorsOf, originOptions, tellIndexedPreprocessing } from './indexed.js';
import type { OriginOptions } from './indexed.js';
import { runJob } from './jobs.js';
import { note, positive, withEngine } from './opened.js';
import type { Session } from './opened.js';
import { formOf, writeResult } from './output.js';
import { table } from './table.js';

interface Options extends OriginOptions {
  readonly layer?: string;
  readonly count: number;
  readonly distance: Distance;
  readonly out?: string;
}

/** Neighbours of a query, as in the paper's figure. */
const COUNT = 6;

export function addNeighbours(program: Command): void {
  const command = program
    .command('neighbours')
    .description('the photos of an index that are most like these to the network')
    .argument('<store>', 'an index, as unpool index makes it')
    .argument('<image...>', 'photos: paths in the set of the index, or files')
    .option('--layer <name>', 'a layer whose vectors are kept; by default the first one that has some')
    .option('--count <n>', 'neighbours of each photo', positive, COUNT)
    .addOption(
      new Option('--distance <name>', 'between vectors')
        .choices(['euclidean', 'cosine'])
        .default('euclidean'),
    );
  originOptions(command)
    .option('--out <file>', '.png, .csv or .json; a table is printed where it is left out')
    .action(async (store: string, images: string[], options: Options, command: Command) => {
      if (options.out !== undefined) {
        formOf(options.out, ['png', 'csv', 'json']);
      }
      const index = await openIndex(store);
      const layer = layerWithVectorsOf(index, options.layer);
      if (index.missing.length > 0) {
        note(`${store}: parts of the index are still to be made; their photos are no one's neighbours`);
      }
      // The vector of a photo from outside is rounded by the number of threads, as those of the index were.
      const results = await withEngine(
        command,
        (session) => search(session, { index, layer, images, options }),
        index.manifest,
      );
      if (options.out === undefined) {
        process.stdout.write(`${results.map(text).join('\n\n')}\n`);
        return;
      }
      await writeResult(options.out, {
        png: () => picture(index, results, options.photos),
        csv: () => neighbourTable(results),
        json: () => neighbourSummary({ layer, distance: options.distance }, results),
      });
    });
}

interface Search {
  readonly index: PhotoIndex;
  readonly layer: string;
  readonly images: readonly string[];
  readonly options: Options;
}

async function search(
  session: Session,
  { index, layer, images, options }: Search,
): Promise<readonly NeighbourResult[]> {
  const asked = await askedPhotos(index, images);
  const files = asked.filter(({ photo }) => photo === undefined).map(({ image }) => image);
  const outside = files.length === 0 ? [] : await outsideVectors(session, index, layer, files, options);
  const queries = [];
  for (const { image, photo } of asked) {
    const vector =
      photo === undefined
        ? (outside[files.indexOf(image)] ?? new Float32Array())
        : await vectorOfPhoto(index, layer, photo);
    queries.push({ photo, vector });
  }
  const { distance, count } = options;
  const found = await runJob(neighboursJob(index, queries, { layer, distance, count }), session);
  const numbers = new Set(found.flat().map(({ photo }) => photo));
  const rows = new Map((await index.photos(numbers)).map((row) => [row.photo, row]));
  return neighbourResults(asked, found, rows);
}

async function outsideVectors(
  session: Session,
  index: PhotoIndex,
  layer: string,
  files: readonly string[],
  options: OriginOptions,
): Promise<readonly Float32Array[]> {
  const network = await indexedNetwork(session, index, options);
  tellIndexedPreprocessing(index);
  return runJob(outsideVectorsJob(network, { index, layer, files }), session);
}

function text({ image, photo, label, neighbours }: NeighbourResult): string {
  const heading = [
    image,
    ...(photo === undefined ? ['from outside the index'] : [label ?? '']).filter(Boolean),
  ];
  return `${heading.join(': ')}\n${table(
    ['distance', 'label', 'photo', ''],
    neighbours.map(({ distance, row, agrees }) => [
      distance.toPrecision(6),
      row.label ?? '',
      row.path,
      agrees === false ? 'another label' : '',
    ]),
  )}`;
}

async function picture(
  index: PhotoIndex,
  results: readonly NeighbourResult[],
  root: string | undefined,
): Promise<RgbImage> {
  const set = await openIndexedPhotos(index, root);
  const shown = async (path: string, read: () => Promise<Uint8Array>): Promise<RgbImage | undefined> => {
    try {
      return await decodeImage(await read(), path);
    } catch (error) {
      if (!(error instanceof UserError)) {
        throw error;
      }
      note(`${error.message}; it is crossed out`);
      return undefined;
    }
  };
  const ofSet = (row: PhotoRow): Promise<RgbImage | undefined> =>
    shown(row.path, () => set.read({ path: row.path, label: row.label, bytes: undefined }));
  try {
    const rows = [];
    for (const { image, photo, neighbours } of results) {
      const [own] = photo === undefined ? [] : await index.photos(new Set([photo]));
      const query = own === undefined ? await shown(image, () => readFile(image)) : await ofSet(own);
      const tiles = [];
      for (const { row, agrees } of neighbours) {
        tiles.push({ photo: await ofSet(row), agrees });
      }
      rows.push({ query, neighbours: tiles });
    }
    return neighboursFigure(rows);
  } finally {
    await set.close();
  }
}
