/** The projections of a layer's maps as they arrive. */

import type { Picture } from '../../../src/protocol/view.js';

/** Maps that are asked for at once: the engine runs them together, and the first are there soon. */
const CHUNK = 16;

/** No signal: mid-grey. */
const NOTHING: Picture = { width: 1, height: 1, rgba: Uint8Array.of(128, 128, 128, 255).buffer };

export class Projections {
  private readonly pictures = new Map<number, Picture>();

  /** @param request gives the pictures of some maps, in their order */
  constructor(
    private readonly request: (
      channels: readonly number[],
      signal: AbortSignal,
    ) => Promise<readonly Picture[]>,
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
    for (let at = 0; at < missing.length; at += CHUNK) {
      const some = missing.slice(at, at + CHUNK);
      const pictures = await this.request(some, signal);
      // The answer may have been on its way when something else was chosen.
      signal.throwIfAborted();
      some.forEach((channel, place) => this.pictures.set(channel, pictures[place] ?? NOTHING));
      onProgress(this.pictures.size);
    }
  }
}
