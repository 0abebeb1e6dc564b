/**
 * A plane on which neighbours stay neighbours: UMAP (McInnes, Healy & Melville 2018), as the package umap-js has it, given
 * exact neighbours and begun from the principal components, which keeps its large distances meaningful (Kobak & Linderman
 * 2021) and, with seeded numbers, equal input at equal pictures.
 */

import { setImmediate as turn } from 'node:timers/promises';

import { UMAP } from 'umap-js';

import { throwIfCancelled } from '../../errors.js';
import { randomNumbers } from '../../random.js';
import type { NeighbourGraph } from './neighbourGraph.js';

const SEED = 42;
/** The plane that a layout begins in reaches from -10 to 10, as UMAP's own does. */
const REACH = 10;
/** Milliseconds for which the layout is moved on before anybody is told. */
const STEP_MS = 200;

export interface LayoutListener {
  readonly signal: AbortSignal;
  readonly report: (share: number) => void;
  /** Given the layout as far as it is, now and then. */
  readonly partial: (positions: Float32Array) => void;
}

/**
 * @param begun [points, 2]: where points are at first, up to scale
 * @returns [points, 2]
 */
export async function umapLayout(
  { points, distances, count }: NeighbourGraph,
  begun: Float32Array,
  { signal, report, partial }: LayoutListener,
): Promise<Float32Array> {
  const size = points.length / count;
  const rowsOf = (all: ArrayLike<number>): number[][] =>
    Array.from({ length: size }, (_, row) =>
      Array.from({ length: count }, (__, at) => all[row * count + at] ?? 0),
    );
  const umap = new UMAP({ nNeighbors: count, random: randomNumbers(SEED) });
  umap.setPrecomputedKNN(rowsOf(points), rowsOf(distances));
  // Of the vectors themselves it asks nothing but how many there are.
  const epochs = umap.initializeFit(Array.from({ length: size }, () => []));
  const layout = umap.getEmbedding();
  const reach = begun.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  layout.forEach((point, at) => {
    point[0] = ((begun[2 * at] ?? 0) / reach) * REACH;
    point[1] = ((begun[2 * at + 1] ?? 0) / reach) * REACH;
  });
  const positions = (): Float32Array => Float32Array.from(layout.flat());
  let told = performance.now();
  for (let epoch = 0; epoch < epochs; epoch = umap.step()) {
    if (performance.now() - told > STEP_MS) {
      report(epoch / epochs);
      partial(positions());
      await turn();
      throwIfCancelled(signal);
      told = performance.now();
    }
  }
  return positions();
}
