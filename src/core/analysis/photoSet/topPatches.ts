/** What of its strongest photos each unit sees, and what of it excites the unit. (Zeiler & Fergus 2013, figure 2.) */

import type { Engine } from '../../engine.js';
import { throwIfCancelled } from '../../errors.js';
import type { RgbImage } from '../../imaging/image.js';
import { toImage } from '../../imaging/preprocess.js';
import { crop } from '../../imaging/resample.js';
import type { Job } from '../../jobs/job.js';
import { jobKey } from '../../jobs/key.js';
import { imageSize } from '../../network/imageInput.js';
import type { ImageInput } from '../../network/imageInput.js';
import { layerNamed } from '../../network/layerNamed.js';
import type { Layer } from '../../network/layers.js';
import type { Network } from '../../network/network.js';
import type { PixelWindow } from '../../network/receptiveWindow.js';
import { chunks } from '../../occlusion/incremental.js';
import { photoBatches } from '../../photos/batches.js';
import type { PreparedPhoto } from '../../photos/batches.js';
import type { ListedPhoto, PhotoSet } from '../../photos/photo.js';
import { PhotoThreads } from '../../photos/preparing.js';
import type { IndexedLayer } from '../../store/indexManifest.js';
import type { PhotoIndex, PhotoProblem } from '../../store/photoIndex.js';
import { elementCount, floatTensor } from '../../tensor.js';
import type { FloatTensor } from '../../tensor.js';
import { projectSeeds, seedsAt } from '../photo/projection.js';
import type { ProjectedPart, ProjectionPass } from '../photo/projectionPass.js';
import type { UnitTarget } from '../photo/unitProjections.js';
import { passFor } from '../photo/windowedPass.js';
import { photosOfUnits } from './topUnits.js';
import type { TopUnit } from './topUnits.js';

export interface TopPatchesRequest {
  readonly index: PhotoIndex;
  readonly layer: IndexedLayer;
  readonly units: readonly TopUnit[];
  /** The photos of the index (`openIndexedPhotos`). */
  readonly set: Pick<PhotoSet, 'read'>;
  /** They make photos ready as the index says (`indexedPhotoThreads`). */
  readonly threads: Pick<PhotoThreads, 'prepare' | 'count'>;
}

/** What a unit sees. */
export interface SeenPatch {
  readonly unit: TopUnit;
  /** The input's pixels that the unit sees, clipped at the border. */
  readonly window: PixelWindow;
  /** These pixels of the photo, as the network takes it. */
  readonly patch: RgbImage;
}

/** … and what of it excites the unit. */
export interface ProjectedPatch extends SeenPatch {
  /** The deconvnet projection of the unit inside the window, of the input's axes. */
  readonly projection: ProjectedPart;
}

/** A unit that cannot be shown, and why. */
export interface LostPatch {
  readonly unit: TopUnit;
  readonly problem: string;
}

export type TopPatch = SeenPatch | ProjectedPatch | LostPatch;

/** Threads that make photos ready as they were for the index. @param file the built photoWorker.js; the one beside this bundle where left out */
export function indexedPhotoThreads(
  { manifest: { preprocessing } }: Pick<PhotoIndex, 'manifest'>,
  { input }: Pick<Network, 'input'>,
  file?: string,
): PhotoThreads {
  return new PhotoThreads({ inputs: [{ preprocessing, input }] }, file);
}

/** The input's pixels that a unit of an indexed layer sees: its receptive field, clipped at the border. */
export function windowOfUnit(
  { positions }: Pick<Network, 'positions'>,
  { tensor }: Pick<IndexedLayer, 'tensor'>,
  { row, column }: Pick<TopUnit, 'row' | 'column'>,
): PixelWindow {
  return positions.windowOf(tensor, [row, column]);
}

/**
 * Cuts what each unit sees out of its photo, and projects the unit back to it by the deconvnet. Photos are decoded in
 * threads, each once for all of its units, and photos go in the order of their first units. A partial result is all units
 * of a photo: first what they see, as soon as the photo is decoded, then the same with the projections; photos are decoded
 * ahead of the engine as far as memory allows. The result is the photos that are not what they were when the index was
 * made, or are not there; a unit of such a photo comes once, with a problem in place of a patch.
 * @param network the index's own (`checkModel`)
 * @returns a job that throws UserError naming every node on the way whose operator has no backward rule
 */
