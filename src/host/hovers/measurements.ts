/** What hovers have computed in the background: statistics, histogram and thumbnail of a tensor. */

import { BoundedCache } from '../../core/boundedCache.js';
import { CancelledError } from '../../core/errors.js';

/** A picture of a card, as a data URI. */
export interface CardPicture {
  readonly uri: string;
  readonly alt: string;
}

/** What a card shows of a tensor's values, ready for Markdown. */
export interface Measurement {
  /** `minimum -0.51, maximum 0.48, ...` as facts and values. */
  readonly facts: readonly (readonly [fact: string, value: string])[];
  readonly thumbnail: CardPicture | undefined;
  readonly histogram: CardPicture;
}

export type MeasurementState =
  | { readonly kind: 'done'; readonly measurement: Measurement }
  | { readonly kind: 'failed'; readonly message: string }
  /** Nobody waits for it any more, or the work was cancelled. */
  | { readonly kind: 'cancelled' };

/** Measurements of this many tensors are kept, each of at most 90 kB. */
const KEPT = 200;

/** A measurement that is not there yet. */
interface Pending {
  readonly key: string;
  readonly measure: () => Promise<Measurement>;
  readonly settled: Promise<MeasurementState>;
  readonly settle: (state: MeasurementState) => void;
  /** How many wait for it: the pointer moves on faster than networks run. */
  waiting: number;
}

/** One measurement runs at a time, the one asked for last is next; what nobody waits for any more is not begun. */
export class Measurements {
  private readonly done = new BoundedCache<Measurement>(KEPT);
  private readonly pending = new Map<string, Pending>();
  /** Those that nobody has begun with, the one asked for last at the end. */
  private queue: Pending[] = [];
  private isRunning = false;

  /**
   * The measurement, as soon as it is there.
   * @param key says all that the result depends on
   * @param signal whoever asks no longer waits; what has begun is finished all the same, for a later hover
   */
  async get(
    key: string,
    measure: () => Promise<Measurement>,
    signal?: AbortSignal,
  ): Promise<MeasurementState> {
    const measurement = this.done.get(key);
    if (measurement !== undefined) {
      return { kind: 'done', measurement };
    }
    if (signal?.aborted === true) {
      return { kind: 'cancelled' };
    }
    const entry = this.pending.get(key) ?? this.begin(key, measure);
    entry.waiting++;
    this.comeNext(entry);
    void this.work();
    let leave: (() => void) | undefined;
    const left = new Promise<MeasurementState>((resolve) => {
      leave = (): void => {
        resolve({ kind: 'cancelled' });
      };
      signal?.addEventListener('abort', leave);
    });
    try {
      return await Promise.race([entry.settled, left]);
    } finally {
      entry.waiting--;
      if (leave !== undefined) {
        signal?.removeEventListener('abort', leave);
      }
    }
  }

  private begin(key: string, measure: () => Promise<Measurement>): Pending {
    let settle: Pending['settle'] = () => undefined;
    const settled = new Promise<MeasurementState>((resolve) => {
      settle = resolve;
    });
    const entry: Pending = { key, measure, settled, settle, waiting: 0 };
    this.pending.set(key, entry);
    this.queue.push(entry);
    return entry;
  }

  private comeNext(entry: Pending): void {
    const place = this.queue.indexOf(entry);
    if (place >= 0) {
      this.queue.splice(place, 1);
      this.queue.push(entry);
    }
  }

  private async work(): Promise<void> {
    if (this.isRunning) {
      return;
    }
    this.isRunning = true;
    for (let next = this.queue.pop(); next !== undefined; next = this.queue.pop()) {
      const state: MeasurementState = next.waiting === 0 ? { kind: 'cancelled' } : await stateOf(next);
      // What failed is told once; the next one who asks tries again.
      this.pending.delete(next.key);
      if (state.kind === 'done') {
        this.done.set(next.key, state.measurement);
      }
      next.settle(state);
    }
    this.isRunning = false;
  }
}

async function stateOf({ measure }: Pending): Promise<MeasurementState> {
  try {
    return { kind: 'done', measurement: await measure() };
  } catch (error) {
    return error instanceof CancelledError
      ? { kind: 'cancelled' }
      : { kind: 'failed', message: error instanceof Error ? error.message : String(error) };
  }
}
