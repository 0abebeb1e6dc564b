/** Where do photos lie beside each other, as the network sees them? The vectors of an index on a plane. */

import { createHash } from 'node:crypto';

import type { Checkpoint } from '../../jobs/checkpoints.js';
import type { Job, JobContext } from '../../jobs/job.js';
import type { PhotoRow } from '../../store/indexPart.js';
import type { PhotoIndex } from '../../store/photoIndex.js';

export type MapMethod = 'pca' | 'umap';

export interface SetMap {
  readonly method: MapMethod;
  /** Numbers of the photos, in rising order: those whose vectors have neither NaN nor infinities. */
  readonly photos: Int32Array;
  /** [photos, 2]: right and up. */
  readonly positions: Float32Array;
  /** Shares of the vectors' variance that lie along the two axes; undefined where the axes mean nothing. */
  readonly shares: readonly [number, number] | undefined;
}

export interface MapOptions {
  readonly layer: string;
  readonly method: MapMethod;
}

/** What computes a map listens to and tells. */
export type MapContext = Pick<JobContext<SetMap>, 'signal' | 'report' | 'partial'>;

/**
 * A map, or that which an earlier job with the same key has left.
 * @param photos of the index, all of them: what a map is of
 * @param compute computes it: `computeSetMap` in a thread of its own, or here
 * @returns a job whose partial results are maps on the way: by the principal components first. It throws UserError where no
 *   vectors are kept of the layer, or of too few photos
 */
export function setMapJob(
  index: PhotoIndex,
  photos: readonly Pick<PhotoRow, 'photo' | 'sha256'>[],
  options: MapOptions,
  compute: (context: MapContext) => Promise<SetMap>,
): Job<SetMap, SetMap> {
  const { model, preprocessing, inputShape } = index.manifest;
  const hash = createHash('sha256');
  hash.update(JSON.stringify([model.sha256, preprocessing, inputShape, options]));
  hash.update(JSON.stringify(photos.map(({ photo, sha256 }) => [photo, sha256 ?? null])));
  const key = `set map 1 ${hash.digest('hex')}`;
  return {
    key,
    run: async (context) => {
      const checkpoint = await context.checkpoints.open(key);
      const known = keptMap(checkpoint);
      if (known !== undefined) {
        return known;
      }
      const map = await compute(context);
      keep(map, checkpoint);
      await checkpoint.close();
      return map;
    },
  };
}

function keep({ method, photos, positions, shares }: SetMap, checkpoint: Checkpoint): void {
  checkpoint.append(new TextEncoder().encode(JSON.stringify({ method, shares })));
  checkpoint.append(new Uint8Array(photos.buffer, photos.byteOffset, photos.byteLength));
  checkpoint.append(new Uint8Array(positions.buffer, positions.byteOffset, positions.byteLength));
}

function keptMap({ records }: Checkpoint): SetMap | undefined {
  const [about, photos, positions] = records;
  if (about === undefined || photos === undefined || positions === undefined) {
    return undefined;
  }
  const { method, shares } = JSON.parse(new TextDecoder().decode(about)) as Pick<SetMap, 'method' | 'shares'>;
  return {
    method,
    photos: new Int32Array(photos.buffer, photos.byteOffset, photos.length / 4),
    positions: new Float32Array(positions.buffer, positions.byteOffset, positions.length / 4),
    shares,
  };
}
