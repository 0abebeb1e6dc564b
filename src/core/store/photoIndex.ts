/** Reading an index of photos: its parts, whoever wrote them, as one. */

import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { UserError } from '../errors.js';
import { BINS, LAST_BIN } from './histogram.js';
import { readManifest } from './indexManifest.js';
import type { IndexedLayer, IndexManifest } from './indexManifest.js';
import { partName, setFile, tableFolder, TOP_CLASSES } from './indexTables.js';
import type { LayerTable } from './indexTables.js';
import type { PhotoRow } from './indexPart.js';
import { LayerSummary } from './layerSummary.js';
import { readTable } from './table.js';
import type { ReadColumns } from './table.js';

/** A photo of the set, as it was listed. */
export interface SetEntry {
  readonly path: string;
  readonly label: string | undefined;
  readonly bytes: number | undefined;
}

/** The vectors of a layer: those of `photos`, one after another, `length` float16 patterns each. */
export interface Vectors {
  readonly photos: Int32Array;
  readonly length: number;
  readonly numbers: Uint16Array;
}

export interface PhotoIndex {
  readonly store: string;
  readonly manifest: IndexManifest;
  /** Parts that are whole, and those that are still to be made. */
  readonly parts: readonly number[];
  readonly missing: readonly number[];
  /** Photos in the order of their numbers, of the parts that are there. @param numbers those that are wanted; all unless given */
  photos(numbers?: ReadonlySet<number>): Promise<readonly PhotoRow[]>;
  /** A layer's numbers over all parts that are there. @throws UserError where no layer is called so */
  layer(name: string): Promise<LayerSummary>;
  /** A layer's vectors part by part, in order. @param of those parts alone @throws UserError where none are kept of it */
  vectorParts(name: string, of?: readonly number[]): AsyncGenerator<Vectors>;
}

/** @throws UserError where there is no index */
export async function openIndex(store: string): Promise<PhotoIndex> {
  const manifest = await readManifest(store);
  const all = Array.from({ length: partsOf(manifest) }, (_, part) => part);
  const there = new Set(await readdir(tableFolder(store, 'photos')).catch(() => []));
  const parts = all.filter((part) => there.has(partName(part)));
  return {
    store,
    manifest,
    parts,
    missing: all.filter((part) => !there.has(partName(part))),
    photos: async (numbers) => {
      const rows: PhotoRow[] = [];
      const wanted = new Set([...(numbers ?? [])].map((photo) => Math.floor(photo / manifest.part)));
      for (const part of parts.filter((each) => numbers === undefined || wanted.has(each))) {
        const all = await photosOf(join(tableFolder(store, 'photos'), partName(part)));
        rows.push(...all.filter(({ photo }) => numbers?.has(photo) ?? true));
      }
      return rows;
    },
    layer: async (name) => {
      const layer = indexedLayerNamed({ manifest, store }, name);
      const whole = new LayerSummary(layer, manifest.strongest);
      for (const part of parts) {
        whole.merge(await summaryOf(store, part, layer, manifest.strongest));
      }
      return whole;
    },
    async *vectorParts(name, of = parts) {
      const layer = layerWithVectors({ manifest, store }, name);
      for (const part of of) {
        yield await vectorsOf(store, part, layer);
      }
    },
  };
}

/** How many parts an index has when it is whole. */
export function partsOf({ set, part }: Pick<IndexManifest, 'set' | 'part'>): number {
  return Math.ceil(set.photos / part);
}

/** How many photos a part has when it is whole. */
export function photosOfPart({ set, part: size }: Pick<IndexManifest, 'set' | 'part'>, part: number): number {
  return Math.min(size, set.photos - part * size);
}

/** How many photos some parts have when they are whole. */
export function photosOfParts(
  manifest: Pick<IndexManifest, 'set' | 'part'>,
  parts: readonly number[],
): number {
  return parts.reduce((sum, part) => sum + photosOfPart(manifest, part), 0);
}

/** True for a part that is whole. */
export function hasPart(store: string, part: number): Promise<boolean> {
  return access(join(tableFolder(store, 'photos'), partName(part))).then(
    () => true,
    () => false,
  );
}

/** The photos of the set in their order, as the first run listed them. */
export async function readSet(store: string): Promise<readonly SetEntry[]> {
  const { path, label, bytes } = await readTable(setFile(store), ['path', 'label', 'bytes']);
  return Array.from({ length: path?.length ?? 0 }, (_, index) => {
    const size = bytes?.[index] as number;
    return {
      path: path?.[index] as string,
      label: (label?.[index] as string | null | undefined) ?? undefined,
      bytes: size < 0 ? undefined : size,
    };
  });
}

/** A photo that is in no number, and why. */
export interface PhotoProblem {
  readonly path: string;
  readonly problem: string;
}

/** The photos of these parts that could not be read or decoded, in their order. */
export async function problemsOf(store: string, parts: readonly number[]): Promise<readonly PhotoProblem[]> {
  const problems: PhotoProblem[] = [];
  for (const part of parts) {
    const file = join(tableFolder(store, 'photos'), partName(part));
    const { path, problem } = await readTable(file, ['path', 'problem']);
    for (let row = 0; row < (problem?.length ?? 0); row++) {
      const why = problem?.[row];
      if (typeof why === 'string') {
        problems.push({ path: path?.[row] as string, problem: why });
      }
    }
  }
  return problems;
}

