import { expect, it } from 'vitest';

import { contrastOf, rangeWithin } from '../../../../src/core/figures/contrast.js';
import { projectionContrast, projectionPicture } from '../../../../src/core/figures/projection.js';
import { PRESETS } from '../../../../src/core/network/preprocessing.js';
import { floatTensor } from '../../../../src/core/tensor.js';
import { image } from '../onnx/build.js';

/** 1 to 200, every other one negative. */
const ramp = Float32Array.from({ length: 200 }, (_, at) => (at % 2 === 0 ? 1 : -1) * (at + 1));

it('is the value of the percentile by nearest rank, as numpy has it with method "inverted_cdf"', () => {
  // np.percentile(np.arange(1, 201), [99.5, 50, 100], method='inverted_cdf') is 199, 100, 200.
  expect(contrastOf(ramp)).toEqual({ limit: 199, clipped: 1 / 200 });
  expect(contrastOf(ramp, 50)).toEqual({ limit: 100, clipped: 1 / 2 });
  expect(contrastOf(ramp, 100)).toEqual({ limit: 200, clipped: 0 });
});

it('is the largest value of a signal in few places, and leaves out what is not finite', () => {
  const sparse = new Float32Array(1000);
  sparse.set([-3, 2, NaN, Infinity]);
  expect(contrastOf(sparse)).toEqual({ limit: 3, clipped: 0 });
  expect(contrastOf(new Float32Array(4))).toEqual({ limit: 0, clipped: 0 });
  expect(contrastOf(new Float32Array())).toEqual({ limit: 0, clipped: 0 });
});

it('ranges lie between two percentiles, or over all values where these are equal', () => {
  expect(rangeWithin(Float32Array.from({ length: 200 }, (_, at) => at + 1))).toEqual({ min: 1, max: 199 });
  const spike = new Float32Array(1000);
  spike[7] = 5;
  expect(rangeWithin(spike)).toEqual({ min: 0, max: 5 });
});

it('a projection is told apart inside the window alone, and what is beyond is at full contrast', () => {
  const shape = [1, 3, 2, 2];
  const input = image(shape);
  const unit = PRESETS.get('unit');
  if (unit === undefined) {
    throw new Error('no preset');
  }
  const signal = floatTensor(shape, Float32Array.from([1, 2, 100, 0, -1, 0, 0, 0, 4, 0, 0, -100]));
  const window = { top: 0, left: 0, bottom: 1, right: 2 };
  expect(projectionContrast(signal, input, window, 100)).toEqual({ limit: 4, clipped: 0 });
  expect(projectionContrast(signal, input, window, 50)).toEqual({ limit: 1, clipped: 2 / 6 });
  const { data } = projectionPicture(signal, input, unit, window, 100);
  // Rows of red, green, blue: (1, -1, 4), (2, 0, 0), (100, 0, 0), (0, 0, -100) of 4.
  const grey = 128;
  expect([...data]).toEqual([159, 96, 255, 191, grey, grey, 255, grey, grey, grey, grey, 0]);
});
