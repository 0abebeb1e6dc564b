/** How many positions one run of a model takes: a run cannot be interrupted, and whoever asks meanwhile waits for its end. */

import type { Engine } from '../engine.js';

/** Multiply-adds that take a tenth of a second on one core, or half of that on two. */
const PATIENT = 5e9;

/**
 * Positions of a run. A processor is no faster with more of them than keep it busy for a moment; a GPU is, and needs no
 * longer.
 * @param multiplyAdds of one position
 * @param most positions that pay
 */
export function positionsOfRun(
  { provider = 'cpu' }: Pick<Engine, 'provider'>,
  multiplyAdds: number,
  most: number,
): number {
  const fit = Math.round(PATIENT / Math.max(1, multiplyAdds));
  return provider === 'cpu' ? Math.max(1, Math.min(most, fit)) : most;
}
