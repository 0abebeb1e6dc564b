/** The order in which the engine process does its work. */

import type { Lane } from '../core/engine.js';

/** @param letOthersPass to be awaited between the parts of the work: does what must not wait until its end */
export type Work = (letOthersPass: () => Promise<void>) => Promise<void>;

/** Does one piece of work at a time: what is interactive first, even in the middle of what is not. */
export class Lanes {
  private readonly waiting: Readonly<Record<Lane, Work[]>> = { interactive: [], batch: [] };
  private isBusy = false;

  /** @param work must not reject */
  add(lane: Lane, work: Work): void {
    this.waiting[lane].push(work);
    if (!this.isBusy) {
      void this.workThrough();
    }
  }

  private async workThrough(): Promise<void> {
    this.isBusy = true;
    do {
      await this.doInteractive();
      await this.waiting.batch.shift()?.(() => this.doInteractive());
    } while (this.waiting.interactive.length + this.waiting.batch.length > 0);
    this.isBusy = false;
  }

  private async doInteractive(): Promise<void> {
    for (let next = this.waiting.interactive.shift(); next; next = this.waiting.interactive.shift()) {
      await next(() => Promise.resolve());
    }
  }
}
