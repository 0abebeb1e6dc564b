/** A map of a set as a table, and as one value for JSON. */

import type { PhotoRow } from '../../store/indexPart.js';
import type { Table } from '../../store/table.js';
import type { MapOptions, SetMap } from './setMap.js';

interface PlacedPhoto extends Pick<PhotoRow, 'photo' | 'path' | 'label' | 'top'> {
  readonly x: number;
  readonly y: number;
}

/** The photos of a map where they lie. @param photos of the index, all of them */
export function placedPhotos(
  { photos: numbers, positions }: SetMap,
  photos: readonly PhotoRow[],
): readonly PlacedPhoto[] {
  const rows = new Map(photos.map((row) => [row.photo, row]));
  return [...numbers].flatMap((photo, at) => {
    const { path, label, top } = rows.get(photo) ?? {};
    const [x = NaN, y = NaN] = positions.subarray(2 * at, 2 * at + 2);
    return path === undefined || top === undefined ? [] : [{ photo, path, label, top, x, y }];
  });
}

/** A row for each photo: what it is, where it lies, and what the network takes it for. */
export function setMapTable(placed: readonly PlacedPhoto[]): Table {
  return {
    columns: [
      { name: 'photo', type: 'int32' },
      { name: 'path', type: 'text' },
      { name: 'label', type: 'text?' },
      { name: 'x', type: 'float' },
      { name: 'y', type: 'float' },
      { name: 'class_1', type: 'int32?' },
      { name: 'probability_1', type: 'float?' },
    ],
    *groups() {
      yield {
        photo: placed.map(({ photo }) => photo),
        path: placed.map(({ path }) => path),
        label: placed.map(({ label }) => label ?? null),
        x: placed.map(({ x }) => x),
        y: placed.map(({ y }) => y),
        class_1: placed.map(({ top: [first] }) => first?.index ?? null),
        probability_1: placed.map(({ top: [first] }) => first?.probability ?? null),
      };
    },
  };
}

/** The same with how the map was made. */
export function setMapSummary(
  { layer, method }: MapOptions,
  { shares }: SetMap,
  placed: readonly PlacedPhoto[],
): unknown {
  return {
    layer,
    method,
    ...(shares !== undefined && { shares }),
    photos: placed.map(({ photo, path, label, x, y, top: [first] }) => ({
      ...{ photo, path, label: label ?? null, x, y },
      ...{ class: first?.index ?? null, probability: first?.probability ?? null },
    })),
  };
}
