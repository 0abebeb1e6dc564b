/** The line at the bottom: model, photo, provider; it opens the log. */

import * as vscode from 'vscode';

import type { Selection } from './selection.js';

export function createStatusBarItem(selection: Selection): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('unpool.status', vscode.StatusBarAlignment.Left, 10);
  item.name = 'Unpool';
  item.command = 'unpool.showLog';
  const update = (): void => {
    const { file, photo, photos, engine } = selection;
    if (file === undefined) {
      item.hide();
      return;
    }
    const photoName = photo === undefined ? vscode.l10n.t('no photo') : photos.nameOf(photo);
    const parts = [file.name, photoName, engine.providerName];
    item.text = `$(${engine.isBusy ? 'sync~spin' : 'eye'}) ${parts.join(' · ')}`;
    const meaning = vscode.l10n.t('Unpool: model, photo, and what it runs on. Click for the log.');
    item.tooltip = [meaning, ...engine.passedOver].join('\n');
    item.accessibilityInformation = { label: `Unpool: ${parts.join(', ')}`, role: 'button' };
    item.show();
  };
  update();
  return vscode.Disposable.from(
    item,
    selection.onDidChangeModel(update),
    selection.onDidChangeSelection(update),
  );
}
