import { expect, it } from 'vitest';

import { sortAfterClick, sorted } from '../../../../../webview/panels/evaluation/sorting.js';

it('puts what is no number last, whichever way it sorts, and keeps the order of equal rows', () => {
  const rows = [
    ['a', NaN],
    ['b', 2],
    ['c', 1],
    ['d', 2],
  ] as const;
  const names = (isDescending: boolean): string =>
    sorted(rows, ([, value]) => value, isDescending)
      .map(([name]) => name)
      .join('');
  expect(names(false)).toBe('cbda');
  expect(names(true)).toBe('bdca');
});

it('sorts texts as people do', () => {
  expect(sorted(['map 10', 'map 9', 'Ant'], (each) => each, false)).toEqual(['Ant', 'map 9', 'map 10']);
});

it('begins with the largest number, and with the first name', () => {
  const none = { key: '', isDescending: false };
  expect(sortAfterClick(none, 'recall', true)).toEqual({ key: 'recall', isDescending: true });
  expect(sortAfterClick(none, 'name', false)).toEqual({ key: 'name', isDescending: false });
  expect(sortAfterClick({ key: 'name', isDescending: false }, 'name', false).isDescending).toBe(true);
});
