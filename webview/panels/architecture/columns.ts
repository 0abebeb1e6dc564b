/** The columns of the layer table, and what layers are sorted by in them. */

import type { LayerView } from '../../../src/protocol/view.js';

export type ColumnKey =
  'place' | 'name' | 'operator' | 'output' | 'parameters' | 'multiplyAdds' | 'receptiveField' | 'stride';

/** What a column sorts by: texts by their letters and numbers, everything else by size; NaN where there is nothing. */
export type SortValue = string | number;

/** @param place of the layer in the network, from 0 */
export function sortValue(key: ColumnKey, layer: LayerView, place: number): SortValue {
  switch (key) {
    case 'place':
      return place;
    case 'name':
      return layer.name;
    case 'operator':
      return `${layer.operator} ${layer.detail}`;
    case 'output':
      return sizeOf(layer.output);
    case 'parameters':
      return layer.parameters;
    case 'multiplyAdds':
      return layer.multiplyAdds ?? NaN;
    case 'receptiveField':
      return sizeOf(layer.receptiveField);
    case 'stride':
      return sizeOf(layer.stride);
  }
}

/** `55x55x96` as the product of its numbers; NaN where one is not known. */
function sizeOf(text: string): number {
  return text === '' ? NaN : text.split('x').reduce((product, part) => product * Number(part), 1);
}
