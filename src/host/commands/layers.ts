/** Choosing a layer. */

import * as vscode from 'vscode';

import type { Services } from '../services.js';
import { operatorIcon } from '../views/operatorIcons.js';
import { neededModel } from './models.js';
import { pickWithPreview } from './pickWithPreview.js';
import type { PreviewItem } from './pickWithPreview.js';

interface LayerPick extends PreviewItem {
  readonly layer: string;
}

/** Lists the layers of the active model; the highlighted one is shown everywhere until another is. */
export async function chooseLayer(services: Services): Promise<void> {
  const { selection } = services;
  const uri = await neededModel(services);
  if (uri === undefined) {
    return;
  }
  const model = await selection.activate(uri).get();
  const before = selection.layerOf(model);
  const items = model.view.layers.map((layer): LayerPick => ({
    label: layer.name,
    description: [layer.operator, layer.detail, layer.output].filter((part) => part !== '').join(' · '),
    layer: layer.name,
    iconPath: operatorIcon(layer.operator),
  }));
  await pickWithPreview(items, {
    title: vscode.l10n.t('Unpool: Choose Layer'),
    isCurrent: ({ layer }) => layer === before,
    preview: ({ layer }) => {
      selection.selectLayer(uri, layer);
    },
    undo: () => {
      if (before !== undefined) {
        selection.selectLayer(uri, before);
      }
    },
  });
}
