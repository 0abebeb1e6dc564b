import type { LayerView } from '../../src/protocol/view.js';

/**
 * The layer that a panel shows when `wanted` is selected: that one where the panel can show it, else the nearest
 * before it that it can, else the first.
 */
export function layerToShow(
  layers: readonly LayerView[],
  wanted: string | null,
  accepts: (layer: LayerView) => boolean,
): LayerView | undefined {
  const at = layers.findIndex(({ name }) => name === wanted);
  return layers.slice(0, at + 1).findLast(accepts) ?? layers.find(accepts);
}
