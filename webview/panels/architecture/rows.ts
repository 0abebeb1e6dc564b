/** Which layers the table shows, and in which order. */

import type { LayerView } from '../../../src/protocol/view.js';
import { sortValue } from './columns.js';
import type { ColumnKey, SortValue } from './columns.js';

export interface Sort {
  readonly key: ColumnKey;
  readonly isDescending: boolean;
}

/** The order in which the network has its layers. */
export const NETWORK_ORDER: Sort = { key: 'place', isDescending: false };

const TEXTS: ReadonlySet<ColumnKey> = new Set(['place', 'name', 'operator']);

/**
 * The sort after another click on a column's head: texts from A first, numbers from the largest first, then the
 * other way round, then the network's order.
 */
export function nextSort(present: Sort, key: ColumnKey): Sort {
  const first = { key, isDescending: !TEXTS.has(key) };
  if (present.key !== key) {
    return first;
  }
  return present.isDescending === first.isDescending && key !== 'place'
    ? { key, isDescending: !first.isDescending }
    : NETWORK_ORDER;
}

/** Text that a layer is found by. */
function haystack({ name, aliases, operator, detail, output }: LayerView): string {
  return [name, ...aliases, operator, detail, output].join(' ').toLowerCase();
}

/** Finds the layers that contain every word of a text, whatever the case. */
export class LayerFilter {
  private readonly texts: readonly string[];

  constructor(layers: readonly LayerView[]) {
    this.texts = layers.map(haystack);
  }

  /** Places of the layers found, in the network's order. */
  places(query: string): number[] {
    const words = query
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== '');
    return [...this.texts.keys()].filter((place) => {
      const text = this.texts[place] ?? '';
      return words.every((word) => text.includes(word));
    });
  }
}

/** Sorts places of layers; what has no number comes last, what is equal stays in the network's order. */
export function sorted(layers: readonly LayerView[], places: readonly number[], sort: Sort): number[] {
  const { compare } = new Intl.Collator(undefined, { numeric: true });
  const keyed = places.flatMap((place) => {
    const layer = layers[place];
    return layer === undefined ? [] : [{ place, value: sortValue(sort.key, layer, place) }];
  });
  const direction = sort.isDescending ? -1 : 1;
  const order = (a: SortValue, b: SortValue): number => {
    if (typeof a === 'string' || typeof b === 'string') {
      return direction * compare(String(a), String(b));
    }
    if (Number.isNaN(a) || Number.isNaN(b)) {
      return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
    }
    return direction * (a - b);
  };
  return keyed.sort((a, b) => order(a.value, b.value) || a.place - b.place).map(({ place }) => place);
}
