/** Writing one part of an index. */

import { join } from 'node:path';

import { BINS, LAST_BIN } from './histogram.js';
import { commit } from './files.js';
import { LAYER_TABLES, TABLES, TOP_CLASSES, partName, tableFolder, vectorColumns } from './indexTables.js';
import type { LayerTable } from './indexTables.js';
import type { IndexedLayer, IndexManifest } from './indexManifest.js';
import type { LayerSummary } from './layerSummary.js';
import { TableWriter } from './table.js';
import type { Rows } from './table.js';

/** A photo's row. */
export interface PhotoRow {
  readonly photo: number;
  readonly path: string;
  readonly label: string | undefined;
  readonly sha256: string | undefined;
  /** Why the photo is left out of everything; undefined for one that is in. */
  readonly problem: string | undefined;
  /** The most probable classes, the first one first; none for a network that does not classify. */
  readonly top: readonly { readonly index: number; readonly probability: number }[];
}

/**
 * A part under temporary names. Rows of photos and vectors go to disk as they come; `finish` puts all files in their places,
 * the photos last: a part whose photos are there is whole.
 */
export class IndexPartWriter {
  private constructor(
    private readonly store: string,
    private readonly name: string,
    private readonly manifest: IndexManifest,
    private readonly photos: TableWriter,
    private readonly vectors: ReadonlyMap<string, TableWriter>,
  ) {}

  /** @throws UserError where the store cannot be written to */
  static async create(store: string, part: number, manifest: IndexManifest): Promise<IndexPartWriter> {
    const name = partName(part);
    const photos = await TableWriter.create(join(tableFolder(store, 'photos'), name), TABLES.photos);
    const vectors = new Map<string, TableWriter>();
    for (const { name: layer, maps } of manifest.layers.filter((each) => each.vectors)) {
      const file = join(tableFolder(store, { vectorsOf: layer }), name);
      vectors.set(layer, await TableWriter.create(file, vectorColumns(maps)));
    }
    return new IndexPartWriter(store, name, manifest, photos, vectors);
  }

  /**
   * Appends photos, a row group.
   * @param vectors by layer: float16 patterns of those photos that have no problem, one after another
   */
  async append(rows: readonly PhotoRow[], vectors: ReadonlyMap<string, Uint16Array>): Promise<void> {
    const photos = rows.filter(({ problem }) => problem === undefined).map(({ photo }) => photo);
    for (const [layer, writer] of this.vectors) {
      const numbers = vectors.get(layer) ?? new Uint16Array();
      const length = numbers.length / photos.length;
      await writer.append({
        photo: Int32Array.from(photos),
        vector: photos.map(
          (_, row) => new Uint8Array(numbers.buffer, numbers.byteOffset + 2 * row * length, 2 * length),
        ),
      });
    }
    await this.photos.append(photoRows(rows));
  }

  /** Writes what is known of the layers, and puts the part in its place. @param summaries in the order of the layers */
  async finish(summaries: readonly LayerSummary[]): Promise<void> {
    const { store, name } = this;
    for (const table of LAYER_TABLES) {
      const file = join(tableFolder(store, table), name);
      const writer = await TableWriter.create(file, TABLES[table]);
      for (const [index, layer] of this.manifest.layers.entries()) {
        const summary = summaries[index];
        if (summary !== undefined) {
          await writer.append(LAYER_ROWS[table](layer, summary));
        }
      }
      await writer.finish();
    }
    for (const writer of [...this.vectors.values(), this.photos]) {
      await writer.finish();
    }
    for (const table of LAYER_TABLES) {
      await commit(join(tableFolder(store, table), name));
    }
    for (const layer of this.vectors.keys()) {
      await commit(join(tableFolder(store, { vectorsOf: layer }), name));
    }
    await commit(join(tableFolder(store, 'photos'), name));
  }

  /** Closes the files of a part that is not to be finished; the next run writes over them. */
  async abandon(): Promise<void> {
    for (const writer of [...this.vectors.values(), this.photos]) {
      await writer.abandon().catch(() => undefined);
    }
  }
}

function photoRows(rows: readonly PhotoRow[]): Rows {
  const ranks = Array.from({ length: TOP_CLASSES }, (_, rank) => rank);
  return {
    photo: Int32Array.from(rows, ({ photo }) => photo),
    path: rows.map(({ path }) => path),
    label: rows.map(({ label }) => label ?? null),
    sha256: rows.map(({ sha256 }) => sha256 ?? null),
    problem: rows.map(({ problem }) => problem ?? null),
    ...Object.fromEntries(
      ranks.flatMap((rank) => [
        [`class_${rank + 1}`, rows.map(({ top }) => top[rank]?.index ?? null)],
        [`probability_${rank + 1}`, rows.map(({ top }) => top[rank]?.probability ?? null)],
      ]),
    ),
  };
}

/** The numbers below `count` that are wanted. */
function filled(count: number, isWanted: (index: number) => boolean): Int32Array {
  const found = new Int32Array(count);
  let length = 0;
  for (let index = 0; index < count; index++) {
    if (isWanted(index)) {
      found[length++] = index;
    }
  }
  return found.subarray(0, length);
}

/** The rows of a layer in each table, which are a row group. */
const LAYER_ROWS: Readonly<Record<LayerTable, (layer: IndexedLayer, summary: LayerSummary) => Rows>> = {
  maps: ({ name, maps }, { photos, notFinite, sums, largest, zeros }) => ({
    layer: Array<string>(maps).fill(name),
    map: Int32Array.from({ length: maps }, (_, map) => map),
    photos,
    not_finite: notFinite,
    sum: sums,
    largest,
    zeros,
  }),
  histograms: ({ name }, { histogram }) => {
    const bins = filled(histogram.length, (bin) => histogram[bin] !== 0);
    return {
      layer: Array<string>(bins.length).fill(name),
      map: bins.map((bin) => Math.floor(bin / BINS)),
      bin: bins.map((bin) => (bin % BINS) - LAST_BIN),
      photos: bins.map((bin) => histogram[bin] ?? 0),
    };
  },
  top: ({ name, maps, columns }, { kept, strongest }) => {
    const { filled: counts, photos, values, places } = strongest;
    const taken = filled(maps * kept, (at) => at % kept < (counts[Math.floor(at / kept)] ?? 0));
    return {
      layer: Array<string>(taken.length).fill(name),
      map: taken.map((at) => Math.floor(at / kept)),
      rank: taken.map((at) => (at % kept) + 1),
      photo: taken.map((at) => photos[at] ?? 0),
      value: new Float32Array(taken.length).map((_, row) => values[taken[row] ?? 0] ?? 0),
      row: taken.map((at) => Math.floor((places[at] ?? 0) / columns)),
      column: taken.map((at) => (places[at] ?? 0) % columns),
    };
  },
  labels: ({ name, maps }, { byLabel }) => {
    const labels = [...byLabel.keys()].sort();
    const all = labels.map((label) => byLabel.get(label));
    const ofMaps = Int32Array.from({ length: maps }, (_, map) => map);
    const map = new Int32Array(labels.length * maps);
    const sums = new Float64Array(labels.length * maps);
    const photos = new Int32Array(labels.length * maps);
    all.forEach((each, index) => {
      sums.set(each?.sums ?? [], index * maps);
      photos.set(each?.photos ?? [], index * maps);
      map.set(ofMaps, index * maps);
    });
    return {
      layer: Array<string>(sums.length).fill(name),
      label: labels.flatMap((label) => Array<string>(maps).fill(label)),
      map,
      photos,
      sum: sums,
    };
  },
};
