import { expect, it } from 'vitest';

import { mirror, resample } from '../../../../src/core/imaging/resample.js';
import { expectedImage, largestDifference } from './fixtures.js';

const photo = expectedImage('photo.png');

it.each(['down', 'up', 'squashed', 'narrow'])('scales a photo %s as Pillow’s bilinear filter', (name) => {
  const expected = expectedImage(`scaled_${name}`);
  const { data } = resample(photo, expected.width, expected.height);
  expect(largestDifference(data, expected.data)).toBeLessThanOrEqual(1);
});

it('computes a frame as a cut from the whole', () => {
  const whole = resample(photo, 50, 40);
  const part = resample(photo, 50, 40, { left: 7, top: 11, width: 20, height: 5 });
  const row = (y: number): Uint8Array => whole.data.subarray((y * 50 + 7) * 3, (y * 50 + 27) * 3);
  expect(part.data).toEqual(Uint8Array.from([11, 12, 13, 14, 15].flatMap((y) => [...row(y)])));
});

it('takes a frame of an image too long to be scaled whole', () => {
  const strip = { width: 1, height: 100_000, data: new Uint8Array(300_000).fill(9) };
  const part = resample(strip, 200, 20_000_000, { left: 0, top: 10_000_000, width: 200, height: 200 });
  expect(part.data.every((value) => value === 9)).toBe(true);
});

it('mirrors left and right', () => {
  const image = { width: 3, height: 1, data: Uint8Array.of(1, 1, 1, 2, 2, 2, 3, 3, 3) };
  expect([...mirror(image).data]).toEqual([3, 3, 3, 2, 2, 2, 1, 1, 1]);
});
