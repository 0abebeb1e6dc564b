/** VS Code's own context menu on a layer: package.json says what is in it, under `webview/context`. */

import type { LayerView } from '../../../src/protocol/view.js';

/**
 * Makes the commands of the context menu on `target` be about a layer; without one there is no menu.
 * @param model URI of the model
 */
export function setLayerContext(target: HTMLElement, model: string, layer: LayerView | undefined): void {
  const context = {
    preventDefaultContextMenuItems: true,
    ...(layer && {
      webviewSection: 'layer',
      uri: model,
      layer: layer.name,
      unpoolHasKernels: layer.hasKernels,
      unpoolHasMaps: layer.hasMaps,
    }),
  };
  target.dataset['vscodeContext'] = JSON.stringify(context);
}
