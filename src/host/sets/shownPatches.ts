/** What units of an index's maps see, and what of it excites them, as pictures: computed when shown, and kept. */

import { topPatchesJob, indexedPhotoThreads } from '../../core/analysis/photoSet/topPatches.js';
import type { ProjectedPatch, SeenPatch, TopPatch } from '../../core/analysis/photoSet/topPatches.js';
import { topUnits } from '../../core/analysis/photoSet/topUnits.js';
import type { LayerOfIndex, TopUnit } from '../../core/analysis/photoSet/topUnits.js';
import { BoundedCache } from '../../core/boundedCache.js';
import type { Engine } from '../../core/engine.js';
import { patchPicture } from '../../core/figures/projection.js';
import type { RgbImage } from '../../core/imaging/image.js';
import { shrink } from '../../core/imaging/resample.js';
import { contextOf } from '../../core/jobs/job.js';
import type { Network } from '../../core/network/network.js';
import type { PhotoSet } from '../../core/photos/photo.js';
import type { PhotoThreads } from '../../core/photos/preparing.js';
import type { PhotoIndex } from '../../core/store/photoIndex.js';

/** A unit's pictures; of one whose photo has changed or is gone, why there are none. */
export type UnitPictures =
  | (Pick<SeenPatch, 'unit' | 'window' | 'patch'> & { readonly projection: RgbImage | undefined })
  | { readonly unit: TopUnit; readonly problem: string };

interface KeptPictures extends Pick<SeenPatch, 'window'> {
  readonly patch: RgbImage;
  readonly projection: RgbImage;
}

/** Bytes of pictures. */
const KEPT_BYTES = 96 * 2 ** 20;
/** Longer sides in pixels are not kept: no tile is larger. */
const LARGEST = 256;
/** Threads that nobody has used for so long end. */
const IDLE_MS = 30_000;

export class ShownPatches {
  private readonly kept = new BoundedCache<KeptPictures>(KEPT_BYTES);
  private readonly threads = new Map<string, LentThreads>();

  /** @param workerFile the built photoWorker.js; the one beside this bundle where left out */
  constructor(private readonly workerFile?: string) {}

  /**
   * Makes the pictures of maps' strongest units, a few at a time, the first map's first. A patch may come before its
   * projection, and again with it; a photo that a map does not answer comes not at all.
   * @param network the index's own
   * @param partial is given what has come
   * @throws CancelledError at once when the signal says so; UserError where units cannot be projected
   */
  async show(
    network: Network,
    opened: LayerOfIndex,
    maps: readonly number[],
    { engine, set, signal, partial }: ShowOptions,
  ): Promise<void> {
    const { index, layer } = opened;
    const keyOf = (unit: TopUnit): string => JSON.stringify([originOf(index), layer.tensor, unit]);
    const units = maps
      .flatMap((map) => topUnits(opened, map, index.manifest.strongest))
      .filter(({ value }) => value !== 0);
    const missing: TopUnit[] = [];
    const known: UnitPictures[] = [];
    for (const unit of units) {
      const pictures = this.kept.get(keyOf(unit));
      if (pictures === undefined) {
        missing.push(unit);
      } else {
        known.push({ unit, ...pictures });
      }
    }
    partial(known);
    if (missing.length === 0) {
      return;
    }
    const drawn = (each: TopPatch): UnitPictures => {
      if ('problem' in each) {
        return each;
      }
      const pictures = picturesOf(network, index, each);
      if (pictures.projection !== undefined) {
        const { window, patch, projection } = pictures;
        this.kept.set(
          keyOf(each.unit),
          { window, patch, projection },
          patch.data.length + projection.data.length,
        );
      }
      return pictures;
    };
    const lent = this.threadsFor(network, index);
    const threads = lent.lend();
    try {
      const job = topPatchesJob(network, { index, layer, units: missing, set, threads });
      await job.run(
        contextOf(engine, {
          signal,
          partial: (some: readonly TopPatch[]) => {
            partial(some.map(drawn));
          },
        }),
      );
    } finally {
      lent.giveBack();
    }
  }

  private threadsFor(network: Network, index: PhotoIndex): LentThreads {
    const key = originOf(index);
    const known =
      this.threads.get(key) ?? new LentThreads(() => indexedPhotoThreads(index, network, this.workerFile));
    this.threads.set(key, known);
    return known;
  }
}

export interface ShowOptions {
  readonly engine: Engine;
  /** The photos of the index. */
  readonly set: Pick<PhotoSet, 'read'>;
  readonly signal: AbortSignal;
  partial(some: readonly UnitPictures[]): void;
}

/** What photos and units of an index are, whatever of it is there. */
function originOf({ store, manifest: { model, set, preprocessing } }: PhotoIndex): string {
  return JSON.stringify([store, model.sha256, set.sha256, preprocessing]);
}

function picturesOf(
  network: Network,
  { manifest: { preprocessing } }: PhotoIndex,
  each: SeenPatch | ProjectedPatch,
): Exclude<UnitPictures, { readonly problem: string }> {
  const { unit, window, patch } = each;
  const projection =
    'projection' in each
      ? shrink(patchPicture(each.projection, network.input, preprocessing, window), LARGEST)
      : undefined;
  return { unit, window, patch: shrink(patch, LARGEST), projection };
}

/** Threads that stay while they are used now and then: to start some takes longer than to decode a photo. */
class LentThreads {
  private threads: PhotoThreads | undefined;
  private users = 0;
  private ending: NodeJS.Timeout | undefined;

  constructor(private readonly start: () => PhotoThreads) {}

  lend(): PhotoThreads {
    clearTimeout(this.ending);
    this.users++;
    this.threads ??= this.start();
    return this.threads;
  }

  giveBack(): void {
    if (--this.users === 0) {
      this.ending = setTimeout(() => {
        const { threads } = this;
        this.threads = undefined;
        void threads?.close();
      }, IDLE_MS).unref();
    }
  }
}
