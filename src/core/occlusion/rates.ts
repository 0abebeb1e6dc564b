/** How long runs of the engine take, in milliseconds. */

/** What one measurement may take, as far as that can be foreseen. */
export const MEASURE_MS = 150;
const ROUNDS = 3;

/**
 * The median time of each of some runs, which take turns, so that what else the machine does meets all of them. Before
 * that each is run once, which makes its sessions.
 */
export async function timesInTurns(runs: readonly (() => Promise<unknown>)[]): Promise<readonly number[]> {
  for (const run of runs) {
    await run();
  }
  const times = runs.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [place, run] of runs.entries()) {
      const begin = performance.now();
      await run();
      times[place]?.push(performance.now() - begin);
    }
  }
  return times.map(median);
}

/** NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = NaN, high = NaN] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[middle]];
  return (low + high) / 2;
}
