/** What holds a job that is not to work now. */

import { throwIfCancelled } from '../../core/errors.js';

/** Closed at first. */
export class Gate {
  private isOpen = false;
  private held: (() => void)[] = [];

  constructor(private readonly signal: AbortSignal) {
    signal.addEventListener('abort', () => {
      this.release();
    });
  }

  open(): void {
    this.isOpen = true;
    this.release();
  }

  close(): void {
    this.isOpen = false;
  }

  /** Waits until it is open. @throws CancelledError after an abort */
  async passed(): Promise<void> {
    while (!this.isOpen && !this.signal.aborted) {
      await new Promise<void>((release) => this.held.push(release));
    }
    throwIfCancelled(this.signal);
  }

  private release(): void {
    const { held } = this;
    this.held = [];
    held.forEach((release) => {
      release();
    });
  }
}
