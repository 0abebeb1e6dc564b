/** A sweep of some batches over a small network, for this process and one that is killed. */

import type { OcclusionOptions } from '../../../../src/core/analysis/photo/occlusion.js';
import { floatTensor } from '../../../../src/core/tensor.js';

export const SIDE = 32;

export const photo = floatTensor(
  [1, 3, SIDE, SIDE],
  Array.from({ length: 3 * SIDE * SIDE }, (_, index) => Math.sin(index * 0.37) + (index % 7) / 4),
);

export const SWEEP: OcclusionOptions = {
  size: 8,
  stride: 2,
  fill: [1, 0, -1],
  method: 'plain',
  memoryBound: 2 ** 23,
};
