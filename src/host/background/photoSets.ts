/** Lists photo sets and draws photos of them in the background: a set may have a million photos. */

import { stat } from 'node:fs/promises';

import { openIndexedPhotos, photosRootOf } from '../../core/analysis/photoSet/indexOrigin.js';
import { BoundedCache } from '../../core/boundedCache.js';
import { UserError } from '../../core/errors.js';
import { decodeImage } from '../../core/imaging/decode.js';
import { encodePng } from '../../core/imaging/png.js';
import { shrink } from '../../core/imaging/resample.js';
import type { PhotoSet } from '../../core/photos/photo.js';
import { openPhotoSet } from '../../core/photos/photoSet.js';
import { openIndex, readSet } from '../../core/store/photoIndex.js';
import type { PhotoIndex } from '../../core/store/photoIndex.js';
import type { Handlers } from '../../protocol/channel.js';
import type { BackgroundRequests } from './requests.js';

export type SetRequests = Pick<
  BackgroundRequests,
  'listSet' | 'listPhotos' | 'setPhotos' | 'setFile' | 'setPicture' | 'indexedPicture'
>;

interface OpenedSet {
  readonly set: PhotoSet;
  /** Paths by label; undefined is no label. */
  readonly byLabel: ReadonlyMap<string | undefined, readonly string[]>;
}

/** An index's list of photos, and where they are read. */
interface IndexedSet {
  readonly paths: readonly string[];
  readonly photos: Awaited<ReturnType<typeof openIndexedPhotos>>;
}

/** Sets and indexes whose lists are kept. */
const KEPT = 8;

export function setHandlers(): Handlers<SetRequests> {
  const sets = new BoundedCache<Promise<OpenedSet>>(KEPT, (opened) => {
    void opened.then(({ set }) => set.close()).catch(() => undefined);
  });
  const indexed = new BoundedCache<Promise<IndexedSet>>(KEPT, (opened) => {
    void opened.then(({ photos }) => photos.close()).catch(() => undefined);
  });
  const opened = (root: string): Promise<OpenedSet> => kept(sets, root, () => openSet(root));
  return {
    listSet: async ({ root, again }) => {
      if (again) {
        sets.delete(root);
      }
      const { set, byLabel } = await opened(root);
      const labels = [...byLabel].flatMap(([label, { length }]) =>
        label === undefined ? [] : { label, photos: length },
      );
      return {
        kind: set.kind,
        photos: set.photos.length,
        labels: labels.sort((a, b) => (a.label < b.label ? -1 : 1)),
        unlabelled: byLabel.get(undefined)?.length ?? 0,
      };
    },
    setPhotos: async ({ root, label, from, count }) => {
      const { byLabel } = await opened(root);
      return (byLabel.get(label ?? undefined) ?? []).slice(from, from + count);
    },
    listPhotos: async ({ root }) => {
      const { set } = await opened(root);
      return { kind: set.kind, photos: set.photos.map(({ path, label, bytes }) => ({ path, label, bytes })) };
    },
    setFile: async ({ root, path, bytes }) => {
      const { set } = await opened(root);
      return set.read({ path, label: undefined, bytes });
    },
    setPicture: async ({ root, path, side }) => {
      const { set } = await opened(root);
      return picture(set, path, side);
    },
    indexedPicture: async ({ store, photo, side }) => {
      const index = await openIndex(store);
      const key = `${store} ${index.manifest.set.sha256} ${await changedAt(photosRootOf(index))}`;
      const { paths, photos } = await kept(indexed, key, () => openIndexed(index));
      const path = paths[photo];
      if (path === undefined) {
        throw new UserError(`${store}: there is no photo ${photo} in the index`);
      }
      return picture(photos, path, side);
    },
  };
}

/** What is kept under a key, made where it is not there; what could not be made is tried again. */
function kept<T>(cache: BoundedCache<Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const found = cache.get(key);
  if (found !== undefined) {
    return found;
  }
  const made = make();
  cache.set(key, made);
  made.catch(() => {
    if (cache.get(key) === made) {
      cache.delete(key);
    }
  });
  return made;
}

async function openSet(root: string): Promise<OpenedSet> {
  const set = await openPhotoSet(root);
  const byLabel = new Map<string | undefined, string[]>();
  for (const { path, label } of set.photos) {
    const paths = byLabel.get(label);
    if (paths === undefined) {
      byLabel.set(label, [path]);
    } else {
      paths.push(path);
    }
  }
  return { set, byLabel };
}

async function openIndexed(index: PhotoIndex): Promise<IndexedSet> {
  const photos = await openIndexedPhotos(index);
  return { photos, paths: (await readSet(index.store)).map(({ path }) => path) };
}

/** When a file or folder changed last, in milliseconds; 0 where there is none. */
async function changedAt(path: string): Promise<number> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}

async function picture(set: Pick<PhotoSet, 'read'>, path: string, side: number): Promise<Uint8Array> {
  const bytes = await set.read({ path, label: undefined, bytes: undefined });
  return encodePng(shrink(await decodeImage(bytes, path), side));
}
