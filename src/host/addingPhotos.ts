/** Adding photos to the list. */

import * as vscode from 'vscode';

import { PHOTO_ENDINGS } from './photos.js';
import type { Services } from './services.js';

/** Adds photos and chooses the first of them; says so where none of them is one. */
export async function addPhotos({ selection }: Services, uris: readonly vscode.Uri[]): Promise<void> {
  const [first] = await selection.photos.add(uris);
  if (first !== undefined) {
    selection.selectPhoto(first.toString());
  } else {
    void vscode.window.showWarningMessage(
      vscode.l10n.t('None of these is a photo: choose JPEG, PNG, WebP or BMP files, or a folder with some.'),
    );
  }
}

/** Chooses a photo, which joins the list where it is not there yet. */
export async function usePhoto({ selection }: Services, photo: string): Promise<void> {
  if (!selection.photos.all.some(({ id }) => id === photo)) {
    await selection.photos.add([vscode.Uri.parse(photo)]);
  }
  selection.selectPhoto(photo);
}

/** Adds the files and folders that a panel was told of when something was dropped on it. */
export async function addDropped(services: Services, uris: readonly string[]): Promise<void> {
  await addPhotos(
    services,
    uris.map((text) => {
      const uri = vscode.Uri.parse(text);
      // The window's name of a file on the machine where this extension runs.
      return uri.scheme === 'vscode-remote' ? vscode.Uri.file(uri.path) : uri;
    }),
  );
}

/** Shows the file dialog. */
export async function pickPhotos(services: Services): Promise<void> {
  const chosen = await vscode.window.showOpenDialog({
    canSelectMany: true,
    filters: { [vscode.l10n.t('Photos')]: [...PHOTO_ENDINGS] },
    title: vscode.l10n.t('Unpool: Add Photos'),
    openLabel: vscode.l10n.t('Add'),
  });
  if (chosen !== undefined) {
    await addPhotos(services, chosen);
  }
}
