import { describe, expect, it } from 'vitest';

import type { Line } from '../../../../src/host/graph/trunks.js';
import { stretchesOf } from '../../../../src/host/graph/waists.js';

/** The boxes of each stretch. */
const boxes = (count: number, ...lines: readonly Line[]): (readonly number[])[] =>
  stretchesOf(count, lines).map((stretch) => stretch.boxes);

describe('stretchesOf', () => {
  it('takes a row apart at every box', () => {
    expect(boxes(4, [0, 1], [1, 2], [2, 3])).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
    ]);
  });

  it('leaves together what a line passes, and what lies side by side', () => {
    const stretches = stretchesOf(6, [
      [0, 1],
      [1, 2],
      [0, 2],
      [2, 3],
      [2, 4],
      [3, 5],
      [4, 5],
    ]);
    expect(stretches).toEqual([
      { boxes: [0, 1, 2], lines: [0, 1, 2] },
      { boxes: [2, 3, 4, 5], lines: [3, 4, 5, 6] },
    ]);
  });

  it('cuts nowhere behind a dead end, which may reach further down than the next box', () => {
    // 2 is read by none.
    expect(boxes(5, [0, 1], [1, 2], [1, 3], [3, 4])).toEqual([
      [0, 1],
      [1, 2, 3, 4],
    ]);
  });

  it('cuts nowhere before a second beginning', () => {
    // 1 reads none.
    expect(boxes(4, [0, 2], [1, 2], [2, 3])).toEqual([
      [0, 1, 2],
      [2, 3],
    ]);
  });

  it('is one stretch of boxes that nothing joins, of a single one, and of none', () => {
    expect(boxes(2)).toEqual([[0, 1]]);
    expect(boxes(1)).toEqual([[0]]);
    expect(boxes(0)).toEqual([[]]);
  });
});
