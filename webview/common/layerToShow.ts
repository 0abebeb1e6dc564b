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

/**
 * The layer that a panel about an index shows when `wanted` is selected: the nearest that the panel can show, of equally
 * near ones that behind it. An index has the activation behind a convolution rather than the convolution.
 */
export function nearestLayer(
  layers: readonly LayerView[],
  wanted: string | null,
  accepts: (layer: LayerView) => boolean,
): LayerView | undefined {
  const at = Math.max(
    0,
    layers.findIndex(({ name }) => name === wanted),
  );
  const behind = layers.slice(at).findIndex(accepts);
  const before = layers.slice(0, at).reverse().findIndex(accepts);
  const isBehind = behind >= 0 && (before < 0 || behind <= before + 1);
  return isBehind ? layers[at + behind] : before < 0 ? undefined : layers[at - 1 - before];
}
