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
  | { readonly kind: 'running' }
  | { readonly kind: 'done'; readonly measurement: Measurement }
  | { readonly kind: 'failed'; readonly message: string };

/** Measurements of this many tensors are kept, each of at most 90 kB. */
const KEPT = 200;
/** The pointer moves on faster than networks run: older questions that nobody has begun with are dropped. */
const WAITING = 3;

interface Job {
  readonly key: string;
  readonly measure: () => Promise<Measurement>;
  readonly settled: () => void;
}

/** One measurement runs at a time, the one asked for last is next. */
export class Measurements {
  private readonly states = new BoundedCache<{ state: MeasurementState; settled: Promise<void> }>(KEPT);
  private waiting: Job[] = [];
  private isRunning = false;

  /**
   * The measurement if it is there; it is begun otherwise. Waits no longer than `patience` milliseconds.
   * @param key says all that the result depends on
   */
  async get(key: string, patience: number, measure: () => Promise<Measurement>): Promise<MeasurementState> {
    const entry = this.states.get(key) ?? this.begin(key, measure);
    if (entry.state.kind === 'running') {
      let timer: NodeJS.Timeout | undefined;
      await Promise.race([
        entry.settled,
        new Promise<void>((resolve) => {
          timer = setTimeout(resolve, patience);
        }),
      ]);
      clearTimeout(timer);
    }
    if (entry.state.kind === 'failed') {
      // Told once; the next one who asks tries again.
      this.states.delete(key);
    }
    return entry.state;
  }

  private begin(
    key: string,
    measure: () => Promise<Measurement>,
  ): { state: MeasurementState; settled: Promise<void> } {
    let settled = (): void => undefined;
    const entry = {
      state: { kind: 'running' } as MeasurementState,
      settled: new Promise<void>((resolve) => {
        settled = resolve;
      }),
    };
    this.states.set(key, entry);
    this.waiting.push({ key, measure, settled });
    for (const dropped of this.waiting.splice(0, this.waiting.length - WAITING)) {
      this.states.delete(dropped.key);
      dropped.settled();
    }
    void this.work();
    return entry;
  }

  private async work(): Promise<void> {
    if (this.isRunning) {
      return;
    }
    this.isRunning = true;
    for (let job = this.waiting.pop(); job !== undefined; job = this.waiting.pop()) {
      const entry = this.states.get(job.key);
      try {
        const measurement = await job.measure();
        if (entry !== undefined) {
          entry.state = { kind: 'done', measurement };
        }
      } catch (error) {
        if (error instanceof CancelledError) {
          this.states.delete(job.key);
        } else if (entry !== undefined) {
          entry.state = { kind: 'failed', message: error instanceof Error ? error.message : String(error) };
        }
      }
      job.settled();
    }
    this.isRunning = false;
  }
}
