/** Adding and choosing photos. */

import * as vscode from 'vscode';

import { addPhotos, pickPhotos } from '../addingPhotos.js';
import type { Services } from '../services.js';
import { pickWithPreview } from './pickWithPreview.js';
import type { PreviewItem } from './pickWithPreview.js';
import { targetOf } from './target.js';

export async function pickPhotoFolder(services: Services): Promise<void> {
  const chosen = await vscode.window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    canSelectMany: true,
    title: vscode.l10n.t('Unpool: Add a Folder of Photos'),
    openLabel: vscode.l10n.t('Add'),
  });
  await addPhotos(services, chosen ?? []);
}

/** Adds the photos that come with the extension. */
export async function addDemoPhotos(services: Services): Promise<void> {
  await addPhotos(services, [vscode.Uri.joinPath(services.extensionUri, 'media/photos')]);
}

/** Adds what the explorer names (its row and the selected ones), or shows the file dialog. */
export async function addNamedPhotos(
  services: Services,
  argument: unknown,
  selected: unknown,
): Promise<void> {
  const named = Array.isArray(selected) && selected.length > 0 ? selected : [argument];
  const uris = named.filter((each): each is vscode.Uri => each instanceof vscode.Uri);
  await (uris.length > 0 ? addPhotos(services, uris) : pickPhotos(services));
}

/** Makes the photo that an argument names the chosen one, with those of the list. */
export async function choosePhotoOf(services: Services, argument: unknown): Promise<void> {
  const { photo } = targetOf(argument);
  const { selection } = services;
  if (photo === undefined) {
    return;
  }
  if (!selection.photos.all.some(({ id }) => id === photo.toString())) {
    await selection.photos.add([photo]);
  }
  selection.selectPhoto(photo.toString());
}

const THUMBNAIL = 32;
/** Rows that get a picture: each is decoded. */
const PICTURES = 60;

interface PhotoPick extends PreviewItem {
  readonly photo: string;
}

/** Lists the photos; the highlighted one is shown everywhere until another is. */
export async function choosePhoto(services: Services): Promise<void> {
  const { selection, photoThread } = services;
  await selection.photos.restored;
  const before = selection.photo;
  if (before === undefined) {
    await pickPhotos(services);
    return;
  }
  const items = selection.photos.all.map(({ id, name }): PhotoPick => ({
    label: name,
    description: vscode.workspace.asRelativePath(vscode.Uri.parse(id)),
    photo: id,
    iconPath: new vscode.ThemeIcon('file-media'),
  }));
  await pickWithPreview(items, {
    title: vscode.l10n.t('Unpool: Choose Photo'),
    isCurrent: ({ photo }) => photo === before,
    preview: ({ photo }) => {
      selection.selectPhoto(photo);
    },
    undo: () => {
      selection.selectPhoto(before);
    },
    picture: async ({ photo }, place) => {
      if (place >= PICTURES) {
        return undefined;
      }
      const file = vscode.Uri.parse(photo).fsPath;
      const png = await photoThread.request('thumbnail', { file, side: THUMBNAIL });
      return vscode.Uri.parse(`data:image/png;base64,${Buffer.from(png).toString('base64')}`);
    },
  });
}
