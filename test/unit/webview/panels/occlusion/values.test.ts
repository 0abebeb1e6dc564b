import { expect, it } from 'vitest';
import { GREY } from '../../../../../webview/common/colour.js';
import { classColours, legendEntries } from '../../../../../webview/panels/occlusion/legend.js';
import { cellColours, rangeFromZero, worst } from '../../../../../webview/panels/occlusion/values.js';

it('colours a position that is not computed as the one that stands in for it', () => {
  const values = Float32Array.of(0, NaN, 1, NaN);
  const nearest = Int32Array.of(0, 0, 2, -1);
  expect(cellColours(values, nearest, GREY, { min: 0, max: 1 })).toEqual([
    'rgb(0 0 0)',
    'rgb(0 0 0)',
    'rgb(255 255 255)',
    undefined,
  ]);
});

it('starts the scale at zero and reaches the uncovered photo', () => {
  expect(rangeFromZero(Float32Array.of(0.2, NaN, 0.4), 0.9)).toEqual({ min: 0, max: 0.9 });
  expect(rangeFromZero(Float32Array.of(-2, 3), 1)).toEqual({ min: -2, max: 3 });
  expect(rangeFromZero(Float32Array.of(NaN), NaN)).toEqual({ min: 0, max: 0 });
});

it('finds where the class loses most among what is computed', () => {
  expect(worst({ probability: Float32Array.of(NaN, 0.5, 0.1, NaN, 0.2) })).toBe(2);
  expect(worst({ probability: Float32Array.of(NaN, NaN) })).toBeUndefined();
});

it('gives frequent classes colours of their own and the rest one together', () => {
  const legend = Array.from({ length: 12 }, (_, rank) => ({
    classIndex: 100 + rank,
    share: (12 - rank) / 78,
  }));
  const entries = legendEntries(legend, String, (count) => `${count} others`);
  expect(entries.map(({ text }) => text)).toEqual([
    ...legend.slice(0, 9).map(({ classIndex }) => String(classIndex)),
    '3 others',
  ]);
  expect(entries.at(-1)?.share).toBeCloseTo(6 / 78);
  expect(entries.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
  expect(new Set(entries.map(({ colour }) => colour)).size).toBe(10);
  const colours = classColours(legend);
  expect(colours.get(100)).toBe(entries[0]?.colour);
  expect([colours.get(109), colours.get(111)]).toEqual([entries[9]?.colour, entries[9]?.colour]);
});
