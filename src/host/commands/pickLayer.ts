/** Which of the layers that a place in a source is about somebody means. */

import * as vscode from 'vscode';

import type { OpenModel } from '../modelFiles.js';
import { layersOf, shapesText } from '../python/layerChoice.js';
import type { Selection } from '../selection.js';
import { operatorIcon } from '../views/operatorIcons.js';

/** The layer where there is one; else the user picks it. Undefined where the user did not. */
export async function pickLayer(
  model: OpenModel,
  names: readonly string[],
  title: string,
): Promise<string | undefined> {
  if (names.length < 2) {
    return names[0];
  }
  const chosen = await vscode.window.showQuickPick(
    layersOf(model, names).map((layer) => ({
      label: layer.name,
      description: [layer.node.opType, shapesText([layer])].filter((word) => word !== '').join(' · '),
      iconPath: operatorIcon(layer.node.opType),
    })),
    { title, placeHolder: vscode.l10n.t('Several layers are created here') },
  );
  return chosen?.label;
}

/** The same, where the layer that was chosen in the side bar or by a cursor counts if it is one of them. */
export async function meantLayer(
  selection: Selection,
  model: OpenModel,
  names: readonly string[],
  title: string,
): Promise<string | undefined> {
  const chosen = selection.chosenLayerOf(model);
  return chosen !== undefined && names.includes(chosen) ? chosen : pickLayer(model, names, title);
}

/** The layers that the argument of a link names, where it names several. */
export function layersIn(argument: unknown): readonly string[] {
  const { layers } = (argument ?? {}) as { readonly layers?: unknown };
  return Array.isArray(layers) ? layers.filter((each) => typeof each === 'string') : [];
}
