/** What a photo set is, whatever it is kept in. */

import { UserError } from '../errors.js';

/** A photo of a set that has been listed, not read. */
export interface ListedPhoto {
  /** Relative to the set's root, with `/` between folders. */
  readonly path: string;
  readonly label: string | undefined;
  /** Size of its file; undefined where it was not to be found when the set was listed. */
  readonly bytes: number | undefined;
}

export interface PhotoSet {
  readonly kind: 'folder' | 'zip' | 'list';
  /** What the set was opened by: the folder, the archive, or the list. */
  readonly root: string;
  /** In order of their paths; a photo's number in the set is its place here. */
  readonly photos: readonly ListedPhoto[];
  /**
   * The bytes of the photo's file.
   * @throws UserError `PATH: why` for one that is gone, has changed since it was listed, or cannot be read
   */
  read(photo: ListedPhoto): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** By code units, which no language or system changes. */
export function inOrder<T extends Pick<ListedPhoto, 'path'>>(photos: T[]): T[] {
  return photos.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

/** @throws UserError where there are no photos to order */
export function notEmpty<T>(root: string, photos: readonly T[]): readonly T[] {
  if (photos.length === 0) {
    throw new UserError(`${root}: there are no files in it; give a folder, zip or list of photos`);
  }
  return photos;
}

/** The bytes as they were listed. @throws UserError where their number is another one */
export function asListed({ path, bytes: listed }: ListedPhoto, bytes: Uint8Array): Uint8Array {
  if (listed !== undefined && listed !== bytes.length) {
    throw new UserError(
      `${path}: has changed since the set was listed (${listed} bytes, now ${bytes.length})`,
    );
  }
  return bytes;
}

/** Why a file cannot be read, by the error of the file system. */
export function unreadable(path: string, { code, message }: NodeJS.ErrnoException): UserError {
  return new UserError(
    code === 'ENOENT' ? `${path}: there is no such file` : `${path}: cannot be read (${code ?? message})`,
  );
}

/** Files of systems, not of people: `.DS_Store`, `__MACOSX/`, what begins with a dot. */
export function isHidden(name: string): boolean {
  return name.startsWith('.') || name === '__MACOSX' || name === 'Thumbs.db' || name === 'desktop.ini';
}
