/** Random numbers that are the same every time. */

/** What a draw adds to the state. */
const STEP = 0x6d2b79f5;

/**
 * Mulberry32 (Tommy Ettinger, public domain): numbers in [0, 1), the same for the same seed.
 * @param drawn numbers that have been drawn: it goes on behind them
 */
export function randomNumbers(seed: number, drawn = 0): () => number {
  let state = (seed + Math.imul(drawn, STEP)) >>> 0;
  return () => {
    state = (state + STEP) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Two independent numbers of the normal distribution of mean 0 and deviation 1, from two draws (Box & Muller 1958). */
export function normalPair(random: () => number): readonly [number, number] {
  // One minus it is never zero.
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  const angle = 2 * Math.PI * random();
  return [radius * Math.cos(angle), radius * Math.sin(angle)];
}
