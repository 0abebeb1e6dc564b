/** What stands in the columns of the layer table. */

import { fieldText } from '../../../src/protocol/fieldText.js';
import { times } from '../../../src/protocol/times.js';
import type { LayerView } from '../../../src/protocol/view.js';
import { l10n } from '../../common/host.js';
import type { ColumnKey } from './columns.js';
import { whole } from '../../common/counts.js';
import type { GroupSums } from './layerTree.js';

export interface Column {
  readonly key: ColumnKey;
  readonly title: string;
  readonly isNumber: boolean;
  text(layer: LayerView, place: number): string;
  /** The same in full where that is more than the cell has room for; empty where it is not. */
  fullText?(layer: LayerView): string;
  /** Counts that are added up over a group, and rounded where there is little room. */
  readonly count?: {
    readonly shortTitle: string;
    of(counted: LayerView | GroupSums): number | null;
  };
}

export function tableColumns(): readonly Column[] {
  const parameters = (counted: LayerView | GroupSums): number | null => counted.parameters;
  const multiplyAdds = (counted: LayerView | GroupSums): number | null => counted.multiplyAdds;
  return [
    { key: 'place', title: '#', isNumber: true, text: (_, place) => whole(place + 1) },
    { key: 'name', title: l10n('Layer'), isNumber: false, text: ({ name }) => name },
    { key: 'operator', title: l10n('Operator'), isNumber: false, text: ({ operator }) => operator },
    { key: 'output', title: l10n('Output'), isNumber: true, text: ({ output }) => times(output) },
    {
      key: 'parameters',
      title: l10n('Parameters'),
      isNumber: true,
      text: (layer) => countText(parameters(layer), whole),
      count: { shortTitle: l10n('Params'), of: parameters },
    },
    {
      key: 'multiplyAdds',
      title: l10n('Multiply-adds'),
      isNumber: true,
      text: (layer) => countText(multiplyAdds(layer), whole),
      count: { shortTitle: l10n('Mult-adds'), of: multiplyAdds },
    },
    {
      key: 'receptiveField',
      title: l10n('Field'),
      isNumber: true,
      text: ({ receptiveField }) => times(receptiveField) || '–',
      fullText: (layer) => (layer.clippedBy === '' ? '' : fieldText(layer, l10n)),
    },
    { key: 'stride', title: l10n('Stride'), isNumber: true, text: ({ stride }) => times(stride) || '–' },
  ];
}

/** Layers as text that spreadsheets read. */
export function tableText(
  columns: readonly Column[],
  layers: readonly LayerView[],
  places: readonly number[],
): string {
  const lines = places.flatMap((place) => {
    const layer = layers[place];
    if (layer === undefined) {
      return [];
    }
    const { operator, detail } = layer;
    const cells = [
      place + 1,
      layer.name,
      detail === '' ? operator : `${operator} (${detail})`,
      layer.output,
      layer.parameters,
      layer.multiplyAdds ?? '',
      layer.receptiveField,
      layer.stride,
    ];
    return [cells.join('\t')];
  });
  return [columns.map(({ title }) => title).join('\t'), ...lines].join('\n');
}

/** `105,415,200` in full or `105M`; a dash for none, a question mark where it is not known. */
export function countText(count: number | null, format: (count: number) => string): string {
  return count === null ? '?' : count === 0 ? '–' : format(count);
}
