/** The vectors of indexes: searched in a thread that keeps them, laid out in threads that end with their map. */

import type { Neighbour, NeighbourOptions } from '../../core/analysis/photoSet/neighbours.js';
import type { MapContext, MapOptions, SetMap } from '../../core/analysis/photoSet/setMap.js';
import { CancelledError } from '../../core/errors.js';
import { Background } from '../background/background.js';

export class SetVectors {
  private readonly thread = new Background();

  /**
   * The photos nearest to each query: a photo of the index by its number, or the vector of one from outside.
   * @param loading is told the share of the vectors that is there, where they are loaded first
   */
  nearest(
    store: string,
    options: NeighbourOptions,
    queries: readonly (number | Float32Array)[],
    { signal, loading }: { readonly signal: AbortSignal; readonly loading: (share: number) => void },
  ): Promise<readonly (readonly Neighbour[])[]> {
    return this.thread.request('nearest', { store, options, queries }, { signal, onPartial: loading });
  }

  /** The mean activation of a map by photo, for those that have vectors. */
  async activations(
    store: string,
    layer: string,
    map: number,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<number, number>> {
    const { photos, values } = await this.thread.request('activations', { store, layer, map }, { signal });
    return new Map([...photos].map((photo, at) => [photo, values[at] ?? NaN]));
  }

  /** Computes a map in a thread of its own, which a cancel ends at once, whatever it is at. */
  async map(store: string, options: MapOptions, { signal, report, partial }: MapContext): Promise<SetMap> {
    const thread = new Background();
    try {
      return await thread.request(
        'setMap',
        { store, options },
        {
          signal,
          onPartial: (part) => {
            if (part.map === undefined) {
              report(part.stage, part.share);
            } else {
              partial(part.map);
            }
          },
        },
      );
    } catch (error) {
      throw signal.aborted ? new CancelledError() : error;
    } finally {
      thread.dispose();
    }
  }

  dispose(): void {
    this.thread.dispose();
  }
}
