/** `unpool top STORE --layer L --out F` */

import type { Command } from 'commander';
import { Option } from 'commander';

import { openIndexedPhotos } from '../core/analysis/photoSet/indexOrigin.js';
import { orderedMaps } from '../core/analysis/photoSet/mapOrder.js';
import type { MapOrder, RankedMap } from '../core/analysis/photoSet/mapOrder.js';
import { topDescription } from '../core/analysis/photoSet/topDescription.js';
import { indexedPhotoThreads } from '../core/analysis/photoSet/topPatches.js';
import { openLayer } from '../core/analysis/photoSet/topUnits.js';
import type { LayerOfIndex } from '../core/analysis/photoSet/topUnits.js';
import { namingFile, UserError } from '../core/errors.js';
import { topFigureJob } from '../core/figures/topPhotosJob.js';
import type { RgbImage } from '../core/imaging/image.js';
import type { Network } from '../core/network/network.js';
import { openIndex } from '../core/store/photoIndex.js';
import { runJob } from './jobs.js';
import { indexedNetwork, originOptions, tellIndexedPreprocessing } from './indexed.js';
import type { OriginOptions } from './indexed.js';
import { formOf, writeResult } from './output.js';
import { natural, note, positive, withEngine } from './opened.js';
import type { Session } from './opened.js';

interface Options extends OriginOptions {
  readonly layer: string;
  readonly map?: readonly number[];
  readonly first: number;
  readonly count: number;
  readonly sort?: 'strength' | 'selectivity' | 'deadness';
  readonly label?: string;
  readonly versus?: string;
  readonly like?: number;
  readonly out: string;
}

/** Photos of a map, as in the paper's figure. */
const COUNT = 9;
/** Maps that are shown unless some are named. */
const MAPS = 16;

export function addTop(program: Command): void {
  const command = program
    .command('top')
    .description('the photos of an index that excite each map most, beside their projections')
    .argument('<store>', 'an index, as unpool index makes it')
    .requiredOption('--layer <name>', 'a layer of the index')
    .addOption(
      new Option('--map <c,...>', 'these maps, in this order')
        .argParser(mapNumbers)
        .conflicts(['first', 'sort', 'label', 'versus', 'like']),
    )
    .option('--first <n>', 'so many maps, the first ones of the order', positive, MAPS)
    .option('--count <n>', 'photos of each map', positive, COUNT)
    .addOption(
      new Option('--sort <order>', 'which maps come first: strength, unless another option says it')
        .choices(['strength', 'selectivity', 'deadness'])
        .conflicts(['versus', 'like']),
    )
    .option('--label <name>', 'by selectivity for this label: first the maps that answer its photos alone')
    .option('--versus <name>', 'first the maps that tell photos of --label from those of this one')
    .addOption(
      new Option('--like <c>', 'first the maps that answer labels as map C does')
        .argParser(natural)
        .conflicts('label'),
    );
  originOptions(command)
    .requiredOption('--out <file>', '.png or .json')
    .action(async (store: string, options: Options, command: Command) => {
      formOf(options.out, ['png', 'json']);
      const order = orderOf(options, command);
      const index = await openIndex(store);
      const opened = await openLayer(index, options.layer);
      const maps =
        options.map?.map((map) => ({ map, value: undefined })) ?? chosenMaps(opened, order, options.first);
      const missing = index.missing.length;
      if (missing > 0) {
        note(
          `${store}: ${missing} of ${missing + index.parts.length} parts are still to be made, so their photos are in nothing`,
        );
      }
      await withEngine(command, async (session) => {
        const network = await indexedNetwork(session, index, options);
        await writeResult(options.out, {
          png: () => figure(session, network, opened, maps, options),
          json: () => topDescription(network, opened, maps, options.map ? undefined : order, options.count),
        });
      });
    });
}

function orderOf({ sort, label, versus, like }: Options, command: Command): MapOrder {
  if (versus !== undefined) {
    return label === undefined
      ? command.error("error: option '--versus <name>' needs --label, the label to tell it from")
      : { by: 'contrast', labels: [label, versus] };
  }
  if (label !== undefined && sort !== undefined && sort !== 'selectivity') {
    return command.error(`error: option '--label <name>' orders by selectivity, not by ${sort}`);
  }
  if (like !== undefined) {
    return { by: 'likeness', map: like };
  }
  return label !== undefined || sort === 'selectivity'
    ? { by: 'selectivity', label }
    : { by: sort ?? 'strength' };
}

function chosenMaps(
  { index, layer, summary }: LayerOfIndex,
  order: MapOrder,
  first: number,
): readonly RankedMap[] {
  return namingFile(index.store, () => orderedMaps(summary, layer, order)).slice(0, first);
}

/** Paths that are written out. */
const SHOWN = 5;

async function figure(
  session: Session,
  network: Network,
  opened: LayerOfIndex,
  maps: readonly RankedMap[],
  { photos: root, count }: Options,
): Promise<RgbImage> {
  const { index } = opened;
  tellIndexedPreprocessing(index);
  const threads = indexedPhotoThreads(index, network);
  const set = await openIndexedPhotos(index, root);
  try {
    const request = { maps: maps.map(({ map }) => map), count, set, threads };
    const { picture, photos, problems } = await runJob(topFigureJob(network, opened, request), session);
    if (problems.length > 0) {
      const some = problems.slice(0, SHOWN).map(({ path, problem }) => `${path} ${problem}`);
      const text = `${problems.length} of ${photos} photos cannot be shown: ${some.join('; ')}${problems.length > SHOWN ? '; ...' : ''}`;
      if (problems.length === photos) {
        throw new UserError(`${index.store}: ${text}; --photos says where they are`);
      }
      note(`${text}; they are crossed out`);
    }
    return picture;
  } finally {
    await set.close();
    await threads.close();
  }
}

function mapNumbers(text: string): readonly number[] {
  return text.split(',').map((part) => natural(part.trim()));
}
