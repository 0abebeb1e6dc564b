import { describe, expect, it } from 'vitest';

import { arrange } from '../../../../../webview/panels/kernels/order.js';

const all = (): boolean => true;
const heading = (part: number): string => `part ${part}`;

describe('arrange', () => {
  it('keeps the layer’s order in one section without a heading', () => {
    expect(arrange(4, 1, undefined, all, heading)).toEqual([{ items: [0, 1, 2, 3] }]);
  });

  it('sorts each part for itself, what is no number last', () => {
    const keys = [1, 4, NaN, 9, 5, 5, 7, 6];
    expect(arrange(8, 2, (kernel) => keys[kernel] ?? 0, all, heading)).toEqual([
      { heading: 'part 0', items: [3, 1, 0, 2] },
      { heading: 'part 1', items: [6, 7, 4, 5] },
    ]);
  });

  it('shows parts of few kernels, as of a depthwise convolution, together', () => {
    expect(arrange(6, 3, undefined, all, heading)).toEqual([{ items: [0, 1, 2, 3, 4, 5] }]);
  });

  it('leaves out what is not shown, and a part with nothing in it', () => {
    expect(arrange(8, 2, undefined, (kernel) => kernel > 5, heading)).toEqual([
      { heading: 'part 1', items: [6, 7] },
    ]);
  });
});
