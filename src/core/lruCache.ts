/** A cache bounded in bytes that lets the least recently used entry go first. */

interface Entry<Value> {
  readonly value: Value;
  bytes: number;
}

export class LruCache<Value> {
  /** In order of use, the most recent last. */
  private readonly entries = new Map<string, Entry<Value>>();
  private total = 0;

  /** @param bound bytes; the entry used last stays even when it alone is larger */
  constructor(
    private bound: number,
    private readonly onRemove: (value: Value) => void = () => undefined,
  ) {}

  get size(): number {
    return this.entries.size;
  }

  get bytes(): number {
    return this.total;
  }

  /** The value, which now counts as the one used last. */
  get(key: string): Value | undefined {
    const entry = this.entries.get(key);
    if (entry !== undefined) {
      this.entries.delete(key);
      this.entries.set(key, entry);
    }
    return entry?.value;
  }

  set(key: string, value: Value, bytes: number): void {
    this.delete(key);
    this.entries.set(key, { value, bytes });
    this.total += bytes;
    this.shrink();
  }

  /** Notes that an entry takes `bytes` more than was known. */
  grow(key: string, bytes: number): void {
    const entry = this.entries.get(key);
    if (entry !== undefined) {
      entry.bytes += bytes;
      this.total += bytes;
      this.shrink();
    }
  }

  delete(key: string): void {
    const entry = this.entries.get(key);
    if (entry !== undefined) {
      this.entries.delete(key);
      this.total -= entry.bytes;
      this.onRemove(entry.value);
    }
  }

  /** Changes the bound. */
  resize(bound: number): void {
    this.bound = bound;
    this.shrink();
  }

  private shrink(): void {
    for (const key of this.entries.keys()) {
      if (this.total <= this.bound || this.entries.size === 1) {
        return;
      }
      this.delete(key);
    }
  }
}
