/** The top photos of a report's layers, where there is an index of photos. */

import { orderedMaps } from '../analysis/photoSet/mapOrder.js';
import type { RankedMap } from '../analysis/photoSet/mapOrder.js';
import { labelMeans, strongestLabel } from '../analysis/photoSet/selectivity.js';
import type { TopPatchesRequest } from '../analysis/photoSet/topPatches.js';
import { openLayer } from '../analysis/photoSet/topUnits.js';
import type { LayerOfIndex } from '../analysis/photoSet/topUnits.js';
import { UserError } from '../errors.js';
import { topFigureJob } from '../figures/topPhotosJob.js';
import type { RgbImage } from '../imaging/image.js';
import type { JobContext } from '../jobs/job.js';
import type { Layer } from '../network/layers.js';
import type { Network } from '../network/network.js';

/** An index of photos that a report shows, made with its network. */
export type ReportedIndex = Pick<TopPatchesRequest, 'index' | 'set' | 'threads'>;

/** The maps of a layer that answer one class alone, or, where classes cannot be told, the strongest. */
export interface LayerTopPhotos {
  readonly layer: string;
  readonly picture: RgbImage;
  readonly by: 'selectivity' | 'strength';
  readonly maps: readonly (RankedMap & {
    /** The label that it answers most; undefined where the photos have none. */
    readonly label: string | undefined;
  })[];
  /** Photos in the index, and those of the figure that are crossed out. */
  readonly photos: number;
  readonly crossedOut: number;
}

/** So many are to be read. */
const MAPS = 8;

/** The index's layers among some of the network. */
export function indexedAmong({ index }: ReportedIndex, layers: readonly Layer[]): readonly string[] {
  return layers.flatMap(
    ({ output }) => index.manifest.layers.find(({ tensor }) => tensor === output)?.name ?? [],
  );
}

/** @throws UserError as the figure's job does */
export async function topPhotosOf(
  context: JobContext<never>,
  network: Network,
  { index, set, threads }: ReportedIndex,
  layer: string,
): Promise<LayerTopPhotos> {
  const opened = await openLayer(index, layer);
  const { by, ranked } = firstMaps(opened);
  const maps = ranked.slice(0, MAPS);
  const { picture, problems } = await topFigureJob(network, opened, {
    maps: maps.map(({ map }) => map),
    count: index.manifest.strongest,
    set,
    threads,
  }).run(context);
  const means = labelMeans(opened.summary);
  return {
    ...{ layer, picture, by },
    maps: maps.map((each) => ({ ...each, label: means.labels[strongestLabel(means.of(each.map))] })),
    photos: Math.max(...opened.summary.photos),
    crossedOut: problems.length,
  };
}

function firstMaps({ summary, layer }: LayerOfIndex): {
  by: LayerTopPhotos['by'];
  ranked: readonly RankedMap[];
} {
  try {
    return { by: 'selectivity', ranked: orderedMaps(summary, layer, { by: 'selectivity' }) };
  } catch (error) {
    if (!(error instanceof UserError)) {
      throw error;
    }
    return { by: 'strength', ranked: orderedMaps(summary, layer, { by: 'strength' }) };
  }
}
