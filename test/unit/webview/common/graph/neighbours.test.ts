import { describe, expect, it } from 'vitest';

import { nodeAfterKey, wiring } from '../../../../../webview/common/graph/neighbours.js';

/** A stem, two branches and their sum: 0 above 1 and 2, which lie side by side above 3. */
const graph = {
  nodes: [
    { layer: 'stem', x: 50, y: 0 },
    { layer: 'left', x: 0, y: 80 },
    { layer: 'right', x: 120, y: 80 },
    { layer: 'sum', x: 50, y: 160 },
  ].map((each) => ({ ...each, width: 100, height: 40, group: '', part: null })),
  // The right branch comes first.
  edges: [
    { from: 0, to: 2, points: [] },
    { from: 0, to: 1, points: [] },
    { from: 2, to: 3, points: [] },
    { from: 1, to: 3, points: [] },
  ],
};

describe('wiring', () => {
  it('lists the nodes before and after each, from left to right', () => {
    expect(wiring(graph)).toEqual({ before: [[], [0], [0], [1, 2]], after: [[1, 2], [3], [3], []] });
  });
});

describe('nodeAfterKey', () => {
  it.each([
    ['ArrowDown', 0, 1],
    ['ArrowRight', 1, 2],
    ['ArrowLeft', 2, 1],
    ['ArrowDown', 2, 3],
    ['ArrowUp', 3, 1],
    ['Home', 3, 0],
    ['End', 0, 3],
    ['ArrowUp', 0, undefined],
    ['ArrowLeft', 1, undefined],
    ['ArrowRight', 0, undefined],
    ['x', 0, undefined],
  ])('%s leads from %i to %s', (key, from, to) => {
    expect(nodeAfterKey(key, from, graph, wiring(graph))).toBe(to);
  });
});
