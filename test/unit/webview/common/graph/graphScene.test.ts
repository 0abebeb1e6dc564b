import { describe, expect, it } from 'vitest';

import type { GraphView } from '../../../../../src/protocol/graphView.js';
import type { ModelView } from '../../../../../src/protocol/view.js';
import { boxOfGroup, placeWith, sceneOf } from '../../../../../webview/common/graph/graphScene.js';
import type { Scene } from '../../../../../webview/common/graph/graphScene.js';
import { layer } from '../../panels/layer.js';
import { node } from './drawing.js';

const WORDS = {
  count: (layers: number) => `${layers} layers`,
  part: (group: string, [number, count]: readonly [number, number]) => `${group} ${number}/${count}`,
};

/** A stem, the open group `a` of a convolution and the closed group `a.x`, and the closed group `b` in two parts. */
const view: GraphView = {
  width: 200,
  height: 400,
  nodes: [
    node('stem', '', 0, 0),
    node('a.conv', 'a', 10, 100),
    node('a.x', 'a.x', 10, 160),
    { ...node('b', 'b', 0, 240), part: [1, 2] },
    { ...node('b', 'b', 0, 300), part: [2, 2] },
  ],
  frames: [{ group: 'a', part: null, x: 0, y: 70, width: 120, height: 150 }],
  edges: [0, 1, 2, 3].map((from) => ({ from, to: from + 1, points: [] })),
  nodeOf: Uint32Array.from([0, 1, 2, 2, 3, 3, 4, 4]),
  depth: 2,
  deepest: 3,
};
const layers = ['stem', 'a.conv', 'a.x.1', 'a.x.2', 'b.1', 'b.2', 'b.3', 'b.4'].map((name) =>
  layer({ name, operator: 'Conv', output: `out of ${name}` }),
);
const problems = [{ layer: 'a.x.2' }];
const scene: Scene = sceneOf(view, { layers, problems } as unknown as ModelView, WORDS);

describe('sceneOf', () => {
  it('has the layers of each node, and what they give at the end', () => {
    expect(scene.nodes.map(({ title, left, right }) => [title, left, right])).toEqual([
      ['stem', 'Conv', 'out of stem'],
      ['a.conv', 'Conv', 'out of a.conv'],
      ['a.x', '2 layers', 'out of a.x.2'],
      ['b 1/2', '2 layers', 'out of b.2'],
      ['b 2/2', '2 layers', 'out of b.4'],
    ]);
    expect(scene.nodes.map(({ hasProblem }) => hasProblem)).toEqual([false, false, true, false, false]);
    expect(scene.nodes.map(({ isGroup }) => isGroup)).toEqual([false, false, true, true, true]);
  });

  it('wires nodes of one name apart', () => {
    expect(scene.wiring.after).toEqual([[1], [2], [3], [4], []]);
  });
});

describe('placeWith', () => {
  it('keeps the selected layer where the node stands for it, else takes the first of the node', () => {
    expect(placeWith(scene, 2, 3)).toBe(3);
    expect(placeWith(scene, 2, 0)).toBe(2);
    expect(placeWith(scene, -1, 3)).toBe(-1);
  });
});

describe('boxOfGroup', () => {
  it('is the frame of an open group and the node of a closed one', () => {
    expect(boxOfGroup(scene, 'a', -1)).toBe(scene.frames[0]);
    expect(boxOfGroup(scene, 'a.x', -1)).toBe(scene.nodes[2]);
    expect(boxOfGroup(scene, 'gone', -1)).toBeUndefined();
  });

  it('is the part with the selected layer', () => {
    expect(boxOfGroup(scene, 'b', -1)).toBe(scene.nodes[3]);
    expect(boxOfGroup(scene, 'b', 7)).toBe(scene.nodes[4]);
  });
});
