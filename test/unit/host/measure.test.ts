import { describe, expect, it } from 'vitest';

import { decodePng } from '../../../src/core/imaging/png.js';
import { floatTensor } from '../../../src/core/tensor.js';
import { measure } from '../../../src/host/background/measure.js';

describe('measure', () => {
  const maps = floatTensor([1, 2, 2, 2], [0, 1, 2, 3, -4, 7, NaN, 0]);

  it('describes the finite values, and says where the largest is', () => {
    const { statistics, notFinite, strongest, histogram, thumbnail, vanishing } = measure({ tensor: maps });
    expect(statistics).toMatchObject({ min: -4, max: 7, mean: 9 / 7 });
    expect([notFinite, strongest]).toEqual([1, 5]);
    expect(histogram.counts.reduce((sum, count) => sum + count, 0)).toBe(7);
    expect([thumbnail, vanishing]).toEqual([undefined, undefined]);
  });

  it('draws maps, the strongest first', () => {
    const { thumbnail } = measure({ tensor: maps, picture: 'maps' });
    expect([thumbnail?.shown, thumbnail?.of]).toEqual([2, 2]);
    const { width, height } = decodePng(Buffer.from(thumbnail?.uri.split(',')[1] ?? '', 'base64'));
    // Two tiles of 40 pixels, 2 pixels apart and around.
    expect([width, height]).toEqual([86, 44]);
  });

  it('counts where the function that is fed the values is flat', () => {
    const tensor = floatTensor([1, 4], [-1, -2, 3, 4]);
    expect(measure({ tensor, fedTo: { id: 'relu', parameters: [] } }).vanishing).toBe(0.5);
  });
});
