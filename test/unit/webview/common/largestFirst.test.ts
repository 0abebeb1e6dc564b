import { expect, it } from 'vitest';

import { largestFirst } from '../../../../webview/common/largestFirst.js';

it('sorts by a number, what is no number last, equal ones by their index', () => {
  const keys = [3, NaN, -Infinity, 7, 3, Infinity, NaN];
  const items = [6, 4, 0, 1, 2, 3, 5];
  expect(largestFirst(items, (item) => keys[item] ?? NaN)).toEqual([5, 3, 0, 4, 2, 1, 6]);
  expect(items).toEqual([6, 4, 0, 1, 2, 3, 5]);
});
