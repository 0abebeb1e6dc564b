/** What is said of maps. */

import type { TopLayerView } from '../../../src/protocol/panels/topPhotos.js';
import { l10n } from '../../common/host.js';
import { percent, short } from '../../common/numbers.js';
import type { OrderChoice } from './order.js';

/** The label that a map answers most; undefined where there is none. */
export function labelOf({ labels, label }: TopLayerView, map: number): string | undefined {
  return labels[label[map] ?? -1];
}

/** Under a tile: the map's number, and what it is ordered by. */
export function captionOf(
  layer: TopLayerView,
  { kind, label, other }: OrderChoice,
  map: number,
  value: number,
): string {
  const number = String(map);
  if (kind === 'index' || Number.isNaN(value)) {
    return number;
  }
  switch (kind) {
    case 'strength':
      return `${number} · ${short(value, 3)}`;
    case 'deadness':
      return `${number} · ${l10n('answers {0}', percent(1 - value))}`;
    case 'selectivity':
      return `${number} · ${labelOf(layer, map) ?? ''} ${value.toFixed(2)}`;
    case 'contrast':
      return `${number} · ${value > 0 ? label : other} ${Math.abs(value).toFixed(2)}`;
    case 'label':
    case 'likeness':
      return `${number} · ${value.toFixed(2)}`;
  }
}

/** A tile for a screen reader, and on hover. @param caption what stands under it */
export function describeMap(layer: TopLayerView, map: number, caption: string): string {
  const label = labelOf(layer, map);
  return [
    l10n('Map {0}, largest activation {1}', caption, short(layer.largest[map] ?? NaN)),
    l10n('answers {0} of the photos', percent(layer.answers[map] ?? NaN)),
    ...(label === undefined ? [] : [l10n('most of all {0}', label)]),
  ].join(', ');
}

/** The layer in a line. */
export function summaryOf({ maps, rows, columns, photos, labels, field, answers }: TopLayerView): string {
  const dead = answers.reduce((sum, share) => sum + (share === 0 ? 1 : 0), 0);
  return [
    rows * columns === 1
      ? l10n('{0} units that see the whole photo', maps)
      : l10n('{0} maps of {1}×{2}', maps, rows, columns),
    ...(rows * columns === 1 ? [] : [l10n('units see {0}×{0} pixels', field)]),
    l10n('{0} photos', photos.toLocaleString()),
    ...(labels.length > 0 ? [l10n('{0} classes', labels.length)] : []),
    ...(dead > 0 ? [l10n('{0} answer no photo', dead)] : []),
  ].join(' · ');
}
