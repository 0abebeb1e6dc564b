/** Layers of indexes that panels look at, the last few of them kept open. */

import { openLayer } from '../../core/analysis/photoSet/topUnits.js';
import type { LayerOfIndex } from '../../core/analysis/photoSet/topUnits.js';
import { BoundedCache } from '../../core/boundedCache.js';
import type { PhotoRow } from '../../core/store/indexPart.js';
import type { PhotoIndex } from '../../core/store/photoIndex.js';
import type { Indexes } from './indexes.js';

/** Layers: their numbers take some megabytes each. */
const KEPT = 4;

interface Opened {
  readonly index: PhotoIndex;
  readonly layer: Promise<LayerOfIndex>;
}

/** Rows of photos that are kept of an index: those of some thousand maps. */
const KEPT_ROWS = 50_000;

export class IndexedLayers {
  private readonly kept = new BoundedCache<Opened>(KEPT);
  private readonly rows = new WeakMap<PhotoIndex, BoundedCache<PhotoRow>>();

  constructor(private readonly indexes: Pick<Indexes, 'open'>) {}

  /** A layer with the numbers of all parts that are there now. @throws UserError where it cannot be had */
  async open(store: string, name: string): Promise<LayerOfIndex> {
    const index = await this.indexes.open(store);
    const key = JSON.stringify([store, name]);
    const before = this.kept.get(key);
    if (before?.index === index) {
      return before.layer;
    }
    const layer = openLayer(this.keepingRows(index), name);
    this.kept.set(key, { index, layer });
    layer.catch(() => {
      this.kept.delete(key);
    });
    return layer;
  }

  /** The same index, which reads no photo's row twice: a part has thousands, and those asked for lie in all parts. */
  private keepingRows(index: PhotoIndex): PhotoIndex {
    const rows = this.rows.get(index) ?? new BoundedCache<PhotoRow>(KEPT_ROWS);
    this.rows.set(index, rows);
    return {
      ...index,
      photos: async (numbers) => {
        if (numbers === undefined) {
          return index.photos();
        }
        const missing = [...numbers].filter((photo) => rows.get(String(photo)) === undefined);
        const read = missing.length === 0 ? [] : await index.photos(new Set(missing));
        const found = new Map(read.map((row) => [row.photo, row]));
        read.forEach((row) => {
          rows.set(String(row.photo), row);
        });
        return [...numbers]
          .sort((a, b) => a - b)
          .flatMap((photo) => found.get(photo) ?? rows.get(String(photo)) ?? []);
      },
    };
  }
}
