/** Which maps come first, as it is chosen on the page. Plain, without a page. */

import type { TopLayerView, TopOrder } from '../../../src/protocol/panels/topPhotos.js';

export type OrderKind = TopOrder['by'] | 'label';

/** What the controls say. */
export interface OrderChoice {
  readonly kind: OrderKind;
  /** The label that maps answer, or that they tell from `other`. */
  readonly label: string;
  readonly other: string;
  /** The map that others are like. */
  readonly map: number;
}

type Layer = Pick<TopLayerView, 'labels' | 'selectivity' | 'maps' | 'store' | 'layer'>;

/** The orders that have a meaning for a layer. */
export function kindsFor({ labels, selectivity }: Layer): readonly OrderKind[] {
  const tellsLabels = selectivity.some((value) => !Number.isNaN(value));
  return [
    'index',
    'strength',
    'deadness',
    ...(tellsLabels ? (['selectivity', 'label', 'contrast'] as const) : []),
    ...(labels.length > 1 ? (['likeness'] as const) : []),
  ];
}

/** The choice as far as it has a meaning for a layer, completed where it leaves something open. */
export function choiceFor(layer: Layer, choice: Partial<OrderChoice>): OrderChoice {
  const { labels, maps } = layer;
  const kinds = kindsFor(layer);
  const known = (label: string | undefined): label is string => label !== undefined && labels.includes(label);
  const label = known(choice.label) ? choice.label : (labels[0] ?? '');
  const other =
    known(choice.other) && choice.other !== label
      ? choice.other
      : (labels.find((each) => each !== label) ?? '');
  const kind = choice.kind !== undefined && kinds.includes(choice.kind) ? choice.kind : undefined;
  // A label of other photos is no choice for these.
  const isLost = (kind === 'label' || kind === 'contrast') && !known(choice.label);
  const standard = kinds.includes('selectivity') ? 'selectivity' : 'strength';
  return {
    kind: kind === undefined || isLost ? standard : kind,
    label,
    other,
    map: Math.max(0, Math.min(Math.trunc(choice.map ?? 0) || 0, maps - 1)),
  };
}

export function orderOf({ kind, label, other, map }: OrderChoice): TopOrder {
  switch (kind) {
    case 'label':
      return { by: 'selectivity', label };
    case 'contrast':
      return { by: 'contrast', labels: [label, other] };
    case 'likeness':
      return { by: 'likeness', map };
    case 'selectivity':
      return { by: 'selectivity' };
    case 'index':
      return { by: 'index' };
    case 'strength':
    case 'deadness':
      return { by: kind };
  }
}

/** Maps that `unpool top` shows where nothing is said. */
export const SAVED_MAPS = 16;

/** The words of the command that draws the first maps of an order. */
export function commandWords({ store, layer, maps }: Layer, order: TopOrder): readonly string[] {
  return ['unpool', 'top', store, '--layer', layer, ...orderWords(order, maps), '--out', 'top.png'];
}

function orderWords(order: TopOrder, maps: number): readonly string[] {
  switch (order.by) {
    case 'index':
      return ['--map', [...Array(Math.min(SAVED_MAPS, maps)).keys()].join()];
    case 'strength':
    case 'deadness':
      return ['--sort', order.by];
    case 'selectivity':
      return order.label === undefined ? ['--sort', 'selectivity'] : ['--label', order.label];
    case 'contrast':
      return ['--label', order.labels[0], '--versus', order.labels[1]];
    case 'likeness':
      return ['--like', String(order.map)];
  }
}
