import { describe, expect, it } from 'vitest';

import { trunksOf } from '../../../../src/host/graph/trunks.js';

describe('trunksOf', () => {
  it('lets the lines of a dense block run along the one to its end', () => {
    const lines = [
      [0, 1],
      [0, 2],
      [1, 2],
      [0, 3],
      [1, 3],
      [2, 3],
    ] as const;
    // The first line of each box is what keeps the next one below it.
    expect(trunksOf(4, lines)).toEqual([0, 3, 2, 3, 4, 5]);
  });

  it('leaves branches alone, which do not pass each other', () => {
    const lines = [
      [0, 1],
      [0, 2],
      [1, 3],
      [2, 3],
    ] as const;
    expect(trunksOf(4, lines)).toEqual([0, 1, 2, 3]);
  });

  it('leaves a line alone that alone keeps its end below its start', () => {
    const lines = [
      [0, 1],
      [1, 2],
      [0, 2],
    ] as const;
    expect(trunksOf(3, lines)).toEqual([0, 1, 2]);
  });
});
