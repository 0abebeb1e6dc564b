import { expect, it } from 'vitest';

import { sorted } from '../../../../../webview/panels/featureMaps/order.js';

const MAPS = [
  [1, 0.5],
  [5, 0.1],
  [NaN, NaN],
  [5, 0.9],
].map(([max = NaN, mean = NaN]) => ({ min: 0, max, mean, standardDeviation: 0, zeros: 0 }));

it.each([
  ['index', [0, 1, 2, 3]],
  ['max', [1, 3, 0, 2]],
  ['mean', [3, 0, 1, 2]],
] as const)('shows maps by %s, those without a finite value last', (sortBy, order) => {
  expect(sorted(MAPS, sortBy)).toEqual(order);
});
