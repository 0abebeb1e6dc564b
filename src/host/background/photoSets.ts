/** Lists photo sets and draws photos of them in the background: a set may have a million photos. */

import { BoundedCache } from '../../core/boundedCache.js';
import { UserError } from '../../core/errors.js';
import { decodeImage } from '../../core/imaging/decode.js';
import { encodePng } from '../../core/imaging/png.js';
import { shrink } from '../../core/imaging/resample.js';
import type { PhotoSet } from '../../core/photos/photo.js';
import { openPhotoSet } from '../../core/photos/photoSet.js';
import { openIndex } from '../../core/store/photoIndex.js';
import type { Handlers } from '../../protocol/channel.js';
import type { IndexedPhotos } from './indexedPhotos.js';
import { kept } from './kept.js';
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

/** Sets whose lists are kept. */
const KEPT = 8;

export function setHandlers(indexed: IndexedPhotos): Handlers<SetRequests> {
  const sets = new BoundedCache<Promise<OpenedSet>>(KEPT, (opened) => {
    void opened.then(({ set }) => set.close()).catch(() => undefined);
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
      const path = await indexed.path(index, photo);
      if (path === undefined) {
        throw new UserError(`${store}: there is no photo ${photo} in the index`);
      }
      return picture(await indexed.of(index), path, side);
    },
  };
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

async function picture(set: Pick<PhotoSet, 'read'>, path: string, side: number): Promise<Uint8Array> {
  const bytes = await set.read({ path, label: undefined, bytes: undefined });
  return encodePng(shrink(await decodeImage(bytes, path), side));
}
