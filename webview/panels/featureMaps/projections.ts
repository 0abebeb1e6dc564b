/** The projections of a layer's maps as they arrive. */

import type { MapProjectionView } from '../../../src/protocol/panels/featureMaps.js';
import type { Picture } from '../../../src/protocol/view.js';

/** No signal: mid-grey. */
const NOTHING: Picture = { width: 1, height: 1, rgba: Uint8Array.of(128, 128, 128, 255).buffer };

export class Projections {
  private readonly pictures = new Map<number, Picture>();

  /** @param request gives the pictures of some maps, a few at a time */
  constructor(
    private readonly request: (
      channels: readonly number[],
      signal: AbortSignal,
      onPartial: (some: readonly MapProjectionView[]) => void,
    ) => Promise<unknown>,
  ) {}

  /** Mid-grey where it is not there yet. */
  pictureOf(channel: number): Picture {
    return this.pictures.get(channel) ?? NOTHING;
  }

  /** Forgets all, as those of another layer or photo. */
  clear(): void {
    this.pictures.clear();
  }

  /** Fetches what is missing; `onProgress` hears how many are there. */
  async fetch(
    channels: readonly number[],
    signal: AbortSignal,
    onProgress: (done: number) => void,
  ): Promise<void> {
    const missing = channels.filter((channel) => !this.pictures.has(channel));
    if (missing.length === 0) {
      return;
    }
    await this.request(missing, signal, (some) => {
      // They may have been on their way when something else was chosen.
      if (!signal.aborted) {
        some.forEach(({ channel, picture }) => this.pictures.set(channel, picture));
        onProgress(this.pictures.size);
      }
    });
  }
}
