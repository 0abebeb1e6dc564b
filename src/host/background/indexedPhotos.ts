/** Photos of indexes in the background: a zip is listed once, not for every picture. */

import { stat } from 'node:fs/promises';

import { openIndexedPhotos, photosRootOf } from '../../core/analysis/photoSet/indexOrigin.js';
import { BoundedCache } from '../../core/boundedCache.js';
import type { PhotoSet } from '../../core/photos/photo.js';
import { readSet } from '../../core/store/photoIndex.js';
import type { PhotoIndex } from '../../core/store/photoIndex.js';
import { kept } from './kept.js';

/** Indexes whose photos are kept open, and whose lists are kept. */
const KEPT = 8;

export class IndexedPhotos {
  private readonly sources = new BoundedCache<Promise<Pick<PhotoSet, 'read' | 'close'>>>(KEPT, (opened) => {
    void opened.then((photos) => photos.close()).catch(() => undefined);
  });
  private readonly lists = new BoundedCache<Promise<readonly string[]>>(KEPT);

  /** The photos, to be read; whoever reads them leaves them open. @throws UserError where they are no longer there */
  async of(index: PhotoIndex): Promise<Pick<PhotoSet, 'read'>> {
    const key = `${keyOf(index)} ${await changedAt(photosRootOf(index))}`;
    return kept(this.sources, key, () => openIndexedPhotos(index));
  }

  /** The path of a photo, by its number; undefined where there is none. */
  async path(index: PhotoIndex, photo: number): Promise<string | undefined> {
    const list = kept(this.lists, keyOf(index), async () =>
      (await readSet(index.store)).map(({ path }) => path),
    );
    return (await list)[photo];
  }
}

function keyOf({ store, manifest }: PhotoIndex): string {
  return `${store} ${manifest.set.sha256}`;
}

/** When a file or folder changed last, in milliseconds; 0 where there is none. */
async function changedAt(path: string): Promise<number> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}
