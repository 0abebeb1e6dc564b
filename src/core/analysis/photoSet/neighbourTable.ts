/** The neighbours of photos as a table, and as one value for JSON. */

import type { PhotoRow } from '../../store/indexPart.js';
import type { Table } from '../../store/table.js';
import type { AskedPhoto } from './neighbourQueries.js';
import type { Neighbour, NeighbourOptions } from './neighbours.js';

/** A photo that was asked about, and its neighbours, the nearest first. */
export interface NeighbourResult extends AskedPhoto {
  readonly neighbours: readonly FoundNeighbour[];
}

export interface FoundNeighbour extends Neighbour {
  readonly row: PhotoRow;
  /** Undefined where one of the two has no label. */
  readonly agrees: boolean | undefined;
}

/** @param found the neighbours of each photo @param rows of the index, by the numbers of photos: those of all neighbours */
export function neighbourResults(
  asked: readonly AskedPhoto[],
  found: readonly (readonly Neighbour[])[],
  rows: ReadonlyMap<number, PhotoRow>,
): readonly NeighbourResult[] {
  return asked.map((each, query) => ({
    ...each,
    neighbours: (found[query] ?? []).flatMap((neighbour) => {
      const row = rows.get(neighbour.photo);
      const isTold = each.label !== undefined && row?.label !== undefined;
      const agrees = isTold ? row.label === each.label : undefined;
      return row === undefined ? [] : [{ ...neighbour, row, agrees }];
    }),
  }));
}

/** A row for each neighbour. */
export function neighbourTable(results: readonly NeighbourResult[]): Table {
  const all = results.flatMap((query) =>
    query.neighbours.map((neighbour, place) => ({ query, neighbour, place })),
  );
  return {
    columns: [
      { name: 'query', type: 'text' },
      { name: 'query_label', type: 'text?' },
      { name: 'rank', type: 'int32' },
      { name: 'photo', type: 'int32' },
      { name: 'path', type: 'text' },
      { name: 'label', type: 'text?' },
      { name: 'distance', type: 'double' },
    ],
    *groups() {
      yield {
        query: all.map(({ query }) => query.image),
        query_label: all.map(({ query }) => query.label ?? null),
        rank: all.map(({ place }) => place + 1),
        photo: all.map(({ neighbour }) => neighbour.photo),
        path: all.map(({ neighbour }) => neighbour.row.path),
        label: all.map(({ neighbour }) => neighbour.row.label ?? null),
        distance: all.map(({ neighbour }) => neighbour.distance),
      };
    },
  };
}

/** The same with how they were looked for. */
export function neighbourSummary(
  { layer, distance }: Pick<NeighbourOptions, 'layer' | 'distance'>,
  results: readonly NeighbourResult[],
): unknown {
  return {
    ...{ layer, distance },
    queries: results.map(({ image, photo, label, neighbours }) => ({
      ...{ image, photo: photo ?? null, label: label ?? null },
      neighbours: neighbours.map(({ distance: away, row, agrees }, place) => ({
        ...{ rank: place + 1, photo: row.photo, path: row.path, label: row.label ?? null },
        ...{ distance: away, agrees: agrees ?? null },
      })),
    })),
  };
}
