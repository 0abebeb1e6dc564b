/** The store of an index before photos go into it: made, or found as an earlier run left it. */

import { createHash } from 'node:crypto';
import { access } from 'node:fs/promises';
import { isAbsolute, relative, resolve } from 'node:path';

import { UserError } from '../../errors.js';
import type { ListedPhoto, PhotoSet } from '../../photos/photo.js';
import { removeAbandoned } from '../../store/files.js';
import { agreeOnManifest } from '../../store/indexManifest.js';
import type { IndexManifest } from '../../store/indexManifest.js';
import { setFile, TABLES } from '../../store/indexTables.js';
import { readSet } from '../../store/photoIndex.js';
import { createTableOnce } from '../../store/table.js';
import { partPhotos } from './parts.js';

export interface OpenedStore {
  readonly manifest: IndexManifest;
  /** As the first run listed them: their numbers stay, whatever has happened to the set since. */
  readonly photos: readonly ListedPhoto[];
  /** Photos of the set that are in no such list, having come later. */
  readonly added: number;
}

/**
 * @param wanted what the index is made with; the set and the cut into parts are added here
 * @throws UserError where the store has an index that was made with anything else, or of other photos
 */
export async function openStore(
  store: string,
  set: PhotoSet,
  wanted: Omit<IndexManifest, 'set' | 'part'>,
): Promise<OpenedStore> {
  const way = relative(resolve(set.root), resolve(store));
  if (set.kind === 'folder' && !way.startsWith('..') && !isAbsolute(way)) {
    throw new UserError(
      `${store}: lies in the folder of photos, and would be taken for some; give another --out`,
    );
  }
  await removeAbandoned(store);
  const file = setFile(store);
  const isNew = await access(file).then(
    () => false,
    () => true,
  );
  if (isNew) {
    await createTableOnce(file, TABLES.set, {
      path: set.photos.map(({ path }) => path),
      label: set.photos.map(({ label }) => label ?? null),
      bytes: set.photos.map(({ bytes }) => bytes ?? -1),
    });
  }
  const photos = await readSet(store);
  const added = addedSince(store, photos, set);
  const manifest: IndexManifest = {
    ...wanted,
    set: {
      kind: set.kind,
      root: pathFrom(store, set.root),
      photos: photos.length,
      sha256: listHash(photos),
    },
    part: partPhotos(photos.length, wanted.batch),
  };
  await agreeOnManifest(store, manifest);
  return { manifest, photos, added };
}

/** How a manifest names a file or folder. */
export function pathFrom(store: string, path: string): string {
  return relative(resolve(store), resolve(path)).replaceAll('\\', '/');
}

/** @throws UserError where most photos of the index are not in the set: it is another set */
function addedSince(store: string, photos: readonly ListedPhoto[], set: PhotoSet): number {
  const there = new Set(set.photos.map(({ path }) => path));
  const found = photos.filter(({ path }) => there.has(path)).length;
  if (2 * found < photos.length) {
    throw new UserError(
      `${store}: the index there is of other photos: ${photos.length - found} of its ${photos.length} are not in ${set.root}; give another --out`,
    );
  }
  return there.size - found;
}

/** Tells a set of photos by their paths, labels and sizes. */
export function listHash(photos: readonly ListedPhoto[]): string {
  const hash = createHash('sha256');
  photos.forEach(({ path, label, bytes }) => {
    hash.update(`${JSON.stringify([path, label ?? null, bytes ?? -1])}\n`);
  });
  return hash.digest('hex');
}
