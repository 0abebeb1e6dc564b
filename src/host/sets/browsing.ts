/** The file dialog for photo sets. */

import * as vscode from 'vscode';

import { SET_ENDINGS } from '../../core/photos/photoSet.js';

/** Asks for a folder, or for a zip or list: one dialog cannot do both on every system. Gives its path. */
export async function browseForSet(what: 'folder' | 'file', title: string): Promise<string | undefined> {
  const isFolder = what === 'folder';
  const [chosen] =
    (await vscode.window.showOpenDialog({
      canSelectFiles: !isFolder,
      canSelectFolders: isFolder,
      ...(!isFolder && { filters: { [vscode.l10n.t('Photo sets')]: [...SET_ENDINGS] } }),
      title,
      openLabel: vscode.l10n.t('Open'),
    })) ?? [];
  return chosen?.fsPath;
}
