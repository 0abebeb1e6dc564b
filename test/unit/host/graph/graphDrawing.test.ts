import { describe, expect, it } from 'vitest';

import { atOnce } from '../../../../src/core/steps.js';
import { graphDrawingSteps } from '../../../../src/host/graph/graphDrawing.js';
import type { GraphDrawing } from '../../../../src/host/graph/graphDrawing.js';
import { layoutGraph } from '../../../../src/host/graph/graphLayout.js';
import type { LayerGroups } from '../../../../src/host/layerGroups.js';
import { ancestorsOf, parentOf } from '../../../../src/protocol/groupPath.js';

/** A chain of layers, grouped by their paths. */
const layers = ['stem', 'a.x.1', 'a.x.2', 'a.y.1', 'a.y.2', 'b.1', 'b.2', 'b.3', 'end'];
const groups: LayerGroups = {
  of: parentOf,
  all: ['', ...new Set(layers.flatMap((layer) => ancestorsOf(parentOf(layer))))],
};
const edges = layers.slice(1).map((to, place) => ({ from: layers[place] ?? '', to }));
const draw = (
  collapsed: readonly string[],
  expanded: readonly string[] = [],
  limit = 1000,
  comfortable = 1000,
): GraphDrawing =>
  atOnce(graphDrawingSteps(layers, groups, edges, { collapsed, expanded }, limit, comfortable));
const names = (drawing: GraphDrawing): string[] => drawing.nodes.map(({ layer }) => layer);

describe('drawGraph', () => {
  it('draws every layer where nothing is closed', () => {
    const drawing = draw([]);
    expect(names(drawing)).toEqual(layers);
    expect(drawing.edges).toHaveLength(8);
    expect([...drawing.nodeOf]).toEqual([...layers.keys()]);
  });

  it('draws a closed group as one node that has the edges of its layers', () => {
    const drawing = draw(['a']);
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
    expect(names(draw(['a.x', 'a']))).toEqual(['stem', 'a', 'b.1', 'b.2', 'b.3', 'end']);
  });

  it('closes the innermost groups first where there are too many nodes', () => {
    expect(names(draw([], [], 1000, 7))).toEqual(['stem', 'a.x', 'a.y', 'b.1', 'b.2', 'b.3', 'end']);
    expect(names(draw([], [], 1000, 4))).toEqual(['stem', 'a', 'b', 'end']);
  });

  it('keeps open what the user opened, and the groups around it', () => {
    expect(names(draw([], ['a.x'], 1000, 4))).toEqual(['stem', 'a.x.1', 'a.x.2', 'a.y', 'b', 'end']);
  });

  it('closes what the user opened first where there would be far too many', () => {
    expect(names(draw([], ['a', 'b'], 6, 4))).toEqual(['stem', 'a', 'b.1', 'b.2', 'b.3', 'end']);
  });
});

describe('layoutGraph', () => {
  it('places nodes from top to bottom, without overlaps, and edges from node to node', () => {
    const { nodes, edges: lines, height, nodeOf } = layoutGraph(draw(['b']));
    expect([...nodeOf]).toEqual([0, 1, 2, 3, 4, 5, 5, 5, 6]);
    const bottoms = nodes.map(({ y, height: high }) => y + high);
    expect(nodes.slice(1).every(({ y }, place) => y > (bottoms[place] ?? NaN))).toBe(true);
    expect(Math.max(...bottoms)).toBeLessThanOrEqual(height);
    expect(lines[0]).toMatchObject({ from: 'stem', to: 'a.x.1' });
    expect(lines[0]?.points.at(1)).toBeCloseTo(bottoms[0] ?? NaN);
    expect(lines[0]?.points.at(-1)).toBeCloseTo(nodes[1]?.y ?? NaN);
  });
});
