/** `unpool map STORE` */

import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';

import { labelMatches } from '../core/analysis/photoSet/labelMatches.js';
import { mapActivations } from '../core/analysis/photoSet/mapActivations.js';
import { correctness } from '../core/analysis/photoSet/setAnswers.js';
import { setMapJob } from '../core/analysis/photoSet/setMap.js';
import type { MapMethod, SetMap } from '../core/analysis/photoSet/setMap.js';
import { computeSetMap } from '../core/analysis/photoSet/setMapLayout.js';
import { placedPhotos, setMapSummary, setMapTable } from '../core/analysis/photoSet/setMapTable.js';
import { UserError } from '../core/errors.js';
import { GROUP_COLOURS, OTHERS, setMapFigure } from '../core/figures/setMap.js';
import { colourOf, VIRIDIS } from '../core/imaging/colour.js';
import type { RgbImage } from '../core/imaging/image.js';
import { rangeOf } from '../core/imaging/picture.js';
import type { PhotoRow } from '../core/store/indexPart.js';
import { openIndex } from '../core/store/photoIndex.js';
import type { PhotoIndex } from '../core/store/photoIndex.js';
import { indexedNetwork, layerWithVectorsOf, originOptions } from './indexed.js';
import type { OriginOptions } from './indexed.js';
import { runJob } from './jobs.js';
import { note, toldLabels, withEngine } from './opened.js';
import type { Session } from './opened.js';
import { formOf, writeResult } from './output.js';

/** By label, by whether the network is right, or by the mean activation of a map of the layer. */
type Colouring = 'label' | 'error' | { readonly map: number };

interface Options extends OriginOptions {
  readonly layer?: string;
  readonly method: MapMethod;
  readonly colour: Colouring;
  readonly out: string;
}

export function addMap(program: Command): void {
  const command = program
    .command('map')
    .description('the photos of an index on a plane, those beside each other that the network finds alike')
    .argument('<store>', 'an index, as unpool index makes it')
    .option('--layer <name>', 'a layer whose vectors are kept; by default the first one that has some')
    .addOption(
      new Option('--method <name>', 'the two principal components, or UMAP, which keeps neighbours together')
        .choices(['pca', 'umap'])
        .default('pca'),
    )
    .option(
      '--colour <what>',
      'of the picture: label, error, or the number of a map of the layer',
      colouring,
      'label',
    );
  originOptions(command)
    .requiredOption('--out <file>', '.png, .csv or .json')
    .action(async (store: string, options: Options, command: Command) => {
      formOf(options.out, ['png', 'csv', 'json']);
      const index = await openIndex(store);
      const layer = layerWithVectorsOf(index, options.layer);
      if (index.missing.length > 0) {
        note(`${store}: parts of the index are still to be made; their photos are not on the map`);
      }
      const photos = await index.photos();
      await withEngine(command, async (session) => {
        const { method } = options;
        const how = { layer, method };
        const map = await runJob(
          setMapJob(index, photos, how, (context) => computeSetMap(index, how, context)),
          session,
        );
        const placed = placedPhotos(map, photos);
        await writeResult(options.out, {
          png: () => picture(session, { index, layer, map, photos, options }),
          csv: () => setMapTable(placed),
          json: () => setMapSummary(how, map, placed),
        });
      });
    });
}

function colouring(text: string): Colouring {
  if (text === 'label' || text === 'error') {
    return text;
  }
  if (/^\d+$/.test(text)) {
    return { map: Number(text) };
  }
  throw new InvalidArgumentError("give 'label', 'error', or the number of a map.");
}

interface Drawn {
  readonly index: PhotoIndex;
  readonly layer: string;
  readonly map: SetMap;
  readonly photos: readonly PhotoRow[];
  readonly options: Options;
}

/** Draws the map, and tells what its colours are. */
async function picture(session: Session, drawn: Drawn): Promise<RgbImage> {
  const { index, layer, map, photos, options } = drawn;
  const order = [...map.photos.keys()];
  if (typeof options.colour === 'object') {
    const { map: number } = options.colour;
    const values = await mapActivations(index, layer, number);
    const own = Float32Array.from(map.photos, (photo) => values.get(photo) ?? NaN);
    const { min, max } = rangeOf(own);
    note(
      `mean activation of map ${number} of ${layer}: purple ${min.toPrecision(3)}, yellow ${max.toPrecision(3)}`,
    );
    const rising = order.sort((a, b) => (own[a] ?? 0) - (own[b] ?? 0));
    return setMapFigure(map.positions, rising, (place) => colourOf(VIRIDIS, own[place] ?? NaN, min, max));
  }
  const groups = options.colour === 'error' ? await errors(session, drawn) : labels(drawn);
  const rows = new Map(photos.map((row, at) => [row.photo, groups[at] ?? '']));
  const of = order.map((place) => rows.get(map.photos[place] ?? -1) ?? '');
  const counts = new Map<string, number>();
  of.forEach((group) => counts.set(group, (counts.get(group) ?? 0) + 1));
  const largest = [...counts]
    .filter(([group]) => group !== '')
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const coloured = new Map(largest.slice(0, GROUP_COLOURS.length).map(([group], at) => [group, at]));
  coloured.forEach((at, group) => {
    note(`${GROUP_COLOURS[at]?.[0] ?? ''}: ${group} (${counts.get(group) ?? 0})`);
  });
  const rest = of.filter((group) => !coloured.has(group)).length;
  if (rest > 0) {
    note(`${OTHERS[0]}: others (${rest})`);
  }
  const colourOfPlace = (place: number) => GROUP_COLOURS[coloured.get(of[place] ?? '') ?? -1] ?? OTHERS;
  const lastOnTop = order.sort(
    (a, b) => Number(coloured.has(of[a] ?? '')) - Number(coloured.has(of[b] ?? '')),
  );
  return setMapFigure(map.positions, lastOnTop, (place) => colourOfPlace(place)[1]);
}

function labels({ photos }: Drawn): readonly string[] {
  return photos.map(({ label }) => label ?? '');
}

/** @throws UserError where no label means a class of the network */
async function errors(session: Session, { index, photos, options }: Drawn): Promise<readonly string[]> {
  const network = await indexedNetwork(session, index, options);
  const { names } = await toldLabels(network, undefined);
  const matches = await labelMatches(network, { photos }, names);
  const answers = correctness(photos, matches);
  if (answers.every((answer) => answer === 'unknown')) {
    throw new UserError(
      `${index.store}: no label of its photos means a class of ${network.model.file}; photoLabels of the sidecar says which do`,
    );
  }
  return answers.map((answer) => (answer === 'unknown' ? '' : answer));
}
