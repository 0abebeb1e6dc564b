/** How many positions one run of a model takes: a run cannot be interrupted, and whoever asks meanwhile waits for its end. */

import type { Engine } from '../engine.js';

/** Multiply-adds that take a tenth of a second on one core, or half of that on two. */
const PATIENT = 5e9;

/** So many times as long may a run take of what lies behind windows: its matrix products read all of their weights for it. */
export const BEHIND_WINDOWS = 2;

/**
 * Positions of a run. A processor is no faster with more of them than keep it busy for a moment; a GPU is, and needs no
 * longer.
 * @param multiplyAdds of one position
 * @param most positions that pay
 * @param patience how many times as long as others the run may take
 */
export function positionsOfRun(
  { provider = 'cpu' }: Pick<Engine, 'provider'>,
  multiplyAdds: number,
  most: number,
  patience = 1,
): number {
  const fit = Math.round((patience * PATIENT) / Math.max(1, multiplyAdds));
  return provider === 'cpu' ? Math.max(1, Math.min(most, fit)) : most;
}
