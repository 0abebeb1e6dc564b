/** Answers as even as chance. */

import { expect, it } from 'vitest';

import { looksUntrained } from '../../../../../src/core/analysis/photo/untrained.js';

/** `winners` classes that share `sum`, and others that share the rest. */
function spread(classes: number, winners: number, sum: number): Float32Array {
  return Float32Array.from({ length: classes }, (_, index) =>
    index < winners ? sum / winners : (1 - sum) / (classes - winners),
  );
}

it.each([
  ['even answers', spread(1000, 1, 0.001), true],
  ['a likeliest class of 0.6 % among 1,000', spread(1000, 1, 0.006), true],
  // Perplexity 0.3 * 1,000, and so on: of k equally probable classes it is k.
  ['300 of 1,000 classes', spread(1000, 300, 1), false],
  ['600 of 1,000 classes', spread(1000, 600, 1), true],
  ['an answer that is unsure', spread(1000, 10, 0.5), false],
  ['eight of ten classes', spread(10, 8, 1), false],
  ['all of ten classes', spread(10, 1, 0.12), true],
  ['two classes', spread(2, 1, 0.5), false],
])('of %s', (_, row, expected) => {
  expect(looksUntrained(row, { kind: 'softmax' })).toBe(expected);
});

it('is not said of classes that are independent', () => {
  expect(looksUntrained(new Float32Array(1000).fill(0.001), { kind: 'sigmoid' })).toBe(false);
});
