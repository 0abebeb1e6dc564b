/** What is made of source files, until one of the files changes that it was made of. */

import { BoundedCache } from '../boundedCache.js';

interface Entry<T> {
  readonly value: Promise<T>;
  readonly reads: Set<string>;
  /** Files that have changed since it was begun: it may tell later that it has read them. */
  readonly changed: Set<string>;
  /** Aborted where it is made of what is no longer there. */
  readonly stale: AbortController;
}

/**
 * Makes something of a file.
 * @param read is to hear of every file that is read, or looked for in vain; before the end, in any order
 * @param signal that the result is no longer wanted, because one of the files has changed
 */
type Make<T> = (read: (other: string) => void, signal: AbortSignal) => Promise<T>;

export class Derivations<T> {
  private entries: BoundedCache<Entry<T>>;
  private readonly running = new Set<Entry<T>>();

  /** @param bound the most that are kept; those used longest ago go first */
  constructor(private readonly bound: number) {
    this.entries = new BoundedCache(bound);
  }

  /** What is made of a file, made where it is not there, and again where a file changes meanwhile. */
  async get(file: string, make: Make<T>): Promise<T> {
    for (;;) {
      const entry = this.entries.get(file) ?? this.begin(file, make);
      try {
        const value = await entry.value;
        if (!entry.stale.signal.aborted) {
          return value;
        }
      } catch (error) {
        if (!entry.stale.signal.aborted) {
          throw error;
        }
      }
    }
  }

  /** The files that what was made of `file` was made of; none where it is not there. */
  readsOf(file: string): ReadonlySet<string> {
    return this.entries.get(file)?.reads ?? new Set();
  }

  /** Forgets what was made of a file that has changed, is new, or is gone. */
  forget(changed: string): void {
    this.running.forEach((entry) => {
      entry.changed.add(changed);
    });
    for (const [file, entry] of this.entries) {
      if (entry.reads.has(changed)) {
        this.drop(file, entry);
      }
    }
  }

  clear(): void {
    this.running.forEach(({ stale }) => {
      stale.abort();
    });
    this.entries = new BoundedCache(this.bound);
  }

  private begin(file: string, make: Make<T>): Entry<T> {
    const stale = new AbortController();
    const reads = new Set([file]);
    const changed = new Set<string>();
    const read = (other: string): void => {
      reads.add(other);
      if (changed.has(other)) {
        this.drop(file, entry);
      }
    };
    const value = make(read, stale.signal).finally(() => this.running.delete(entry));
    const entry: Entry<T> = { value, reads, changed, stale };
    this.running.add(entry);
    this.entries.set(file, entry);
    return entry;
  }

  private drop(file: string, entry: Entry<T>): void {
    entry.stale.abort();
    if (this.entries.get(file) === entry) {
      this.entries.delete(file);
    }
  }
}
