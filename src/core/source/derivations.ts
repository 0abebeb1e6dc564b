/** What is made of source files, until one of the files changes that it was made of. */

import { BoundedCache } from '../boundedCache.js';

interface Entry<T> {
  readonly value: Promise<T>;
  readonly reads: ReadonlySet<string>;
}

export class Derivations<T> {
  private entries: BoundedCache<Entry<T>>;

  /** @param bound the most that are kept; those used longest ago go first */
  constructor(private readonly bound: number) {
    this.entries = new BoundedCache(bound);
  }

  /**
   * What is made of a file, made where it is not there.
   * @param make is to tell of every file that it reads, or looks for in vain, before it does
   */
  get(file: string, make: (read: (other: string) => void) => Promise<T>): Promise<T> {
    const known = this.entries.get(file);
    if (known !== undefined) {
      return known.value;
    }
    const reads = new Set([file]);
    const value = make((other) => reads.add(other));
    this.entries.set(file, { value, reads });
    return value;
  }

  /** The files that what was made of `file` was made of; none where it is not there. */
  readsOf(file: string): ReadonlySet<string> {
    return this.entries.get(file)?.reads ?? new Set();
  }

  /** Forgets what was made of a file that has changed, is new, or is gone. */
  forget(changed: string): void {
    for (const [file, { reads }] of this.entries) {
      if (reads.has(changed)) {
        this.entries.delete(file);
      }
    }
  }

  clear(): void {
    this.entries = new BoundedCache(this.bound);
  }
}
