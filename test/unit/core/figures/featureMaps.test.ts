import { expect, it } from 'vitest';

import { featureMapSheet } from '../../../../src/core/figures/featureMaps.js';
import { floatTensor } from '../../../../src/core/tensor.js';

it.each([
  // Maps, columns and rows: whole rows where the number allows it, else as square as can be.
  [32, 8, 4],
  [80, 10, 8],
  [128, 16, 8],
  [64, 8, 8],
  [7, 3, 3],
  [1, 1, 1],
])('lays %i maps out in %i columns and %i rows', (maps, columns, rows) => {
  const values = floatTensor([1, maps, 2, 2], Array<number>(4 * maps).fill(1));
  const { width, height } = featureMapSheet({ maps: values });
  // A map is 48 pixels wide, a pixel from the next and from the border.
  expect([width, height]).toEqual([1 + columns * 49, 1 + rows * 49]);
});
