/**
 * Histograms whose bins are the same for every layer and photo, so that those of parts add up: half octaves of the absolute
 * value, from 2^-12 to 2^16, on either side of a bin around zero.
 */

const LOWEST = -12;
const HIGHEST = 16;

/** The last bin on either side, of all that is larger: bins are numbered from -LAST_BIN to LAST_BIN. */
export const LAST_BIN = 2 * (HIGHEST - LOWEST) + 1;
export const BINS = 2 * LAST_BIN + 1;

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** The bin of a float32 that is not NaN. */
export function binOf(value: number): number {
  float[0] = value;
  const pattern = bits[0] ?? 0;
  const exponent = ((pattern >>> 23) & 0xff) - 127;
  if (exponent < LOWEST) {
    return 0;
  }
  // The first bit of the fraction tells the half octave: below or above 1.5 times the power of two.
  const bin = exponent >= HIGHEST ? LAST_BIN : 2 * (exponent - LOWEST) + ((pattern >>> 22) & 1) + 1;
  return pattern >>> 31 === 1 ? -bin : bin;
}

/** Where a bin begins and ends, from the smaller to the larger number. */
export function binEdges(bin: number): readonly [number, number] {
  const edge = (place: number): number =>
    place > 2 * (HIGHEST - LOWEST)
      ? Infinity
      : 2 ** (LOWEST + Math.floor(place / 2)) * (place % 2 === 0 ? 1 : 1.5);
  if (bin === 0) {
    return [-edge(0), edge(0)];
  }
  const [low, high] = [edge(Math.abs(bin) - 1), edge(Math.abs(bin))];
  return bin > 0 ? [low, high] : [-high, -low];
}
