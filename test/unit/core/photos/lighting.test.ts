import { describe, expect, it } from 'vitest';

import { colourMoments, lightOf, principalColours } from '../../../../src/core/photos/lighting.js';
import type { ColourMoments } from '../../../../src/core/photos/lighting.js';
import { normalPair, randomNumbers } from '../../../../src/core/random.js';

const image = (...pixels: number[]): Parameters<typeof colourMoments>[0] => ({
  width: pixels.length / 3,
  height: 1,
  data: Uint8Array.from(pixels),
});

describe('principal colours', () => {
  it('are one direction where pixels differ in brightness alone', () => {
    // Levels 0 and 1 in each colour: the covariance is a quarter everywhere, its only eigenvalue three quarters.
    const { values, vectors } = principalColours(colourMoments(image(0, 0, 0, 255, 255, 255)));
    expect(values).toEqual([expect.closeTo(0.75, 12), expect.closeTo(0, 12), expect.closeTo(0, 12)]);
    vectors[0]?.forEach((part) => {
      expect(part).toBeCloseTo(1 / Math.sqrt(3), 12);
    });
  });

  it('are the axes where colours do not depend on each other, the largest first, with positive parts', () => {
    // Variances 0, 4/9 and 1/4 on a scale to 1: of means 0, 1/3 and 1/2.
    const moments: ColourMoments = [0, 1 / 3, 1 / 2, 0, 0, 0, 1 / 9 + 4 / 9, 1 / 6, 1 / 4 + 1 / 4];
    const { values, vectors } = principalColours(moments);
    expect(values.map((value) => Math.round(value * 36))).toEqual([16, 9, 0]);
    expect(vectors.map((vector) => vector.map(Math.round))).toEqual([
      [0, 1, 0],
      [0, 0, 1],
      [1, 0, 0],
    ]);
  });

  it('are none in a photo of one colour, whose light never changes', () => {
    const colours = principalColours(colourMoments(image(7, 80, 200, 7, 80, 200)));
    expect(Math.max(...colours.values)).toBeLessThan(1e-15);
    expect(lightOf(colours, 3, 1).every((part) => Math.abs(part) < 1e-12)).toBe(true);
  });
});

describe('random numbers', () => {
  it('go on behind those that were drawn', () => {
    const all = randomNumbers(5);
    const drawn = Array.from({ length: 10 }, all);
    expect(Array.from({ length: 3 }, randomNumbers(5, 7))).toEqual(drawn.slice(7));
  });

  it('have the mean, the deviation and the tails of the normal distribution', () => {
    const random = randomNumbers(3);
    const numbers = Array.from({ length: 20_000 }, () => normalPair(random)).flat();
    const mean = numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
    const variance = numbers.reduce((sum, each) => sum + (each - mean) ** 2, 0) / numbers.length;
    const share = numbers.filter((each) => Math.abs(each) > 1.959964).length / numbers.length;
    // Four standard errors each.
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(40_000));
    expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(2 / 40_000));
    expect(Math.abs(share - 0.05)).toBeLessThan(4 * Math.sqrt((0.05 * 0.95) / 40_000));
  });
});
