/** 64-bit integers that travel as JavaScript numbers. */

const LARGEST = 2n ** 63n - 1n;

/** The int64 nearest to a number: INT64_MAX, which exporters write for "to the end", rounds to 2^63. */
export function toInt64(value: number): bigint {
  const whole = BigInt(Math.trunc(value));
  return whole > LARGEST ? LARGEST : whole < -LARGEST - 1n ? -LARGEST - 1n : whole;
}
