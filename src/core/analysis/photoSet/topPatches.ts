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
  /** The built photoWorker.js; the one beside this bundle where left out. */
  readonly workerFile?: string | undefined;
}

/** A unit with what it sees, or why that cannot be shown. */
export type TopPatch =
  | {
      readonly unit: TopUnit;
      /** The input's pixels that the unit sees, clipped at the border. */
      readonly window: PixelWindow;
      /** These pixels of the photo, as the network takes it. */
      readonly patch: RgbImage;
      /** The deconvnet projection of the unit inside the window, of the input's axes. */
      readonly projection: ProjectedPart;
    }
  | { readonly unit: TopUnit; readonly problem: string };

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
 * threads, each once for all of its units. A partial result is all units of a photo, photos in the order of their first
 * units; the result is the photos that are not what they were when the index was made, or are not there. A unit of such a
 * photo has a problem in place of a patch.
 * @param network the index's own (`checkModel`)
 * @returns a job that throws UserError naming every node on the way whose operator has no backward rule
 */
export function topPatchesJob(
  network: Network,
  request: TopPatchesRequest,
): Job<readonly TopPatch[], readonly PhotoProblem[]> {
  const { index, layer, units, set, workerFile } = request;
  const { manifest, store } = index;
  const { preprocessing } = manifest;
  return {
    key: jobKey('top patches 1', network, [], [store, manifest.set.sha256, layer.tensor, units]),
    run: async ({ engine, signal, report, partial }) => {
      const photos = await wantedPhotos(index, units);
      const told = (done: number): void => {
        report('projections', done / Math.max(1, photos.length), { done, of: photos.length, unit: 'photos' });
      };
      told(0);
      const setting = { ...PAPER, layer: layerNamed(network, layer.tensor) };
      const pass = passFor(network, setting, Math.ceil(units.length / Math.max(1, photos.length)));
      const threads = new PhotoThreads({ inputs: [{ preprocessing, input: network.input }] }, workerFile);
      const problems: PhotoProblem[] = [];
      try {
        const lengths = [elementCount(network.input.shape)];
        const batches = photoBatches(photos.keys(), { set, photos, threads, batch: 1, lengths, signal });
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
          if (problem === undefined) {
            const input = floatTensor(network.input.shape, data);
            const projected = await projections(engine, network, input, pass, photo.units, {
              ...setting,
              signal,
            });
            const image = toImage(input, preprocessing, network.input);
            partial(projected.map((each) => patchOf(network, layer, image, each)));
          } else {
            problems.push({ path: photo.path, problem });
            partial(photo.units.map((unit) => ({ unit, problem })));
          }
          told(first + 1);
        }
        return problems;
      } finally {
        await threads.close();
      }
    },
  };
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

interface Projected {
  readonly unit: TopUnit;
  readonly projection: ProjectedPart;
}

async function projections(
  engine: Engine,
  network: Network,
  input: FloatTensor,
  pass: ProjectionPass,
  units: readonly TopUnit[],
  options: { readonly layer: Layer; readonly signal: AbortSignal },
): Promise<readonly Projected[]> {
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
  return units.flatMap((unit, place) => {
    const projection = parts[place];
    return projection === undefined ? [] : [{ unit, projection }];
  });
}

function patchOf(
  network: Network,
  layer: IndexedLayer,
  image: RgbImage,
  { unit, projection }: Projected,
): TopPatch {
  const window = windowOfUnit(network, layer, unit);
  const { top, left, bottom, right } = window;
  return {
    unit,
    window,
    patch: crop(image, left, top, right - left, bottom - top),
    projection: within(window, projection, network.input),
  };
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
