/** Lays the vectors of an index out on a plane. */

import { UserError } from '../../errors.js';
import { indexedLayerNamed } from '../../store/photoIndex.js';
import type { PhotoIndex, Vectors } from '../../store/photoIndex.js';
import { neighbourGraph } from './neighbourGraph.js';
import { alongComponents, principalComponents } from './pca.js';
import type { Components, VectorRows } from './pca.js';
import type { MapContext, MapOptions, SetMap } from './setMap.js';
import { umapLayout } from './umap.js';

/** UMAP's neighbours of each photo, itself among them; its own default. */
const NEIGHBOURS = 15;
/** Fewer have no neighbourhoods to be kept. */
const FEWEST = 4;
/** Principal components among which UMAP's neighbours are found. */
const COMPONENTS = 50;
/** Of the residual of the axes of a map, and of components that distances are computed in. */
const EXACT = 1e-5;
const NEARLY = 1e-3;
/** Bytes of vectors that stay in memory from one pass to the next; the others are read again. */
const KEPT_BYTES = 2 ** 30;

/** @throws UserError where no vectors are kept of the layer, or of too few photos */
export async function computeSetMap(
  index: PhotoIndex,
  { layer, method }: MapOptions,
  { signal, report, partial }: MapContext,
): Promise<SetMap> {
  const rows = indexedRows(index, layer);
  const isPlane = method === 'pca';
  const components = await principalComponents(rows, {
    count: isPlane ? 2 : COMPONENTS,
    tolerance: isPlane ? EXACT : NEARLY,
    signal,
    report: (share) => {
      report('components', isPlane ? share : 0.25 * share);
    },
  });
  if (!isPlane && components.count < FEWEST) {
    throw new UserError(
      `${index.store}: has vectors of ${components.count} photos; UMAP takes at least ${FEWEST}`,
    );
  }
  if (!isPlane && components.directions.length === 0) {
    throw new UserError(
      `${index.store}: all vectors of '${layer}' are the same; there is nothing to lay out`,
    );
  }
  const { photos, along } = await photosAlong(rows, components);
  const length = components.directions.length;
  const plane = Float32Array.from({ length: photos.length * 2 }, (_, at) =>
    at % 2 < length ? (along[(at >> 1) * length + (at % 2)] ?? 0) : 0,
  );
  const share = (at: number): number => (components.variances[at] ?? 0) / (components.variance || 1);
  const map: SetMap = { method: 'pca', photos, positions: plane, shares: [share(0), share(1)] };
  if (isPlane) {
    return map;
  }
  partial(map);
  const graph = await neighbourGraph(along, length, Math.min(NEIGHBOURS, photos.length - 1), {
    signal,
    report: (part) => {
      report('neighbours', 0.25 + 0.25 * part);
    },
  });
  const onWay = (positions: Float32Array): SetMap => ({ method, photos, positions, shares: undefined });
  report('map', 0.5);
  return onWay(
    await umapLayout(graph, plane, {
      signal,
      report: (part) => {
        report('map', 0.5 + 0.5 * part);
      },
      partial: (positions) => {
        partial(onWay(positions));
      },
    }),
  );
}

/** The vectors of a layer of an index, as many of them in memory as there is room for. */
function indexedRows(index: PhotoIndex, layer: string): VectorRows {
  const kept = new Map<number, Vectors>();
  let bytes = 0;
  return {
    length: indexedLayerNamed(index, layer).maps,
    async *blocks() {
      for (const part of index.parts) {
        const known = kept.get(part);
        if (known !== undefined) {
          yield known;
          continue;
        }
        for await (const vectors of index.vectorParts(layer, [part])) {
          if (bytes + vectors.numbers.byteLength <= KEPT_BYTES) {
            bytes += vectors.numbers.byteLength;
            kept.set(part, vectors);
          }
          yield vectors;
        }
      }
    },
  };
}

/** Photos whose vectors are of finite numbers, and where they lie: [photos, directions]. */
async function photosAlong(
  rows: VectorRows,
  components: Components,
): Promise<{ readonly photos: Int32Array; readonly along: Float32Array }> {
  const length = components.directions.length;
  const photos = new Int32Array(components.count);
  const along = new Float32Array(components.count * length);
  let filled = 0;
  for await (const vectors of rows.blocks()) {
    const some = alongComponents(vectors, components);
    photos.set(some.photos, filled);
    along.set(some.numbers, filled * length);
    filled += some.photos.length;
  }
  return { photos, along };
}
