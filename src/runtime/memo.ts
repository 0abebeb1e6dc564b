/** Outputs of earlier steps, kept so that the same model on the same feeds is not run again. */

import { BoundedCache } from '../core/boundedCache.js';
import type { OrtTensor } from './onnxruntime.js';
import { bytesOf } from './tensors.js';

export type Outputs = Readonly<Record<string, OrtTensor>>;

export class Memo {
  hits = 0;
  private readonly cache: BoundedCache<Outputs>;

  /** @param bound bytes of all kept outputs together */
  constructor(private bound: number) {
    this.cache = new BoundedCache(bound);
  }

  get entries(): number {
    return this.cache.count;
  }

  get bytes(): number {
    return this.cache.weight;
  }

  resize(bound: number): void {
    this.bound = bound;
    this.cache.resize(bound);
  }

  /** The outputs kept under `key`, when all of `names` are among them. */
  find(key: string, names: readonly string[]): Outputs | undefined {
    const kept = this.cache.get(key);
    if (kept === undefined || names.some((name) => !(name in kept))) {
      return undefined;
    }
    this.hits++;
    return kept;
  }

  /** Keeps `outputs` beside what is already kept under `key`. */
  keep(key: string, outputs: Outputs): void {
    const all = { ...this.cache.get(key), ...outputs };
    const bytes = Object.values(all).reduce((sum, tensor) => sum + bytesOf(tensor), 0);
    if (bytes <= this.bound) {
      this.cache.set(key, all, bytes);
    }
  }
}
