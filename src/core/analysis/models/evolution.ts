/** How did the features of a network form while it was trained? (Zeiler & Fergus 2013, section 4.1 and figure 4.) */

import { throwIfCancelled, UserError } from '../../errors.js';
import type { Job, JobContext } from '../../jobs/job.js';
import { imageSize } from '../../network/imageInput.js';
import { layerNamed } from '../../network/layerNamed.js';
import type { Layer } from '../../network/layers.js';
import { measureShapes, withMeasuredShapes } from '../../network/measuredShapes.js';
import { modelHash } from '../../network/modelFiles.js';
import type { Network } from '../../network/network.js';
import { openNetwork } from '../../network/open.js';
import type { IndexedLayer } from '../../store/indexManifest.js';
import type { PhotoProblem } from '../../store/photoIndex.js';
import { listHash } from '../photoSet/indexStore.js';
import { firstConvolution } from '../weights/kernels.js';
import type { CheckpointFile } from './checkpointFiles.js';
import { activityOf } from './layerActivity.js';
import type { Accuracy, Activity, AskedPhotos } from './layerActivity.js';
import { kernelsOf, kernelTiles, projectedTiles } from './mapWall.js';
import type { Strongest, WallTile } from './mapWall.js';
import { measuredLayers, tensorOf } from './measuredLayers.js';
import { checkSameArchitecture } from './sameArchitecture.js';
import { weightSteps } from './weightSteps.js';
import type { WeightStep } from './weightSteps.js';

export interface EvolutionRequest {
  /** The earliest first, two or more. */
  readonly files: readonly CheckpointFile[];
  /** The last of them, opened: its sidecar says for all how photos are made ready. */
  readonly last: Network;
  /** Without photos there are weights and kernels alone. */
  readonly photos: AskedPhotos | undefined;
  readonly wall: WallChoice;
}

/** What is shown of each checkpoint. */
export interface WallChoice {
  /** Projections need photos. */
  readonly kind: 'projections' | 'kernels';
  /** Its name as people give it; the last convolution's answers, or the first convolution for kernels, where left out. */
  readonly layer?: string | undefined;
  /** These maps, in this order; some that are chosen where left out. */
  readonly maps?: readonly number[] | undefined;
}

/** A layer with weights at a checkpoint. */
export interface LayerRow extends WeightStep {
  /** The layer whose maps are measured: itself or its activation function. The rest is undefined without photos. */
  readonly measured: string | undefined;
  readonly maps: number | undefined;
  /** Maps that answer no photo. */
  readonly dead: number | undefined;
  /** Mean activation; undefined, too, where no photo gives finite numbers. */
  readonly mean: number | undefined;
}

export interface CheckpointRow {
  /** Place among the checkpoints. */
  readonly place: number;
  readonly layers: readonly LayerRow[];
  readonly accuracy: Accuracy | undefined;
}

/** How the maps of the wall were chosen: as asked for, or by what the last checkpoint says of them. */
export type ChosenBy = 'asked' | 'selectivity' | 'strength' | 'norm';

export interface Wall {
  readonly kind: WallChoice['kind'];
  readonly layer: string;
  readonly maps: readonly number[];
  readonly chosenBy: ChosenBy;
}

/** What has come: first a row for each checkpoint, then which maps are on the wall, then their tiles at each checkpoint. */
export type EvolutionPart =
  | { readonly kind: 'row'; readonly row: CheckpointRow }
  | { readonly kind: 'wall'; readonly wall: Wall }
  | { readonly kind: 'tiles'; readonly place: number; readonly tiles: readonly WallTile[] };

export interface Evolution {
  readonly rows: readonly CheckpointRow[];
  readonly wall: Wall;
  /** Photos that are in no number. */
  readonly problems: readonly PhotoProblem[];
}

/** Maps that are chosen where nobody does, as in the paper's figure for a layer. */
export const CHOSEN_MAPS = 6;
const CHOSEN_KERNELS = 16;

/** Shares of the whole job at which its stages begin. */
const ROWS_FROM = 0.05;
const WALL_FROM = 0.85;

/**
 * Goes over the checkpoints twice, one network open at a time (and the one before, of which weights are read piece by piece):
 * for the numbers, which are kept on disk by what each file holds, so that a run that was killed, or one with a checkpoint
 * more, goes on; then for the wall, whose tiles are partial results and nothing else. Memory grows by a few numbers a map
 * with each checkpoint.
 * @returns a job that throws UserError where a file is no checkpoint of the first one's network, or the layer has no such map
 */
