/** A folder of photos, whose subfolders are labels. */

import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { folderLabels } from './folderLabels.js';
import { asListed, inOrder, isHidden, notEmpty, unreadable } from './photo.js';
import type { ListedPhoto, PhotoSet } from './photo.js';

/** @throws UserError where the folder cannot be read or has no files */
export async function folderSet(root: string): Promise<PhotoSet> {
  const paths: string[] = [];
  await list(root, '', [], paths);
  const labels = folderLabels(paths);
  const listed = await withSizes(
    root,
    paths.map((path, index) => ({ path, label: labels[index] })),
  );
  return filesSet('folder', root, root, notEmpty(root, inOrder(listed)));
}

/** A set whose photos are files. @param base the folder that their paths are relative to */
export function filesSet(
  kind: PhotoSet['kind'],
  root: string,
  base: string,
  photos: readonly ListedPhoto[],
): PhotoSet {
  return {
    kind,
    root,
    photos,
    read: async (photo) =>
      asListed(
        photo,
        await readFile(join(base, photo.path)).catch((error: NodeJS.ErrnoException) => {
          throw unreadable(photo.path, error);
        }),
      ),
    close: () => Promise.resolve(),
  };
}

/** Files whose sizes are asked for at once. */
const AT_ONCE = 64;

/** Adds the size of each file, which stays unknown where there is none. */
export async function withSizes(
  base: string,
  photos: readonly Omit<ListedPhoto, 'bytes'>[],
): Promise<ListedPhoto[]> {
  const sized: ListedPhoto[] = [];
  for (let from = 0; from < photos.length; from += AT_ONCE) {
    const some = photos.slice(from, from + AT_ONCE).map(async (photo) => ({
      ...photo,
      bytes: await stat(join(base, photo.path)).then(
        ({ size }) => size,
        () => undefined,
      ),
    }));
    sized.push(...(await Promise.all(some)));
  }
  return sized;
}

/** Adds the files below `folder`; links are followed, but not back into a folder that is being listed. */
async function list(root: string, folder: string, above: readonly string[], paths: string[]): Promise<void> {
  const here = join(root, folder);
  const failed = (error: NodeJS.ErrnoException): never => {
    throw unreadable(here, error);
  };
  const real = await realpath(here).catch(failed);
  if (above.includes(real)) {
    return;
  }
  for (const entry of await readdir(here, { withFileTypes: true }).catch(failed)) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (isHidden(entry.name)) {
      continue;
    }
    const target = entry.isSymbolicLink() ? await stat(join(root, path)).catch(() => undefined) : entry;
    if (target?.isDirectory() === true) {
      await list(root, path, [...above, real], paths);
    } else if (target === undefined || target.isFile()) {
      paths.push(path);
    }
  }
}
