/** Layers of indexes that panels look at, the last few of them kept open. */

import { openLayer } from '../../core/analysis/photoSet/topUnits.js';
import type { LayerOfIndex } from '../../core/analysis/photoSet/topUnits.js';
import { BoundedCache } from '../../core/boundedCache.js';
import type { PhotoIndex } from '../../core/store/photoIndex.js';
import type { Indexes } from './indexes.js';

/** Layers: their numbers take some megabytes each. */
const KEPT = 4;

interface Opened {
  readonly index: PhotoIndex;
  readonly layer: Promise<LayerOfIndex>;
}

export class IndexedLayers {
  private readonly kept = new BoundedCache<Opened>(KEPT);

  constructor(private readonly indexes: Pick<Indexes, 'open'>) {}

  /** A layer with the numbers of all parts that are there now. @throws UserError where it cannot be had */
  async open(store: string, name: string): Promise<LayerOfIndex> {
    const index = await this.indexes.open(store);
    const key = JSON.stringify([store, name]);
    const before = this.kept.get(key);
    if (before?.index === index) {
      return before.layer;
    }
    const layer = openLayer(index, name);
    this.kept.set(key, { index, layer });
    layer.catch(() => {
      this.kept.delete(key);
    });
    return layer;
  }
}