export function topPatchesJob(
  network: Network,
  request: TopPatchesRequest,
): Job<readonly TopPatch[], readonly PhotoProblem[]> {
  const { index, layer, units, set, threads } = request;
  const { manifest, store } = index;
  const { preprocessing } = manifest;
  return {
    key: jobKey('top patches 1', network, [], [store, manifest.set.sha256, layer.tensor, units]),
    run: async ({ engine, signal, report, partial }) => {
      const photos = await wantedPhotos(index, units);
      let done = 0;
      const told = (): void => {
        report('projections', done / Math.max(1, photos.length), { done, of: photos.length, unit: 'photos' });
      };
      told();
      const setting = { ...PAPER, layer: layerNamed(network, layer.tensor) };
      const pass = passFor(network, setting, Math.ceil(units.length / Math.max(1, photos.length)));
      const problems: PhotoProblem[] = [];
      const length = elementCount(network.input.shape);
      const queue = new WorkQueue(Math.max(1, Math.floor(AHEAD_BYTES / (4 * length))));
      const batches = photoBatches(photos.keys(), {
        set,
        photos,
        threads,
        batch: 1,
        lengths: [length],
        signal,
      });
      for await (const {
        first,
        photos: [prepared],
        data: [data = new Float32Array()],
      } of batches) {
        throwIfCancelled(signal);
        const photo = photos[first];
        if (photo === undefined || prepared === undefined) {
          throw new Error(`photo ${first} of ${photos.length} is missing`);
        }
        const problem = problemOf(prepared, photo);
        if (problem !== undefined) {
          problems.push({ path: photo.path, problem });
          partial(photo.units.map((unit) => ({ unit, problem })));
          done++;
          told();
          continue;
        }
        // A copy: the numbers of a batch are good for a while only.
        const input = floatTensor(network.input.shape, data.slice());
        const image = toImage(input, preprocessing, network.input);
        const seen = photo.units.map((unit) => seenBy(network, layer, image, unit));
        partial(seen);
        await queue.add(async () => {
          throwIfCancelled(signal);
          const projected = await projections(engine, network, input, pass, photo.units, {
            ...setting,
            signal,
          });
          partial(
            seen.flatMap((each, place) => {
              const part = projected[place];
              return part === undefined
                ? []
                : [{ ...each, projection: within(each.window, part, network.input) }];
            }),
          );
          done++;
          told();
        });
      }
      await queue.ended();
      return problems;
    },
  };
}

/** What photos that wait for the engine may take. */
const AHEAD_BYTES = 64 * 2 ** 20;

/** Work that is done one after another while more of it is found. */
class WorkQueue {
  private last: Promise<void> = Promise.resolve();
  private readonly waiting: Promise<void>[] = [];

  constructor(private readonly most: number) {}

  /** Waits where there is much to do already. @throws what earlier work threw */
  async add(work: () => Promise<void>): Promise<void> {
    this.last = this.last.then(work);
    // Whoever adds more or awaits the end hears of it.
    this.last.catch(() => undefined);
    this.waiting.push(this.last);
    if (this.waiting.length > this.most) {
      await this.waiting.shift();
    }
  }

  /** @throws what any of the work threw */
  ended(): Promise<void> {
    return this.last;
  }
}

/** The paper's own way. */
const PAPER = { method: 'deconvnet', normalization: 'pass' } as const;

interface WantedPhoto extends ListedPhoto {
  readonly units: readonly TopUnit[];
  /** Of its bytes when the index was made. */
  readonly sha256: string | undefined;
}

/** The photos of units, in the order of their first units. */
async function wantedPhotos(index: PhotoIndex, units: readonly TopUnit[]): Promise<readonly WantedPhoto[]> {
  const rows = await photosOfUnits(index, units);
  const byPhoto = new Map<number, TopUnit[]>();
  for (const unit of units) {
    const own = byPhoto.get(unit.photo) ?? [];
    own.push(unit);
    byPhoto.set(unit.photo, own);
  }
  return [...byPhoto].map(([number, own]) => {
    const row = rows.get(number);
    // Whatever size its file has now, its hash tells whether it is the same.
    return { path: row?.path ?? '', label: row?.label, bytes: undefined, sha256: row?.sha256, units: own };
  });
}

/** Why a photo is none to show; undefined for one that is what it was. */
function problemOf({ sha256, problem }: PreparedPhoto, wanted: WantedPhoto): string | undefined {
  return sha256 !== undefined && sha256 !== wanted.sha256 ? 'has changed since the index was made' : problem;
}

async function projections(
  engine: Engine,
  network: Network,
  input: FloatTensor,
  pass: ProjectionPass,
  units: readonly TopUnit[],
  options: { readonly layer: Layer; readonly signal: AbortSignal },
): Promise<readonly ProjectedPart[]> {
  const targets = units.map(({ map, row, column }): UnitTarget => ({
    kind: 'unit',
    channel: map,
    y: row,
    x: column,
  }));
  const seeds = await seedsAt(engine, network, input, pass, targets, options);
  const parts: ProjectedPart[] = [];
  for (const some of chunks(seeds, pass.batch)) {
    throwIfCancelled(options.signal);
    parts.push(...(await projectSeeds(engine, network, input, pass, some, options.signal)));
  }
  return parts;
}

function seenBy(network: Network, layer: IndexedLayer, image: RgbImage, unit: TopUnit): SeenPatch {
  const window = windowOfUnit(network, layer, unit);
  const { top, left, bottom, right } = window;
  return { unit, window, patch: crop(image, left, top, right - left, bottom - top) };
}

/** What of a projection lies inside a window. */
function within(
  { top, left, bottom, right }: PixelWindow,
  { corner, part }: ProjectedPart,
  { layout }: ImageInput,
): ProjectedPart {
  const { height, width, channels } = imageSize({ shape: part.shape, layout });
  const [rows, columns] = [bottom - top, right - left];
  const isPlanar = layout === 'NCHW';
  // A row of a plane, or of all channels, lies in one piece.
  const [planes, across] = isPlanar ? [channels, 1] : [1, channels];
  const data = new Float32Array(channels * rows * columns);
  for (let plane = 0; plane < planes; plane++) {
    for (let row = 0; row < rows; row++) {
      const from = ((plane * height + row + top - corner[0]) * width + left - corner[1]) * across;
      data.set(part.data.subarray(from, from + columns * across), (plane * rows + row) * columns * across);
    }
  }
  const shape = isPlanar ? [1, channels, rows, columns] : [1, rows, columns, channels];
  return { corner: [top, left], part: floatTensor(shape, data) };
}
