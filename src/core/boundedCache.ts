/** A cache that holds so much and no more: the entry that was used longest ago goes first. */

interface Entry<Value> {
  readonly value: Value;
  weight: number;
}

export class BoundedCache<Value> {
  /** In order of use, the most recent last. */
  private readonly entries = new Map<string, Entry<Value>>();
  private total = 0;

  /**
   * @param bound what all entries may weigh together: bytes where `set` is told bytes, a number of entries where each
   *   weighs 1; the entry used last stays even when it alone weighs more
   * @param onRemove is given every value that goes, by whatever way
   */
  constructor(
    private bound: number,
    private readonly onRemove: (value: Value) => void = () => undefined,
  ) {}

  /** How many entries there are. */
  get count(): number {
    return this.entries.size;
  }

  /** What they weigh together. */
  get weight(): number {
    return this.total;
  }

  /** Keys and values, the one used longest ago first. */
  *[Symbol.iterator](): Generator<readonly [key: string, value: Value]> {
    for (const [key, { value }] of this.entries) {
      yield [key, value];
    }
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

  /** Keeps a value as the one used last, in place of what was kept under the key. */
  set(key: string, value: Value, weight = 1): void {
    this.delete(key);
    this.entries.set(key, { value, weight });
    this.total += weight;
    this.shrink();
  }

  /** Notes that an entry weighs so much more than was known. */
  grow(key: string, weight: number): void {
    const entry = this.entries.get(key);
    if (entry !== undefined) {
      entry.weight += weight;
      this.total += weight;
      this.shrink();
    }
  }

  delete(key: string): void {
    const entry = this.entries.get(key);
    if (entry !== undefined) {
      this.entries.delete(key);
      this.total -= entry.weight;
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
