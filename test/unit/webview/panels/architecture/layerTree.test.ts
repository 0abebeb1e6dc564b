import { describe, expect, it } from 'vitest';

import {
  LayerTree,
  plainRows,
  treeStep,
  withFolded,
} from '../../../../../webview/panels/architecture/layerTree.js';
import type { TableRow } from '../../../../../webview/panels/architecture/layerTree.js';
import { layer } from '../layer.js';

/** stem; a: a.0, a.x: two layers; tail; and a third layer of `a` after that. */
const LAYERS = [
  layer({ name: 'stem', parameters: 1, multiplyAdds: 10 }),
  layer({ name: 'a.0', group: 'a', parameters: 2, multiplyAdds: 20 }),
  layer({ name: 'a.x.0', group: 'a.x', parameters: 4, multiplyAdds: 40 }),
  layer({ name: 'a.x.1', group: 'a.x', parameters: 8, multiplyAdds: 80 }),
  layer({ name: 'tail', parameters: 16, multiplyAdds: null }),
  layer({ name: 'a.2', group: 'a', parameters: 32, multiplyAdds: 0 }),
];
const tree = new LayerTree(LAYERS);
const drawn = (rows: readonly TableRow[]): string[] =>
  rows.map((row) => {
    const name = row.kind === 'layer' ? LAYERS[row.place]?.name : `${row.isOpen ? '-' : '+'} ${row.group}`;
    return `${'  '.repeat(row.level - 1)}${name} ${row.position}/${row.siblings}`;
  });
const rowsOf = (...folded: readonly string[]): TableRow[] => tree.rows(new Set(folded));
const at = (rows: readonly TableRow[], name: string): number =>
  drawn(rows).findIndex((text) => text.trim().replace(/ \d+\/\d+$/, '') === name);

describe('rows', () => {
  it('has a group stand where its first layer would, with all that is in it', () => {
    expect(drawn(rowsOf())).toEqual([
      'stem 1/3',
      '- a 2/3',
      '  a.0 1/3',
      '  - a.x 2/3',
      '    a.x.0 1/2',
      '    a.x.1 2/2',
      '  a.2 3/3',
      'tail 3/3',
    ]);
    expect(tree.depth).toBe(3);
  });

  it('leaves out what is folded away, and remembers what was folded in it', () => {
    expect(drawn(rowsOf('a'))).toEqual(['stem 1/3', '+ a 2/3', 'tail 3/3']);
    expect(drawn(rowsOf('a.x'))).toHaveLength(6);
    const both = withFolded(new Set(['a.x']), 'a', true);
    expect([...withFolded(both, 'a', false)]).toEqual(['a.x']);
  });

  it('lists layers without groups as they are', () => {
    expect(new LayerTree([layer({ name: 'conv1' })]).depth).toBe(1);
    expect(drawn(plainRows([3, 0]))).toEqual(['a.x.1 1/2', 'stem 2/2']);
  });
});

it('adds up what is in a group, at whatever depth; what is not known stays so', () => {
  expect(tree.sumsOf('a')).toEqual({ layers: 4, parameters: 46, multiplyAdds: 140 });
  expect(tree.sumsOf('a.x')).toEqual({ layers: 2, parameters: 12, multiplyAdds: 120 });
  const unknown = new LayerTree([
    layer({ group: 'b', multiplyAdds: null }),
    layer({ group: 'b', multiplyAdds: 3 }),
  ]);
  expect(unknown.sumsOf('b').multiplyAdds).toBeNull();
});

describe('treeStep', () => {
  const open = rowsOf();
  const closed = rowsOf('a.x');

  it('folds with left, then goes to the group around', () => {
    expect(treeStep('ArrowLeft', open, at(open, '- a.x'))).toEqual({ group: 'a.x', isFolded: true });
    expect(treeStep('ArrowLeft', closed, at(closed, '+ a.x'))).toEqual({ to: at(closed, '- a') });
    expect(treeStep('ArrowLeft', open, at(open, 'a.2'))).toEqual({ to: at(open, '- a') });
    expect(treeStep('ArrowLeft', open, at(open, 'tail'))).toBeUndefined();
  });

  it('unfolds with right, then goes to the first of the group', () => {
    expect(treeStep('ArrowRight', closed, at(closed, '+ a.x'))).toEqual({ group: 'a.x', isFolded: false });
    expect(treeStep('ArrowRight', open, at(open, '- a.x'))).toEqual({ to: at(open, 'a.x.0') });
    expect(treeStep('ArrowRight', open, at(open, 'a.x.0'))).toBeUndefined();
  });

  it('turns a group with Enter and Space, and leaves layers and other keys alone', () => {
    expect(treeStep('Enter', open, at(open, '- a'))).toEqual({ group: 'a', isFolded: true });
    expect(treeStep(' ', closed, at(closed, '+ a.x'))).toEqual({ group: 'a.x', isFolded: false });
    expect(treeStep('Enter', open, at(open, 'stem'))).toBeUndefined();
    expect(treeStep('ArrowDown', open, at(open, '- a'))).toBeUndefined();
    expect(treeStep('ArrowLeft', open, -1)).toBeUndefined();
  });
});
