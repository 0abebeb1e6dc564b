import { expect } from 'vitest';

/** Holds float32 results to expected numbers, element by element. */
export function expectClose(actual: ArrayLike<number>, wanted: readonly number[], tolerance = 1e-5): void {
  expect(actual.length).toBe(wanted.length);
  wanted.forEach((value, i) => {
    const difference = Math.abs((actual[i] ?? NaN) - value);
    expect(difference, `element ${i}: ${actual[i]} for ${value}`).toBeLessThanOrEqual(tolerance);
  });
}
