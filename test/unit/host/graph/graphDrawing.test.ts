import { describe, expect, it } from 'vitest';

import { atOnce } from '../../../../src/core/steps.js';
import { graphDrawingSteps } from '../../../../src/host/graph/graphDrawing.js';
import type { GraphDrawing } from '../../../../src/host/graph/graphDrawing.js';
import type { Grouping } from '../../../../src/protocol/graphView.js';
import { Description } from './networks.js';
import type { Structure } from './networks.js';

function draw({ layers, groups, edges }: Structure, grouping: Partial<Grouping>, limit = 1000): GraphDrawing {
  const asked = { depth: 3, collapsed: [], expanded: [], ...grouping };
  return atOnce(graphDrawingSteps(layers, groups, edges, asked, limit));
}

const names = (drawing: GraphDrawing): string[] => drawing.nodes.map(({ layer }) => layer);
const frames = (drawing: GraphDrawing): string[] => drawing.frames.map(({ group }) => group);

/** A chain of layers, grouped by their paths. */
const chain = new Description();
chain.add('', 'stem');
chain.chain('a.x', ['1', '2']);
chain.chain('a.y', ['1', '2']);
chain.chain('b', ['1', '2', '3']);
chain.add('', 'end');
const { structure } = chain;

describe('graphDrawing', () => {
  it('draws every layer where every group is open', () => {
    const drawing = draw(structure, {});
    expect(names(drawing)).toEqual(structure.layers);
    expect(drawing.edges).toHaveLength(8);
    expect([...drawing.nodeOf]).toEqual([...structure.layers.keys()]);
    expect(drawing.frames).toEqual([
      { group: 'a', part: null, frame: -1 },
      { group: 'a.x', part: null, frame: 0 },
      { group: 'a.y', part: null, frame: 0 },
      { group: 'b', part: null, frame: -1 },
    ]);
    expect(drawing.nodes.map(({ frame }) => frame)).toEqual([-1, 1, 1, 2, 2, 3, 3, 3, -1]);
  });

  it('draws a closed group as one node that has the edges of its layers', () => {
    const drawing = draw(structure, { collapsed: ['a'] });
    expect(names(drawing)).toEqual(['stem', 'a', 'b.1', 'b.2', 'b.3', 'end']);
    expect([...drawing.nodeOf]).toEqual([0, 1, 1, 1, 1, 2, 3, 4, 5]);
    expect(drawing.edges).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
      [3, 4],
      [4, 5],
    ]);
    expect(drawing.nodes[1]?.group).toBe('a');
    expect(drawing.nodes[2]?.group).toBe('b');
  });

  it('draws the outermost of closed groups that lie in each other', () => {
    expect(names(draw(structure, { collapsed: ['a.x', 'a'] }))).toEqual(
      names(draw(structure, { collapsed: ['a'] })),
    );
  });

  it('opens groups down to a depth, and single ones below it', () => {
    expect(names(draw(structure, { depth: 1 }))).toEqual(['stem', 'a', 'b', 'end']);
    expect(names(draw(structure, { depth: 2 }))).toEqual(['stem', 'a.x', 'a.y', 'b.1', 'b.2', 'b.3', 'end']);
    expect(names(draw(structure, { depth: 1, expanded: ['a', 'a.y'] }))).toEqual([
      'stem',
      'a.x',
      'a.y.1',
      'a.y.2',
      'b',
      'end',
    ]);
    expect(draw(structure, { depth: 9 }).depth).toBe(3);
    expect(draw(structure, { depth: 1 }).deepest).toBe(3);
  });

  it('opens at the least depth that tells something of the network', () => {
    expect(draw(structure, { depth: null }).depth).toBe(2);
  });

  it('offers no depth that makes too many nodes', () => {
    expect(draw(structure, { depth: 9 }, 7)).toMatchObject({ depth: 2, deepest: 2 });
  });

  it('closes what the user opened first where there would be far too many', () => {
    expect(names(draw(structure, { depth: 1, expanded: ['a', 'b'] }, 6))).toEqual([
      'stem',
      'a',
      'b.1',
      'b.2',
      'b.3',
      'end',
    ]);
  });

  it('opens with a group the only one in it', () => {
    const nested = new Description();
    nested.add('', 'stem');
    nested.chain('a.block.inner', ['1', '2']);
    nested.add('', 'end');
    const drawing = draw(nested.structure, { depth: 2 });
    expect(frames(drawing)).toEqual(['a']);
    expect(names(drawing)).toEqual(['stem', 'a.block.inner.1', 'a.block.inner.2', 'end']);
    expect(drawing.nodes[1]?.group).toBe('a');
    expect(drawing.deepest).toBe(2);
  });
});

describe('interwoven groups', () => {
  it('draws a module that is called twice, others between, in two parts', () => {
    const network = new Description();
    network.add('', 'stem');
    network.chain('shared', ['conv1', 'relu1']);
    network.chain('block', ['conv', 'relu']);
    network.chain('shared', ['conv2', 'relu2']);
    const drawing = draw(network.structure, { depth: 1 });
    expect(drawing.nodes.map(({ layer, part }) => [layer, part])).toEqual([
      ['stem', null],
      ['shared', [1, 2]],
      ['block', null],
      ['shared', [2, 2]],
    ]);
    expect([...drawing.nodeOf]).toEqual([0, 1, 1, 2, 2, 3, 3]);
    expect(drawing.edges).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
    ]);
    const opened = draw(network.structure, { depth: 2 });
    expect(opened.frames.map(({ group, part }) => [group, part])).toEqual([
      ['shared', [1, 2]],
      ['block', null],
      ['shared', [2, 2]],
    ]);
  });

  it('leaves branches in one piece whose layers alternate in the order of the file', () => {
    const network = new Description();
    const stem = network.add('', 'stem');
    const [left, right] = [network.add('left', '1', stem), network.add('right', '1', stem)];
    const [leftEnd, rightEnd] = [network.add('left', '2', left), network.add('right', '2', right)];
    network.add('', 'sum', leftEnd, rightEnd);
    const drawing = draw(network.structure, { depth: 1 });
    expect(drawing.nodes.map(({ layer, part }) => [layer, part])).toEqual([
      ['stem', null],
      ['left', null],
      ['right', null],
      ['sum', null],
    ]);
  });

  it('cuts groups that read each other, so that no line leads back', () => {
    const network = new Description();
    const stem = network.add('', 'stem');
    const [left, right] = [network.add('left', '1', stem), network.add('right', '1', stem)];
    const [leftEnd, rightEnd] = [network.add('left', '2', right), network.add('right', '2', left)];
    network.add('', 'sum', leftEnd, rightEnd);
    const drawing = draw(network.structure, { depth: 1 });
    // One of the two stays whole, the other falls into its two layers.
    expect(names(drawing)).toEqual(['stem', 'left.1', 'right', 'left.2', 'sum']);
    expect(drawing.edges).toEqual([
      [0, 1],
      [0, 2],
      [1, 2],
      [2, 3],
      [3, 4],
      [2, 4],
    ]);
  });
});