export function evolutionJob(request: EvolutionRequest): Job<EvolutionPart, Evolution> {
  const { files, last, photos, wall } = request;
  const { layer, maps } = placedWall(last, wall, photos !== undefined);
  const measured = measuredLayers(last);
  const names = files.map(({ file }) => file);
  const settings = { names, wall, layer: layer.output, maps, photos: photos && settingsOf(photos) };
  return {
    key: `evolution 1 ${JSON.stringify(settings)}`,
    run: async (context) => {
      const { partial, signal, report } = context;
      await checkFiles(request, context);
      const asked = photos && { photos, layers: askedLayers(last, measured, wall, layer) };
      const rows: CheckpointRow[] = [];
      const strongest: (readonly Strongest[])[] = [];
      const problems = new Map<string, PhotoProblem>();
      let ranking: Ranking | undefined;
      let before: { readonly network: Network; readonly hash: string } | undefined;
      for (const [place, { file }] of files.entries()) {
        throwIfCancelled(signal);
        const network = await openLike(file, last, context);
        const hash = await modelHash(network.model);
        const share = (done: number): number =>
          ROWS_FROM + ((WALL_FROM - ROWS_FROM) * (place + done)) / files.length;
        report('weights', share(0));
        const weights = await kept(context, `evolution weights 1 ${before?.hash ?? ''} ${hash}`, () =>
          weightSteps(context.engine, network, before?.network, signal),
        );
        const activity =
          asked &&
          (await keptActivity(context, network, hash, asked, (done, of) => {
            report('photos', share(done / of), {
              done: place * of + done,
              of: files.length * of,
              unit: 'photos',
            });
          }));
        activity?.problems.forEach((problem) => problems.set(problem.path, problem));
        const ofWall = activity?.layers.find((each) => each.layer === layer.name);
        if (ofWall !== undefined) {
          const { columns } = tensorOf(last, layer);
          strongest.push(strongestOf(ofWall, columns));
          ranking = rankingOf(ofWall);
        }
        const row = { place, layers: layerRows(weights, measured, activity), accuracy: activity?.accuracy };
        rows.push(row);
        partial({ kind: 'row', row });
        before = { network, hash };
      }
      const kernels =
        wall.kind === 'kernels' ? await kernelsOf(context.engine, last, layer, signal) : undefined;
      const chosen = chosenMaps(maps, kernels === undefined ? ranking : normRanking(kernels));
      const told: Wall = { kind: wall.kind, layer: layer.name, ...chosen };
      partial({ kind: 'wall', wall: told });
      for (const [place, { file }] of files.entries()) {
        throwIfCancelled(signal);
        const count = {
          done: place * told.maps.length,
          of: files.length * told.maps.length,
          unit: 'maps',
        } as const;
        report(wall.kind, WALL_FROM + ((1 - WALL_FROM) * place) / files.length, count);
        const network = await openLike(file, last, context);
        const own = layerNamed(network, layer.name);
        const ofMaps = (units: readonly Strongest[] = []): readonly Strongest[] =>
          told.maps.flatMap((map) => units[map] ?? []);
        const tiles =
          kernels === undefined && photos !== undefined
            ? await projectedTiles(context, network, own, photos, {
                strongest: ofMaps(strongest[place]),
                before: ofMaps(strongest[place - 1]),
              })
            : kernelTiles(await kernelsOf(context.engine, network, own, signal), told.maps);
        partial({ kind: 'tiles', place, tiles });
      }
      return { rows, wall: told, problems: [...problems.values()] };
    },
  };
}

/** The layer of the wall. @throws UserError for one that has no such maps, and for projections without photos */
function placedWall(
  last: Network,
  { kind, layer: asked, maps }: WallChoice,
  hasPhotos: boolean,
): { readonly layer: Layer; readonly maps: readonly number[] | undefined } {
  if (kind === 'projections' && !hasPhotos) {
    throw new Error('projections need photos');
  }
  const usual = kind === 'kernels' ? firstConvolution(last)?.name : lastMaps(last);
  const name = asked ?? usual;
  if (name === undefined) {
    throw new UserError(`${last.model.file}: has no convolution; name a layer`);
  }
  const layer = layerNamed(last, name);
  const count =
    kind === 'kernels'
      ? last.shapes.staticShapeOf(layer.node.inputs[1] ?? '')?.[0]
      : tensorOf(last, layer).maps;
  const missing = maps?.find((map) => map >= (count ?? 0));
  if (missing !== undefined) {
    throw new UserError(
      `${last.model.file}: layer '${layer.name}' has no map ${missing}; it has maps 0 to ${(count ?? 0) - 1}`,
    );
  }
  return { layer, maps };
}

/** The answers of the last layer with weights whose maps are larger than one unit. */
function lastMaps(network: Network): string | undefined {
  return [...measuredLayers(network).values()].findLast(({ rows, columns }) => rows * columns > 1)?.name;
}

function settingsOf({ set, preprocessing, matches, batch }: AskedPhotos): unknown {
  return { photos: listHash(set.photos), preprocessing, matches, batch };
}

/** Every layer that is measured, once, and the wall's. */
function askedLayers(
  last: Network,
  measured: ReadonlyMap<string, IndexedLayer>,
  { kind }: WallChoice,
  layer: Layer,
): readonly IndexedLayer[] {
  const all = [...measured.values(), ...(kind === 'projections' ? [tensorOf(last, layer)] : [])];
  return [...new Map(all.map((each) => [each.name, each])).values()];
}

