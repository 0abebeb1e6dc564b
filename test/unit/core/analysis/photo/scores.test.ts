/** Probabilities against their closed forms. */

import { expect, it } from 'vitest';

import { probabilities } from '../../../../../src/core/analysis/photo/scores.js';
import type { ScoreKind } from '../../../../../src/core/network/scoreKind.js';

const close = (values: readonly number[]): unknown =>
  values.map((value) => expect.closeTo(value, 6) as number);

it.each<[ScoreKind, number[], number[]]>([
  ['logits', [Math.log(1), Math.log(3), Math.log(6)], [0.1, 0.3, 0.6]],
  ['logits', [2000, 2000, -2000], [0.5, 0.5, 0]],
  ['softmax', [0.1, 0.3, 0.6], [0.1, 0.3, 0.6]],
  ['log-softmax', [Math.log(0.1), Math.log(0.3), Math.log(0.6), -Infinity], [0.1, 0.3, 0.6, 0]],
  ['sigmoid', [0.56, 0.9, 0.01], [0.56, 0.9, 0.01]],
  // The logit of p is log(p / (1 - p)).
  ['multilabel-logits', [Math.log(0.56 / 0.44), Math.log(0.9 / 0.1), -1000, 1000], [0.56, 0.9, 0, 1]],
])('of %s', (kind, row, expected) => {
  expect([...probabilities(Float32Array.from(row), { kind })]).toEqual(close(expected));
});
