/** How often two models are right, and McNemar's test, held against values by scipy (stats.binomtest and stats.chi2.sf). */

import { describe, expect, it } from 'vitest';

import { accuraciesOf, mcNemarTest } from '../../../../../src/core/analysis/models/agreement.js';
import type { PhotoComparison } from '../../../../../src/core/analysis/models/comparison.js';
import { overBounds } from '../../../../../src/core/analysis/models/metrics.js';

function photo(classIndex: number | undefined, a: number, b: number): PhotoComparison {
  const top = (index: number): PhotoComparison['a'] => ({ index, probability: 0.5 });
  return { name: 'photo', classIndex, a: top(a), b: top(b), largest: 0.25 };
}

describe("McNemar's test", () => {
  it.each([
    [0, 0, 1, 'exact'],
    [3, 3, 1, 'exact'],
    [1, 8, 0.0390625, 'exact'],
    [2, 10, 0.03857421875, 'exact'],
    [6, 16, 0.052478790283203125, 'exact'],
    [10, 15, 0.4237107971667934, 'chi-square'],
    [10, 25, 0.017960477526078766, 'chi-square'],
    [59, 6, 1.1199327149542469e-10, 'chi-square'],
    [13, 13, 1, 'chi-square'],
  ] as const)('of %i and %i photos that one alone is right about', (onlyA, onlyB, p, method) => {
    const found = mcNemarTest(onlyA, onlyB);
    expect(found.method).toBe(method);
    expect(Math.abs(found.p - p)).toBeLessThan(1e-6 * p + 1e-15);
    expect(mcNemarTest(onlyB, onlyA)).toEqual(found);
  });
});

it('counts photos whose class is known, and no others', () => {
  const photos = [photo(1, 1, 1), photo(1, 1, 2), photo(2, 0, 2), photo(3, 0, 0), photo(undefined, 4, 4)];
  expect(accuraciesOf(photos)).toMatchObject({ photos: 4, a: 0.5, b: 0.5, onlyA: 1, onlyB: 1 });
  expect(accuraciesOf(photos.slice(4))).toBeUndefined();
});

it('is over every bound of what cannot be told, and within one that is reached exactly', () => {
  const found = { layers: [], problems: [], photos: [photo(undefined, 1, 1), photo(undefined, 1, 2)] };
  expect(overBounds(found, [{ metric: 'flips', value: 1 }])).toEqual([]);
  expect(overBounds(found, [{ metric: 'flips', value: 0 }])).toEqual(['flips 1.00 over 0']);
  expect(overBounds(found, [{ metric: 'accuracy', value: 1 }])).toEqual([
    'accuracy cannot be told: give photos whose labels are classes of both models',
  ]);
});
