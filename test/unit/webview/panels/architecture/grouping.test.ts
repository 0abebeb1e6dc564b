import { describe, expect, it } from 'vitest';

import type { GraphNodeView } from '../../../../../src/protocol/panels/architecture.js';
import {
  collapse,
  collapseAll,
  expand,
  expandAll,
  frames,
  isGroup,
  NO_GROUPING,
} from '../../../../../webview/panels/architecture/grouping.js';

const node = (layer: string, group: string, x = 0, y = 0): GraphNodeView => ({
  layer,
  group,
  x,
  y,
  width: 100,
  height: 40,
});

describe('grouping', () => {
  it('opens a group that was closed, by the user or for its size', () => {
    expect(expand({ collapsed: ['a', 'b'], expanded: [] }, 'a')).toEqual({
      collapsed: ['b'],
      expanded: ['a'],
    });
    expect(expand(NO_GROUPING, 'a')).toEqual({ collapsed: [], expanded: ['a'] });
  });

  it('has the group opened last at the end', () => {
    expect(expand({ collapsed: [], expanded: ['a', 'b'] }, 'a').expanded).toEqual(['b', 'a']);
  });

  it('forgets what was open and closed in a group that is closed', () => {
    const before = { collapsed: ['a.x', 'ab'], expanded: ['a', 'a.y', 'b'] };
    expect(collapse(before, 'a')).toEqual({ collapsed: ['ab', 'a'], expanded: ['b'] });
  });

  it('closes the outermost groups and opens those that are closed', () => {
    const nodes = [node('a.x.conv', 'a.x'), node('b', 'b'), node('c', '')];
    expect(collapseAll(nodes)).toEqual({ collapsed: ['a', 'b'], expanded: [] });
    expect(expandAll({ collapsed: ['b'], expanded: [] }, nodes)).toEqual({ collapsed: [], expanded: ['b'] });
  });

  it('tells groups from layers', () => {
    expect(isGroup(node('b', 'b'))).toBe(true);
    expect(isGroup(node('b.conv', 'b'))).toBe(false);
    expect(isGroup(node('', ''))).toBe(false);
  });
});

describe('frames', () => {
  it('holds the nodes of a group, and those of the groups in it', () => {
    const nodes = [node('a.x.1', 'a.x', 0, 0), node('a.x.2', 'a.x', 0, 80), node('a.3', 'a', 0, 160)];
    const found = frames(nodes);
    expect(found.map(({ group }) => group)).toEqual(['a', 'a.x']);
    const [outer, inner] = found;
    expect(inner && inner.y + inner.height).toBeGreaterThan(120);
    expect(inner && inner.y + inner.height).toBeLessThan(160);
    expect(outer && outer.y).toBeLessThan(inner?.y ?? NaN);
    expect(outer && outer.x).toBeLessThan(inner?.x ?? NaN);
    expect(outer && outer.y + outer.height).toBeGreaterThan(200);
  });

  it('leaves out a group among whose nodes lies another', () => {
    const nodes = [node('a.1', 'a', 0, 0), node('other', '', 10, 80), node('a.2', 'a', 0, 160)];
    expect(frames(nodes)).toEqual([]);
  });

  it('leaves out closed groups and groups of one node', () => {
    expect(frames([node('a', 'a'), node('b.1', 'b', 0, 80)])).toEqual([]);
  });
});
