/** Adding and choosing photos. */

import * as vscode from 'vscode';

import { addPhotos, pickPhotos, usePhoto } from '../addingPhotos.js';
import { sampleFolder } from '../photoOffers.js';
import type { PhotoView } from '../../protocol/view.js';
import type { Services } from '../services.js';
import { visitSetPhoto } from '../sets/setPhotos.js';
import { thumbnailUri } from '../thumbnails.js';
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
  if (chosen !== undefined) {
    await addPhotos(services, chosen);
  }
}

/** Adds the photos that come with the extension. */
export async function addDemoPhotos(services: Services): Promise<void> {
  await addPhotos(services, [sampleFolder(services.extensionUri)]);
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

/** Makes the photo that an argument names the chosen one: with those of the list, or as one of a set. */
export async function choosePhotoOf(services: Services, argument: unknown): Promise<void> {
  const { set, path } = (argument ?? {}) as { readonly set?: unknown; readonly path?: unknown };
  if (typeof set === 'string' && typeof path === 'string') {
    await visitSetPhoto(services, set, path);
    return;
  }
  const { photo } = targetOf(argument);
  if (photo !== undefined) {
    await usePhoto(services, photo.toString());
  }
}

const THUMBNAIL = 32;
/** Rows that get a picture: each is decoded. */
const PICTURES = 60;

interface PhotoPick extends PreviewItem {
  /** Undefined for the row that shows the file dialog. */
  readonly photo?: string;
  /** Whether the photo is on the list already. */
  readonly isListed?: boolean;
}

/** Lists the photos, and those that are offered; a highlighted one of the list is shown everywhere until another is. */
export async function choosePhoto(services: Services): Promise<void> {
  const { selection, photoOffers, photoThread } = services;
  await selection.photos.restored;
  const before = selection.photo;
  const listed = selection.photos.all;
  const { workspace, workspaceHeading, recent, samples } = await photoOffers.offer();
  const isNew = ({ id }: PhotoView): boolean => !listed.some((each) => each.id === id);
  const items: PhotoPick[] = [
    ...listed.map((photo) => pickOf(photo, true)),
    ...section(workspaceHeading, workspace.filter(isNew)),
    ...section(vscode.l10n.t('Used last'), recent.filter(isNew)),
    ...section(vscode.l10n.t('Samples that come with Unpool'), samples.filter(isNew)),
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    { label: vscode.l10n.t('Browse...'), iconPath: new vscode.ThemeIcon('folder-opened'), alwaysShow: true },
  ];
  await pickWithPreview(items, {
    title: vscode.l10n.t('Unpool: Choose Photo'),
    isCurrent: ({ photo }) => photo !== undefined && photo === before,
    preview: ({ photo, isListed }) => {
      if (photo !== undefined && isListed === true) {
        selection.selectPhoto(photo);
      }
    },
    accept: ({ photo }) => (photo === undefined ? pickPhotos(services) : usePhoto(services, photo)),
    undo: () => {
      if (before !== undefined) {
        selection.selectPhoto(before);
      }
    },
    picture: async ({ photo }, place) => {
      return photo === undefined || place >= PICTURES
        ? undefined
        : thumbnailUri(photoThread, vscode.Uri.parse(photo), THUMBNAIL);
    },
  });
}

function section(heading: string, photos: readonly PhotoView[]): readonly PhotoPick[] {
  const separator = { label: heading, kind: vscode.QuickPickItemKind.Separator };
  return photos.length === 0 ? [] : [separator, ...photos.map((photo) => pickOf(photo, false))];
}

function pickOf({ id, name }: PhotoView, isListed: boolean): PhotoPick {
  return {
    label: name,
    description: vscode.workspace.asRelativePath(vscode.Uri.parse(id)),
    iconPath: new vscode.ThemeIcon('file-media'),
    photo: id,
    isListed,
  };
}
