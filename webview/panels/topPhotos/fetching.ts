/** Which maps' pictures to ask for, while tiles come into sight and leave it. Plain, without a page. */

export interface FetchingOptions {
  /** Fetches the pictures of some maps; rejects when the signal ends it. */
  fetch(maps: readonly number[], signal: AbortSignal): Promise<void>;
  /** Whether all of a map's pictures are there. */
  isWhole(map: number): boolean;
  /** All pictures of these maps are there. */
  onWhole(maps: readonly number[]): void;
  onError(error: unknown): void;
  /** Whether anything is on its way or will be asked for has changed. */
  onBusy(isBusy: boolean): void;
}

/** Maps that are asked for at once: what comes into sight meanwhile waits no longer than for these. */
const MOST = 12;
/** After something has left sight nothing new is asked for so long: one who scrolls has not arrived. */
const QUIET_MS = 120;

/** Asks for what is in sight alone, and ends at once what has left it. */
export class Fetching {
  private wanted: readonly number[] = [];
  private running: { readonly maps: readonly number[]; readonly controller: AbortController } | undefined;
  private waiting: ReturnType<typeof setTimeout> | undefined;
  private wasBusy = false;

  constructor(private readonly options: FetchingOptions) {}

  /** Whether anything is on its way or will be asked for. */
  get isBusy(): boolean {
    return this.running !== undefined || this.waiting !== undefined;
  }

  /** Other maps are in sight, the most important first. */
  want(maps: readonly number[]): void {
    this.wanted = maps;
    const inSight = new Set(maps);
    if (this.running?.maps.some((map) => !inSight.has(map)) ?? false) {
      this.stop();
      this.start(QUIET_MS);
    } else if (this.running === undefined) {
      this.start(this.waiting === undefined ? 0 : QUIET_MS);
    }
  }

  /** Ends what is on its way, and asks anew, as after all pictures have become too small. */
  again(): void {
    this.stop();
    this.start(QUIET_MS);
  }

  /** Forgets what is in sight. */
  clear(): void {
    this.wanted = [];
    this.stop();
    clearTimeout(this.waiting);
    this.waiting = undefined;
    this.tellBusy();
  }

  private stop(): void {
    this.running?.controller.abort();
    this.running = undefined;
  }

  private start(after: number): void {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => {
      this.waiting = undefined;
      void this.next().finally(() => {
        this.tellBusy();
      });
    }, after);
    this.tellBusy();
  }

  private tellBusy(): void {
    const { isBusy } = this;
    if (isBusy !== this.wasBusy) {
      this.wasBusy = isBusy;
      this.options.onBusy(isBusy);
    }
  }

  private async next(): Promise<void> {
    const maps = this.wanted.filter((map) => !this.options.isWhole(map)).slice(0, MOST);
    if (maps.length === 0 || this.running !== undefined) {
      return;
    }
    const controller = new AbortController();
    const running = { maps, controller };
    this.running = running;
    try {
      await this.options.fetch(maps, controller.signal);
    } catch (error) {
      if (this.running === running) {
        this.running = undefined;
        this.options.onError(error);
      }
      return;
    }
    if (this.running === running) {
      this.running = undefined;
      this.options.onWhole(maps);
      await this.next();
    }
  }
}
