/** Promises that are kept while what they promise can be had. */

import type { BoundedCache } from '../../core/boundedCache.js';

/** What is kept under a key, made where it is not there; what could not be made is tried again. */
export function kept<T>(cache: BoundedCache<Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
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
