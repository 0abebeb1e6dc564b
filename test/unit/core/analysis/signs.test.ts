import { expect, it } from 'vitest';

import { differingSigns, packedSigns, zeroSigns } from '../../../../src/core/analysis/photoSet/signs.js';
import { randomNumbers } from '../../../../src/core/random.js';

const MANY = 100_003;

function drawn(seed: number, ofThree: boolean): Int8Array {
  const random = randomNumbers(seed);
  return Int8Array.from({ length: MANY }, () =>
    ofThree ? Math.floor(random() * 3) - 1 : random() < 0.5 ? -1 : 1,
  );
}

it('tells three signs apart, and counts those that differ', () => {
  const all = [-1, 0, 1];
  const left = Int8Array.from(all.flatMap((sign) => [sign, sign, sign]));
  const right = Int8Array.from([...all, ...all, ...all]);
  expect(differingSigns(packedSigns(left), packedSigns(right))).toBe(6);
  expect(zeroSigns(packedSigns(left))).toBe(3);
});

it.each([1, 31, 32, 33, 64, 1000])('counts %i signs as a loop does', (length) => {
  const [a, b] = [drawn(1, true).slice(0, length), drawn(2, true).slice(0, length)];
  expect(differingSigns(packedSigns(a), packedSigns(b))).toBe(a.filter((sign, at) => sign !== b[at]).length);
  expect(zeroSigns(packedSigns(a))).toBe(a.filter((sign) => sign === 0).length);
});

it('finds half of independent signs differing where none is zero, and two thirds of three', () => {
  const share = (ofThree: boolean): number =>
    differingSigns(packedSigns(drawn(3, ofThree)), packedSigns(drawn(4, ofThree))) / MANY;
  expect(share(false)).toBeCloseTo(1 / 2, 2);
  expect(share(true)).toBeCloseTo(2 / 3, 2);
});
