/** The tables of an index, and where their parts lie. */

import { join } from 'node:path';

import type { Column } from './table.js';

/** Classes of a photo that are kept. */
export const TOP_CLASSES = 5;

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);

/** Every column of every table; docs/photo-sets.md explains them. */
export const TABLES = {
  set: [
    { name: 'path', type: 'text' },
    { name: 'label', type: 'text?' },
    { name: 'bytes', type: 'double' },
  ],
  photos: [
    { name: 'photo', type: 'int32' },
    { name: 'path', type: 'text' },
    { name: 'label', type: 'text?' },
    { name: 'sha256', type: 'text?' },
    { name: 'problem', type: 'text?' },
    ...upTo(TOP_CLASSES).map((rank) => ({ name: `class_${rank}`, type: 'int32?' as const })),
    ...upTo(TOP_CLASSES).map((rank) => ({ name: `probability_${rank}`, type: 'float?' as const })),
  ],
  maps: [
    { name: 'layer', type: 'text' },
    { name: 'map', type: 'int32' },
    { name: 'photos', type: 'int32' },
    { name: 'not_finite', type: 'int32' },
    { name: 'sum', type: 'double' },
    { name: 'largest', type: 'float' },
    { name: 'zeros', type: 'double' },
  ],
  histograms: [
    { name: 'layer', type: 'text' },
    { name: 'map', type: 'int32' },
    { name: 'bin', type: 'int32' },
    { name: 'photos', type: 'int32' },
  ],
  top: [
    { name: 'layer', type: 'text' },
    { name: 'map', type: 'int32' },
    { name: 'rank', type: 'int32' },
    { name: 'photo', type: 'int32' },
    { name: 'value', type: 'float' },
    { name: 'row', type: 'int32' },
    { name: 'column', type: 'int32' },
  ],
  labels: [
    { name: 'layer', type: 'text' },
    { name: 'label', type: 'text' },
    { name: 'map', type: 'int32' },
    { name: 'photos', type: 'int32' },
    { name: 'sum', type: 'double' },
  ],
} as const satisfies Record<string, readonly Column[]>;

/** Tables that have a row group a layer. */
export type LayerTable = 'maps' | 'histograms' | 'top' | 'labels';
export const LAYER_TABLES: readonly LayerTable[] = ['maps', 'histograms', 'top', 'labels'];

/** Rows `photo` and `vector`: float16 numbers, the lower byte first. */
export function vectorColumns(length: number): readonly Column[] {
  return [
    { name: 'photo', type: 'int32' },
    { name: 'vector', type: { bytes: 2 * length } },
  ];
}

/** The list of all photos, in their order. */
export function setFile(store: string): string {
  return join(store, 'set.parquet');
}

/** The folder of a table's parts, or of a layer's vectors. */
export function tableFolder(
  store: string,
  table: LayerTable | 'photos' | { readonly vectorsOf: string },
): string {
  return typeof table === 'string'
    ? join(store, table)
    : join(store, 'vectors', table.vectorsOf.replaceAll(/[^\w.-]/g, '_'));
}

export function partName(part: number): string {
  return `part-${String(part).padStart(5, '0')}.parquet`;
}
