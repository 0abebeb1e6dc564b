import { expect, it } from 'vitest';

import { probabilityTable } from '../../../../../webview/panels/predictions/probabilityTable.js';

const entry = (
  index: number,
  probability: number,
): { index: number; label: string; probability: number } => ({
  index,
  label: '',
  probability,
});

it('puts each class of each photo into its column', () => {
  const { shape, values } = probabilityTable([
    [entry(2, 0.5), entry(0, 0.375), entry(1, 0.125)],
    [entry(0, 1), entry(1, 0), entry(2, 0)],
  ]);
  expect(shape).toEqual([2, 3]);
  expect([...values]).toEqual([0.375, 0.125, 0.5, 1, 0, 0]);
});

it('is empty without photos', () => {
  expect(probabilityTable([]).shape).toEqual([0, 0]);
});
