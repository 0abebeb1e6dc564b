/** Tensors that stay in the engine process between requests, in sets that are kept, and lost, as a whole. */

import { BoundedCache } from '../core/boundedCache.js';
import { ResidentsLostError, UserError } from '../core/errors.js';
import type { Outputs } from './memo.js';
import type { OrtTensor } from './onnxruntime.js';
import { bytesOf } from './tensors.js';

const MEGABYTE = 2 ** 20;

export class Residents {
  private readonly cache: BoundedCache<Outputs>;

  /**
   * @param bound bytes of all sets together; the one that was used longest ago goes first
   * @param changed is told how many bytes they take now
   */
  constructor(
    private readonly bound: number,
    private readonly changed: (bytes: number) => void,
  ) {
    this.cache = new BoundedCache(bound);
  }

  get sets(): number {
    return this.cache.count;
  }

  get bytes(): number {
    return this.cache.weight;
  }

  /** @throws ResidentsLostError where the set is not there, Error where the set has no such tensor */
  read(set: string, name: string): OrtTensor {
    const tensors = this.cache.get(set);
    if (tensors === undefined) {
      throw new ResidentsLostError(set);
    }
    const tensor = tensors[name];
    if (tensor === undefined) {
      throw new Error(`the residents '${set}' have no tensor '${name}'`);
    }
    return tensor;
  }

  /**
   * Adds tensors to a set, or replaces them: all at once, or none.
   * @throws UserError where the set alone is larger than the bound; it stays as it was
   */
  keep(set: string, tensors: Outputs): void {
    const all = { ...this.cache.get(set), ...tensors };
    const bytes = Object.values(all).reduce((sum, tensor) => sum + bytesOf(tensor), 0);
    if (bytes > this.bound) {
      throw new UserError(
        `The tensors that are to stay in the engine take ${megabytes(bytes)} MB, and there is room for ` +
          `${megabytes(this.bound)}: use a smaller network or batch, or a machine with more memory.`,
      );
    }
    this.cache.set(set, all, bytes);
    this.changed(this.cache.weight);
  }

  drop(set: string): void {
    this.cache.delete(set);
    this.changed(this.cache.weight);
  }
}

function megabytes(bytes: number): string {
  return Math.ceil(bytes / MEGABYTE).toLocaleString('en');
}
