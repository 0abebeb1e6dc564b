import { describe, expect, it } from 'vitest';

import { rankLayout } from '../../../../src/host/graph/rankLayout.js';
import type { Size } from '../../../../src/host/graph/rankLayout.js';
import { seriesLayout } from '../../../../src/host/graph/series.js';
import type { KnownStretches } from '../../../../src/host/graph/series.js';
import type { Line } from '../../../../src/host/graph/trunks.js';

/** A stem, then blocks with a way around each, then two answers. */
function residual(blocks: number): { boxes: Size[]; lines: Line[] } {
  const boxes: Size[] = [];
  const lines: Line[] = [];
  const add = (width: number, ...reads: readonly number[]): number => {
    const box = boxes.push({ width, height: 44 }) - 1;
    lines.push(...reads.map((from): Line => [from, box]));
    return box;
  };
  let last = add(180, add(0));
  for (let block = 0; block < blocks; block++) {
    const wide = add(220, add(148, last));
    last = add(148, wide, last);
  }
  add(148, last);
  add(200, add(148, last));
  return { boxes, lines };
}

describe('seriesLayout', () => {
  it('places everything where a layout of the whole does', () => {
    const { boxes, lines } = residual(3);
    expect(seriesLayout(boxes, lines, new Map())).toEqual(rankLayout(boxes, lines));
  });

  it('lays out what is alike once', () => {
    const known: KnownStretches = new Map();
    const { boxes, lines } = residual(40);
    const { height } = seriesLayout(boxes, lines, known);
    // The first block, which is below a wider box, the others, and the answers.
    expect(known.size).toBe(3);
    expect(seriesLayout(boxes, lines, known).height).toBe(height);
    expect(known.size).toBe(3);
  });

  it('places a single box, and boxes that nothing joins', () => {
    const box = { width: 148, height: 44 };
    expect(seriesLayout([box], [], new Map())).toEqual(rankLayout([box], []));
    expect(seriesLayout([box, box], [], new Map())).toEqual(rankLayout([box, box], []));
  });
});
