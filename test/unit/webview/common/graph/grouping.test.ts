import { describe, expect, it } from 'vitest';

import {
  collapse,
  expand,
  isGroup,
  NO_GROUPING,
  toDepth,
  toggled,
} from '../../../../../webview/common/graph/grouping.js';
import { node } from './drawing.js';

describe('grouping', () => {
  it('opens a group that was closed, by the user or for its depth', () => {
    const before = { depth: 2, collapsed: ['a', 'b'], expanded: [] };
    expect(expand(before, 'a')).toEqual({ depth: 2, collapsed: ['b'], expanded: ['a'] });
    expect(expand(NO_GROUPING, 'a')).toEqual({ depth: null, collapsed: [], expanded: ['a'] });
  });

  it('has the group opened last at the end', () => {
    expect(expand({ depth: null, collapsed: [], expanded: ['a', 'b'] }, 'a').expanded).toEqual(['b', 'a']);
  });

  it('forgets what was open and closed in a group that is closed', () => {
    const before = { depth: 3, collapsed: ['a.x', 'ab'], expanded: ['a', 'a.y', 'b'] };
    expect(collapse(before, 'a')).toEqual({ depth: 3, collapsed: ['ab', 'a'], expanded: ['b'] });
  });

  it('forgets single groups where a depth is chosen', () => {
    expect(toDepth(2)).toEqual({ depth: 2, collapsed: [], expanded: [] });
  });

  it('opens the group of a node, and closes the frame around a layer', () => {
    expect(toggled(NO_GROUPING, node('b', 'b'))).toEqual(expand(NO_GROUPING, 'b'));
    expect(toggled(NO_GROUPING, node('b.conv', 'b'))).toEqual(collapse(NO_GROUPING, 'b'));
    expect(toggled(NO_GROUPING, node('conv', ''))).toBeUndefined();
  });

  it('tells groups from layers', () => {
    expect(isGroup(node('b', 'b'))).toBe(true);
    expect(isGroup(node('b.conv', 'b'))).toBe(false);
    expect(isGroup(node('', ''))).toBe(false);
  });
});