/** The layer that is called so, or whose tensor is. @throws UserError naming those there are */
export function indexedLayerNamed(
  { manifest: { layers }, store }: Pick<PhotoIndex, 'manifest' | 'store'>,
  name: string,
): IndexedLayer {
  const found = layers.find((layer) => layer.name === name || layer.tensor === name);
  if (found === undefined) {
    throw new UserError(
      `${store}: there is no layer '${name}' in the index; it has ${layers.map((layer) => `'${layer.name}'`).join(', ')}`,
    );
  }
  return found;
}

async function photosOf(file: string): Promise<readonly PhotoRow[]> {
  const ranks = Array.from({ length: TOP_CLASSES }, (_, rank) => rank + 1);
  const columns = await readTable(file, [
    ...['photo', 'path', 'label', 'sha256', 'problem'],
    ...ranks.flatMap((rank) => [`class_${rank}`, `probability_${rank}`]),
  ]);
  const text = (name: string, row: number): string | undefined =>
    (columns[name]?.[row] as string | null | undefined) ?? undefined;
  return Array.from({ length: columns['photo']?.length ?? 0 }, (_, row) => ({
    photo: columns['photo']?.[row] as number,
    path: text('path', row) ?? '',
    label: text('label', row),
    sha256: text('sha256', row),
    problem: text('problem', row),
    top: ranks.flatMap((rank) => {
      const index = columns[`class_${rank}`]?.[row] as number | null | undefined;
      const probability = columns[`probability_${rank}`]?.[row] as number | null | undefined;
      return typeof index === 'number' && typeof probability === 'number' ? [{ index, probability }] : [];
    }),
  }));
}

async function summaryOf(
  store: string,
  part: number,
  layer: IndexedLayer,
  kept: number,
): Promise<LayerSummary> {
  const read = (table: LayerTable, ...names: string[]): Promise<ReadColumns> =>
    readTable(join(tableFolder(store, table), partName(part)), names, {
      of: 'layer',
      value: layer.name,
    });
  const summary = new LayerSummary(layer, kept);
  const maps = await read('maps', 'photos', 'not_finite', 'sum', 'largest', 'zeros');
  summary.photos.set(numbers(maps['photos']));
  summary.notFinite.set(numbers(maps['not_finite']));
  summary.sums.set(numbers(maps['sum']));
  summary.largest.set(numbers(maps['largest']));
  summary.zeros.set(numbers(maps['zeros']));
  const histograms = await read('histograms', 'map', 'bin', 'photos');
  eachRow(histograms, ([map = 0, bin = 0, photos = 0]) => {
    summary.histogram[map * BINS + LAST_BIN + bin] = photos;
  });
  const { filled, photos: photosAt, values, places } = summary.strongest;
  const top = await read('top', 'map', 'rank', 'photo', 'value', 'row', 'column');
  eachRow(top, ([map = 0, rank = 1, photo = 0, value = 0, row = 0, column = 0]) => {
    const at = map * kept + rank - 1;
    filled[map] = Math.max(filled[map] ?? 0, rank);
    photosAt[at] = photo;
    values[at] = value;
    places[at] = row * layer.columns + column;
  });
  const { label, ...sums } = await read('labels', 'label', 'map', 'photos', 'sum');
  eachRow(sums, ([map = 0, photos = 0, sum = 0], row) => {
    const ofLabel = summary.sumsOf(label?.[row] as string);
    ofLabel.photos[map] = photos;
    ofLabel.sums[map] = sum;
  });
  return summary;
}

function numbers(column: ArrayLike<unknown> | undefined): ArrayLike<number> {
  return (column ?? []) as ArrayLike<number>;
}

/** Calls `visit` with the values of each row, in the order of the columns. */
function eachRow(columns: ReadColumns, visit: (values: readonly number[], row: number) => void): void {
  const data = Object.values(columns) as ArrayLike<number>[];
  for (let row = 0; row < (data[0]?.length ?? 0); row++) {
    visit(
      data.map((column) => column[row] ?? 0),
      row,
    );
  }
}

function layerWithVectors(index: Pick<PhotoIndex, 'manifest' | 'store'>, name: string): IndexedLayer {
  const layer = indexedLayerNamed(index, name);
  if (!layer.vectors) {
    const kept = index.manifest.layers.filter(({ vectors }) => vectors).map((each) => `'${each.name}'`);
    throw new UserError(
      `${index.store}: no vectors are kept of '${name}', but of ${kept.join(', ') || 'no layer'}`,
    );
  }
  return layer;
}

async function vectorsOf(store: string, part: number, layer: IndexedLayer): Promise<Vectors> {
  const file = join(tableFolder(store, { vectorsOf: layer.name }), partName(part));
  const { photo = [], vector = [] } = await readTable(file, ['photo', 'vector']);
  const halves = new Uint16Array(photo.length * layer.maps);
  const bytes = new Uint8Array(halves.buffer);
  for (let row = 0; row < photo.length; row++) {
    bytes.set(vector[row] as Uint8Array, row * 2 * layer.maps);
  }
  return { photos: Int32Array.from(photo as ArrayLike<number>), length: layer.maps, numbers: halves };
}
