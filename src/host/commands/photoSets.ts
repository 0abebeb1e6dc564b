/** Adding and choosing photo sets. */

import { basename } from 'node:path';

import * as vscode from 'vscode';

import type { OpenModel } from '../modelFiles.js';
import type { Services } from '../services.js';

interface SetPick extends vscode.QuickPickItem {
  readonly root: () => Promise<string | undefined>;
}

/** The set to look at: the only one that this model has no whole index of, or one that the user picks now. */
export async function pickPhotoSet(
  { photoSets, indexes, selection }: Services,
  { uri }: OpenModel,
): Promise<string | undefined> {
  const own = await indexes.of(selection.activate(uri));
  const indexed = own.filter((each) => each.problem === null && each.indexed === each.photos);
  const isWhole = (root: string): boolean => indexed.some((each) => each.root === root);
  const known = photoSets.all;
  const [only, ...others] = known;
  if (only === undefined) {
    return browse('folder');
  }
  if (others.length === 0 && !isWhole(only)) {
    return only;
  }
  const picks: SetPick[] = [
    ...known.map((root) => ({
      label: `$(library) ${basename(root)}`,
      description: vscode.workspace.asRelativePath(root),
      ...(isWhole(root) && { detail: vscode.l10n.t('indexed') }),
      root: async () => root,
    })),
    { label: `$(folder) ${vscode.l10n.t('Choose a Folder...')}`, root: () => browse('folder') },
    { label: `$(file-zip) ${vscode.l10n.t('Choose a Zip or a List...')}`, root: () => browse('file') },
  ];
  const chosen = await vscode.window.showQuickPick(picks, {
    title: vscode.l10n.t('Unpool: Index a Folder of Photos'),
    placeHolder: vscode.l10n.t('A set of photos'),
    matchOnDescription: true,
  });
  return chosen?.root();
}

async function browse(what: 'folder' | 'file'): Promise<string | undefined> {
  const isFolder = what === 'folder';
  const [chosen] =
    (await vscode.window.showOpenDialog({
      canSelectFiles: !isFolder,
      canSelectFolders: isFolder,
      ...(!isFolder && { filters: { [vscode.l10n.t('Photo sets')]: ['zip', 'csv'] } }),
      title: vscode.l10n.t('Unpool: Index a Folder of Photos'),
      openLabel: vscode.l10n.t('Index'),
    })) ?? [];
  return chosen?.fsPath;
}