/** @throws UserError for a file that cannot be opened, or is of another architecture than the first one */
async function checkFiles(
  { files, last }: EvolutionRequest,
  context: JobContext<EvolutionPart>,
): Promise<void> {
  let first: Network | undefined;
  for (const [place, { file }] of files.entries()) {
    throwIfCancelled(context.signal);
    context.report('opening', (ROWS_FROM * place) / files.length);
    const network = await openLike(file, last, context);
    first ??= network;
    checkSameArchitecture(first, network);
  }
}

/** Opens a checkpoint for images of the size that the last one takes. */
async function openLike(
  file: string,
  { input }: Network,
  { engine, signal }: Pick<JobContext<never>, 'engine' | 'signal'>,
): Promise<Network> {
  const { height, width } = imageSize(input);
  const isOpen = input.isFree.height || input.isFree.width;
  const network = await openNetwork(file, isOpen ? { origin: 'asked', size: [height, width] } : undefined);
  return withMeasuredShapes(network, await measureShapes(network, engine, signal));
}

function keptActivity(
  context: JobContext<EvolutionPart>,
  network: Network,
  hash: string,
  { photos, layers }: { readonly photos: AskedPhotos; readonly layers: readonly IndexedLayer[] },
  told: (done: number, of: number) => void,
): Promise<Activity> {
  const { input, scores } = network;
  const settings = [input, scores, layers, settingsOf(photos), context.engine.provider];
  return kept(context, `evolution activity 1 ${hash} ${JSON.stringify(settings)}`, () =>
    activityOf(network, layers, photos, context, (done) => {
      told(done, photos.set.photos.length);
    }),
  );
}

/**
 * What an earlier run has kept under the key, or what is computed now. It stays when the job is done: training goes on, and
 * what is known of a file's content does not change. The store bounds how much is kept, and for how long.
 */
async function kept<T>(
  { checkpoints }: Pick<JobContext<EvolutionPart>, 'checkpoints'>,
  key: string,
  compute: () => Promise<T>,
): Promise<T> {
  const checkpoint = await checkpoints.open(key);
  try {
    const [record] = checkpoint.records;
    if (record !== undefined) {
      return JSON.parse(Buffer.from(record).toString()) as T;
    }
    const value = await compute();
    checkpoint.append(Buffer.from(JSON.stringify(value)));
    return value;
  } finally {
    await checkpoint.close();
  }
}

function layerRows(
  weights: readonly WeightStep[],
  measured: ReadonlyMap<string, IndexedLayer>,
  activity: Activity | undefined,
): readonly LayerRow[] {
  return weights.map(({ layer, norm, step }) => {
    const name = measured.get(layer)?.name;
    const found = activity?.layers.find((each) => each.layer === name);
    return {
      ...{ layer, norm, step },
      measured: found?.layer,
      maps: found?.maps,
      dead: found?.dead,
      mean: found?.mean,
    };
  });
}

/** By map. */
function strongestOf(
  { photos, values, places }: Activity['layers'][number],
  columns: number,
): readonly Strongest[] {
  return photos.map((photo, map) => {
    const place = places[map] ?? 0;
    return { map, photo, value: values[map] ?? 0, row: Math.floor(place / columns), column: place % columns };
  });
}

/** What maps are chosen by, the larger the better; undefined for those that are not chosen. */
interface Ranking {
  readonly by: Exclude<ChosenBy, 'asked'>;
  readonly count: number;
  readonly values: readonly (number | undefined)[];
}

/** By selectivity, of maps that answer photos; by strength where photos have fewer than two labels. */
function rankingOf({ selectivity, values }: Activity['layers'][number]): Ranking {
  const isTold = selectivity.some((value) => value !== null);
  return isTold
    ? { by: 'selectivity', count: CHOSEN_MAPS, values: selectivity.map((value) => value ?? undefined) }
    : { by: 'strength', count: CHOSEN_MAPS, values: values.map((value) => (value > 0 ? value : undefined)) };
}

function normRanking({
  shape: [count = 0],
  data,
}: {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}): Ranking {
  const length = data.length / count;
  const values = Array.from({ length: count }, (_, map) =>
    Math.sqrt(data.subarray(map * length, (map + 1) * length).reduce((sum, value) => sum + value * value, 0)),
  );
  return { by: 'norm', count: CHOSEN_KERNELS, values };
}

function chosenMaps(
  asked: readonly number[] | undefined,
  ranking: Ranking | undefined,
): Pick<Wall, 'maps' | 'chosenBy'> {
  if (asked !== undefined || ranking === undefined) {
    return { maps: asked ?? [], chosenBy: 'asked' };
  }
  const { by, count, values } = ranking;
  const maps = [...values.keys()]
    .filter((map) => values[map] !== undefined)
    .sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0) || a - b)
    .slice(0, count);
  return { maps, chosenBy: by };
}
