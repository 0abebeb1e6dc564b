/** Looks among the vectors of an index in the background, and lays them out: hundreds of megabytes of numbers. */

import { setImmediate as turn } from 'node:timers/promises';

import { mapActivations } from '../../core/analysis/photoSet/mapActivations.js';
import {
  NearestPhotos,
  searchedParts,
  VectorBlock,
  vectorValues,
} from '../../core/analysis/photoSet/neighbours.js';
import type { Query } from '../../core/analysis/photoSet/neighbours.js';
import { vectorOfPhoto } from '../../core/analysis/photoSet/neighbourQueries.js';
import { computeSetMap } from '../../core/analysis/photoSet/setMapLayout.js';
import { BoundedCache } from '../../core/boundedCache.js';
import { CancelledError, throwIfCancelled } from '../../core/errors.js';
import { indexedLayerNamed, openIndex, photosOfParts } from '../../core/store/photoIndex.js';
import type { PhotoIndex } from '../../core/store/photoIndex.js';
import type { Handlers } from '../../protocol/channel.js';
import type { BackgroundRequests } from './requests.js';

export type VectorRequests = Pick<BackgroundRequests, 'nearest' | 'activations' | 'setMap'>;

type Blocks = readonly VectorBlock[];

/** Bytes of vectors that stay loaded: 130,000 of 4,096 numbers. Of larger indexes every search reads them again. */
const KEPT_BYTES = 2 ** 30;

export function vectorHandlers(): Handlers<VectorRequests> {
  const loaded = new BoundedCache<Promise<Blocks>>(KEPT_BYTES);
  return {
    nearest: async ({ store, options, queries }, signal, partial) => {
      const index = await openIndex(store);
      const { layer, distance, count } = options;
      if (bytesOf(index, layer) > KEPT_BYTES) {
        const asked: Query[] = [];
        for (const query of queries) {
          asked.push(await queryOf(index, layer, query, []));
        }
        const report = (_: unknown, share: number): void => {
          partial(share);
        };
        return searchedParts(index, asked, options, { signal, report });
      }
      const blocks = await blocksOf(loaded, index, layer, signal, partial);
      const found = [];
      for (const query of queries) {
        throwIfCancelled(signal);
        const search = new NearestPhotos(await queryOf(index, layer, query, blocks), distance, count);
        for (const block of blocks) {
          search.add(block);
        }
        found.push(search.found);
        await turn();
      }
      return found;
    },
    activations: async ({ store, layer, map }) => {
      const values = await mapActivations(await openIndex(store), layer, map);
      return { photos: Int32Array.from(values.keys()), values: Float32Array.from(values.values()) };
    },
    setMap: async ({ store, options }, signal, partial) =>
      computeSetMap(await openIndex(store), options, {
        signal,
        report: (stage, share) => {
          partial({ stage, share });
        },
        partial: (map) => {
          // A copy: what is posted is gone from here.
          partial({ map: { ...map, positions: map.positions.slice() } });
        },
      }),
  };
}

function bytesOf(index: PhotoIndex, layer: string): number {
  const { maps } = indexedLayerNamed(index, layer);
  return photosOfParts(index.manifest, index.parts) * maps * 2;
}

/** A layer's vectors as they were loaded before, or now. @param tell is told the share that is there */
async function blocksOf(
  loaded: BoundedCache<Promise<Blocks>>,
  index: PhotoIndex,
  layer: string,
  signal: AbortSignal,
  tell: (share: number) => void,
): Promise<Blocks> {
  const { store, manifest, parts } = index;
  const key = JSON.stringify([store, manifest.set.sha256, manifest.model.sha256, parts, layer]);
  for (;;) {
    const known = loaded.get(key);
    const blocks = known ?? load(index, layer, signal, tell);
    if (known === undefined) {
      loaded.set(key, blocks, bytesOf(index, layer));
      blocks.catch(() => {
        loaded.delete(key);
      });
    }
    try {
      return await blocks;
    } catch (error) {
      // Whoever asked first may have gone; this one has not.
      if (!(error instanceof CancelledError) || signal.aborted) {
        throw error;
      }
    }
  }
}

async function load(
  index: PhotoIndex,
  layer: string,
  signal: AbortSignal,
  tell: (share: number) => void,
): Promise<Blocks> {
  const blocks: VectorBlock[] = [];
  for (const [done, part] of index.parts.entries()) {
    throwIfCancelled(signal);
    tell(done / index.parts.length);
    for await (const vectors of index.vectorParts(layer, [part])) {
      blocks.push(new VectorBlock(vectors));
    }
    await turn();
  }
  return blocks;
}

/** @param query a photo of the index, or the vector of one from outside */
async function queryOf(
  index: PhotoIndex,
  layer: string,
  query: number | Float32Array,
  blocks: Blocks,
): Promise<Query> {
  if (typeof query !== 'number') {
    return { photo: undefined, vector: query };
  }
  for (const { vectors } of blocks) {
    const row = vectors.photos.indexOf(query);
    if (row >= 0) {
      const own = vectors.numbers.subarray(row * vectors.length, (row + 1) * vectors.length);
      return { photo: query, vector: vectorValues(own) };
    }
  }
  return { photo: query, vector: await vectorOfPhoto(index, layer, query) };
}
