/** Choosing the size of images for a model that leaves it open; the choice is stored in its sidecar. */

import * as vscode from 'vscode';

import { UserError } from '../core/errors.js';
import { parseSize, sizeText } from '../core/network/imageInput.js';
import { resizedNetwork } from '../core/network/open.js';
import type { ModelFile } from './modelFiles.js';

/** @throws UserError where the model does not leave its size open, or its graph does not allow the chosen one */
export async function chooseImageSize(file: ModelFile): Promise<void> {
  const { network } = await file.get();
  const { input } = network;
  if (!input.isFree.height && !input.isFree.width) {
    throw new UserError(vscode.l10n.t('{0} only takes images of {1} pixels.', file.name, sizeText(input)));
  }
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t('Unpool: Choose Image Size'),
    prompt: vscode.l10n.t('Pixels of a square, or height x width; empty for the usual size'),
    value: sizeText(input),
    validateInput: (value) =>
      value.trim() === '' || parseSize(value) !== undefined
        ? undefined
        : vscode.l10n.t('Enter pixels as 64, or height and width as 48x320.'),
  });
  if (text === undefined) {
    return;
  }
  const size = parseSize(text);
  // Before it is stored: a size that the graph does not allow would keep the model from opening.
  if (size !== undefined) {
    await resizedNetwork(network, { origin: 'asked', size });
  }
  await file.setSize(size);
}
