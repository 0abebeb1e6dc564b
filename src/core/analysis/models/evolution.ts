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
import { chosenMaps, normRanking, rankingOf } from './mapChoice.js';
import type { ChosenMaps, Ranking } from './mapChoice.js';
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

export interface Wall extends ChosenMaps {
  readonly kind: WallChoice['kind'];
  readonly layer: string;
}

/**
 * What has come: first a row for each checkpoint, with photos once more when its maps have been measured; then which maps are
 * on the wall, then their tiles at each checkpoint.
 */
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

/** Shares of the whole job at which its stages begin. */
const WEIGHTS_FROM = 0.03;
const PHOTOS_FROM = 0.1;
const WALL_FROM = 0.85;

/**
 * Goes over the checkpoints several times, one network open at a time: for their weights (with the one before, both read
 * piece by piece), then for their maps on photos, which are kept on disk by what each file holds, so that a run that was
 * killed, or one with a checkpoint more, goes on; then for the wall, whose tiles are partial results and nothing else. Memory
 * grows by a few numbers a map with each checkpoint.
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
      const { engine, partial, signal } = context;
      await checkFiles(request, context);
      const rows: CheckpointRow[] = [];
      const add = (place: number, layers: readonly LayerRow[], accuracy?: Accuracy): void => {
        rows[place] = { place, layers, accuracy };
        partial({ kind: 'row', row: rows[place] });
      };
      const hashes: string[] = [];
      const weights: (readonly WeightStep[])[] = [];
      for await (const { steps, hash } of weightsOver(request, context)) {
        hashes.push(hash);
        weights.push(steps);
        add(hashes.length - 1, layerRows(steps, measured, undefined));
      }
      const strongest: (readonly Strongest[])[] = [];
      const problems = new Map<string, PhotoProblem>();
      let ranking: Ranking | undefined;
      if (photos !== undefined) {
        const layers = askedLayers(last, measured, wall, layer);
        for await (const activity of activityOver(request, hashes, { photos, layers }, context)) {
          activity.problems.forEach((problem) => problems.set(problem.path, problem));
          const ofWall = activity.layers.find((each) => each.layer === layer.name);
          ranking = ofWall && rankingOf(ofWall);
          const place = strongest.length;
          strongest.push(ofWall === undefined ? [] : strongestOf(ofWall, tensorOf(last, layer).columns));
          add(place, layerRows(weights[place] ?? [], measured, activity), activity.accuracy);
        }
      }
      const kernels = wall.kind === 'kernels' ? await kernelsOf(engine, last, layer, signal) : undefined;
      const chosen = chosenMaps(maps, kernels === undefined ? ranking : normRanking(kernels));
      const told: Wall = { kind: wall.kind, layer: layer.name, ...chosen };
      partial({ kind: 'wall', wall: told });
      for await (const part of wallOver(request, told, strongest, context)) {
        partial(part);
      }
      return { rows, wall: told, problems: [...problems.values()] };
    },
  };
}

/** The weights of each checkpoint beside those of the one before. */
async function* weightsOver(
  { files, last }: EvolutionRequest,
  context: JobContext<EvolutionPart>,
): AsyncGenerator<{ readonly steps: readonly WeightStep[]; readonly hash: string }> {
  const { engine, signal, report } = context;
  let before: { readonly network: Network; readonly hash: string } | undefined;
  for (const [place, { file }] of files.entries()) {
    throwIfCancelled(signal);
    report('weights', WEIGHTS_FROM + ((PHOTOS_FROM - WEIGHTS_FROM) * place) / files.length);
    const network = await openLike(file, last, context);
    const hash = await modelHash(network.model);
    const steps = await kept(context, `evolution weights 1 ${before?.hash ?? ''} ${hash}`, () =>
      weightSteps(engine, network, before?.network, signal),
    );
    yield { steps, hash };
    before = { network, hash };
  }
}

/** What the maps of each checkpoint answer. @param hashes of the files */
async function* activityOver(
  { files, last }: EvolutionRequest,
  hashes: readonly string[],
  asked: { readonly photos: AskedPhotos; readonly layers: readonly IndexedLayer[] },
  context: JobContext<EvolutionPart>,
): AsyncGenerator<Activity> {
  const count = asked.photos.set.photos.length;
  for (const [place, { file }] of files.entries()) {
    throwIfCancelled(context.signal);
    const network = await openLike(file, last, context);
    yield await keptActivity(context, network, hashes[place] ?? '', asked, (photos) => {
      const [done, of] = [place * count + photos, files.length * count];
      const share = PHOTOS_FROM + (WALL_FROM - PHOTOS_FROM) * (done / of);
      context.report('photos', share, { done, of, unit: 'photos' });
    });
  }
}

/** The tiles of each checkpoint. @param strongest by place, then map */
async function* wallOver(
  { files, last, photos }: EvolutionRequest,
  { kind, layer, maps }: Wall,
  strongest: readonly (readonly Strongest[])[],
  context: JobContext<EvolutionPart>,
): AsyncGenerator<Extract<EvolutionPart, { readonly kind: 'tiles' }>> {
  const { engine, signal, report } = context;
  const ofMaps = (units: readonly Strongest[] = []): readonly Strongest[] =>
    maps.flatMap((map) => units[map] ?? []);
  for (const [place, { file }] of files.entries()) {
    throwIfCancelled(signal);
    report(kind, WALL_FROM + ((1 - WALL_FROM) * place) / files.length, {
      ...{ done: place * maps.length, of: files.length * maps.length },
      unit: 'maps',
    });
    const network = await openLike(file, last, context);
    const own = layerNamed(network, layer);
    const tiles =
      kind === 'projections' && photos !== undefined
        ? await projectedTiles(context, network, own, photos, {
            strongest: ofMaps(strongest[place]),
            before: ofMaps(strongest[place - 1]),
          })
        : kernelTiles(await kernelsOf(engine, network, own, signal), maps);
    yield { kind: 'tiles', place, tiles };
  }
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
    context.report('opening', (WEIGHTS_FROM * place) / files.length);
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
  told: (photos: number) => void,
): Promise<Activity> {
  const { input, scores } = network;
  const settings = [input, scores, layers, settingsOf(photos), context.engine.provider];
  return kept(context, `evolution activity 1 ${hash} ${JSON.stringify(settings)}`, () =>
    activityOf(network, layers, photos, context, told),
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
