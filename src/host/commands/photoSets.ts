/** Adding and choosing photo sets. */

import { basename } from 'node:path';

import * as vscode from 'vscode';

import type { OpenModel } from '../modelFiles.js';
import type { Services } from '../services.js';
import { browseForSet } from '../sets/browsing.js';

interface SetPick extends vscode.QuickPickItem {
  readonly root: () => Promise<string | undefined>;
}

/** Adds the sets that the explorer names (its row and the selected ones), or one that the user picks. */
export async function addPhotoSet(
  { photoSets }: Services,
  argument: unknown,
  selected: unknown,
): Promise<void> {
  const named = Array.isArray(selected) && selected.length > 0 ? selected : [argument];
  const roots = named.flatMap((each) => (each instanceof vscode.Uri ? each.fsPath : []));
  const picked = roots.length > 0 ? undefined : await pickRoot(vscode.l10n.t('Unpool: Add a Photo Set'), []);
  await photoSets.add(picked === undefined ? roots : [picked]);
  if (picked !== undefined || roots.length > 0) {
    await vscode.commands.executeCommand('unpool.photos.focus');
  }
}

/** The set to look at: the only one that this model has no whole index of, or one that the user picks now. */
export async function pickPhotoSet(
  { photoSets, indexes, selection }: Services,
  { uri }: OpenModel,
  title: string,
): Promise<string | undefined> {
  const own = await indexes.of(selection.activate(uri));
  const indexed = own.filter((each) => each.problem === null && each.indexed === each.photos);
  const isWhole = (root: string): boolean => indexed.some((each) => each.root === root);
  const known = photoSets.all;
  const [only, ...others] = known;
  if (only !== undefined && others.length === 0 && !isWhole(only)) {
    return only;
  }
  return pickRoot(
    title,
    known.map((root) => ({
      label: `$(library) ${basename(root)}`,
      description: vscode.workspace.asRelativePath(root),
      ...(isWhole(root) && { detail: vscode.l10n.t('indexed') }),
      root: async () => root,
    })),
  );
}

/** Asks for a set: one of those given, or a folder or file. */
async function pickRoot(title: string, known: readonly SetPick[]): Promise<string | undefined> {
  const picks: SetPick[] = [
    ...known,
    {
      label: `$(folder) ${vscode.l10n.t('Choose a Folder...')}`,
      description: vscode.l10n.t('its subfolders are labels'),
      root: () => browseForSet('folder', title),
    },
    {
      label: `$(file-zip) ${vscode.l10n.t('Choose a Zip or a List...')}`,
      description: vscode.l10n.t('.zip, read in place; .csv of path and label'),
      root: () => browseForSet('file', title),
    },
  ];
  const placeHolder = vscode.l10n.t('A set of photos');
  const chosen = await vscode.window.showQuickPick(picks, { title, placeHolder, matchOnDescription: true });
  return chosen?.root();
}
