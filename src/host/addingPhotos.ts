/** Adding photos to the list. */

import * as vscode from 'vscode';

import { PHOTO_ENDINGS } from './photos.js';
import type { Services } from './services.js';

/** Adds photos and chooses the first of them; says so where nothing was one. */
export async function addPhotos({ selection }: Services, uris: readonly vscode.Uri[]): Promise<void> {
  const [first] = await selection.photos.add(uris);
  if (first !== undefined) {
    selection.selectPhoto(first.toString());
  } else if (uris.length > 0) {
    void vscode.window.showWarningMessage(
      vscode.l10n.t('None of these is a photo: choose JPEG, PNG, WebP or BMP files, or a folder with some.'),
    );
  }
}

/** Shows the file dialog. */
export async function pickPhotos(services: Services): Promise<void> {
  const chosen = await vscode.window.showOpenDialog({
    canSelectMany: true,
    filters: { [vscode.l10n.t('Photos')]: [...PHOTO_ENDINGS] },
    title: vscode.l10n.t('Unpool: Add Photos'),
    openLabel: vscode.l10n.t('Add'),
  });
  await addPhotos(services, chosen ?? []);
}
