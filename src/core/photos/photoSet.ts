/** Photo sets: many photos in a folder, a zip or a list, in an order that is the same on every machine. */

import { stat } from 'node:fs/promises';
import { dirname, extname, resolve } from 'node:path';

import { UserError } from '../errors.js';
import { filesSet, folderSet } from './folder.js';
import { listedSet } from './list.js';
import type { PhotoSet } from './photo.js';
import { zipSet } from './zip.js';

/** Endings of photo sets that are files, without the dot: archives, and lists of paths and labels. */
export const SET_ENDINGS: readonly string[] = ['zip', 'csv'];

/** Whether a file is a photo set by its ending. */
export function isSetFile(path: string): boolean {
  return SET_ENDINGS.includes(extname(path).slice(1).toLowerCase());
}

/**
 * Opens a folder (class subfolders are labels), a zip that is read in place, or a CSV of path and label. Lists the photos
 * but reads none.
 * @throws UserError where there is nothing of the kind, or the list or archive is damaged
 */
export async function openPhotoSet(path: string): Promise<PhotoSet> {
  switch (await kindAt(path)) {
    case 'folder':
      return folderSet(path);
    case 'zip':
      return zipSet(path);
    case 'list':
      return listedSet(path);
  }
}

/**
 * The same for photos whose paths are known: of a folder or a list nothing is listed, however many photos it has.
 * @throws UserError as `openPhotoSet` does
 */
export async function openKnownPhotos(path: string): Promise<Pick<PhotoSet, 'read' | 'close'>> {
  switch (await kindAt(path)) {
    case 'folder':
      return filesSet('folder', path, path, []);
    case 'zip':
      return zipSet(path);
    case 'list':
      return filesSet('list', path, dirname(resolve(path)), []);
  }
}

async function kindAt(path: string): Promise<PhotoSet['kind']> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new UserError(
      error.code === 'ENOENT'
        ? `${path}: there is no such folder or file`
        : `${path}: cannot be read (${error.code ?? error.message})`,
    );
  });
  if (found.isDirectory()) {
    return 'folder';
  }
  switch (extname(path).toLowerCase()) {
    case '.zip':
      return 'zip';
    case '.csv':
      return 'list';
    default:
      throw new UserError(
        `${path}: a photo set is a folder, a .zip, or a .csv with the columns path and label; this is none of them`,
      );
  }
}
