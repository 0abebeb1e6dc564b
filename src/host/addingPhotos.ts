/** Adding photos to the list. */

import { basename } from 'node:path';

import * as vscode from 'vscode';

import { SET_ENDINGS } from '../core/photos/photoSet.js';
import { PHOTO_ENDINGS } from './photos.js';
import type { Services } from './services.js';

/** Adds photos and chooses the first of them; says so where none of them is one, and where they are a photo set. */
export async function addPhotos(services: Services, uris: readonly vscode.Uri[]): Promise<void> {
  const { selection } = services;
  const { photos, sets } = await selection.photos.add(uris);
  const [first] = photos;
  if (first !== undefined) {
    selection.selectPhoto(first.toString());
  }
  sets.forEach((root) => void tellOfSet(services, root));
  if (first === undefined && sets.length === 0) {
    void vscode.window.showWarningMessage(
      vscode.l10n.t('None of these is a photo: choose JPEG, PNG, WebP or BMP files, or a folder with some.'),
    );
  }
}

/** Says what became of a folder with very many photos, a zip or a list, and offers to index it. */
async function tellOfSet({ photoSets }: Services, root: string): Promise<void> {
  const listing = await photoSets.listing(root).catch(() => undefined);
  if (listing === undefined) {
    // The set's row says why it cannot be listed.
    return;
  }
  const index = vscode.l10n.t('Index');
  const chosen = await vscode.window.showInformationMessage(
    vscode.l10n.t(
      '{0} is a photo set of {1} files: it is listed below the photos. An index says what in it excites each feature.',
      basename(root),
      listing.photos.toLocaleString(),
    ),
    index,
  );
  if (chosen === index) {
    await vscode.commands.executeCommand('unpool.indexPhotos', { set: root });
  }
}

/** Chooses a photo without putting it on the list, as one of a set; a copy of the guest before it is no longer needed. */
export async function visitPhoto({ selection, droppedPhotos }: Services, photo: vscode.Uri): Promise<void> {
  const { photos } = selection;
  const { guest } = photos;
  await photos.visit(photo.toString());
  selection.selectPhoto(photo.toString());
  if (guest !== undefined && !photos.all.some(({ id }) => id === guest)) {
    await droppedPhotos.forget(vscode.Uri.parse(guest));
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
    filters: {
      [vscode.l10n.t('Photos')]: [...PHOTO_ENDINGS],
      [vscode.l10n.t('Photo sets')]: [...SET_ENDINGS],
    },
    title: vscode.l10n.t('Unpool: Add Photos'),
    openLabel: vscode.l10n.t('Add'),
  });
  if (chosen !== undefined) {
    await addPhotos(services, chosen);
  }
}
