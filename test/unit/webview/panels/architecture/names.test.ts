import { expect, it } from 'vitest';
import { lettersOf, nameParts } from '../../../../../webview/panels/architecture/names.js';

it('keeps the last steps of a path', () => {
  expect(nameParts('features.1.0.block.2')).toEqual({ start: 'features', end: '.1.0.block.2' });
  expect(nameParts('fire2_expand3x3')).toEqual({ start: 'fire2', end: '_expand3x3' });
  expect(nameParts('features/denseblock1/denselayer2/conv1')).toEqual({
    start: 'features/denseblock1/denselayer2',
    end: '/conv1',
  });
});

it('keeps all of a short name, and the last letters of a name without steps', () => {
  expect(nameParts('conv1')).toEqual({ start: '', end: 'conv1' });
  expect(nameParts('abcdefghijklmnopqrstuvwxyz')).toEqual({ start: 'abcdefghijkl', end: 'mnopqrstuvwxyz' });
  expect(nameParts('')).toEqual({ start: '', end: '' });
});

it('loses and adds nothing, and tells neighbours apart by what stays', () => {
  const names = [0, 1, 2].flatMap((block) => [0, 2, 3, 5].map((step) => `features.1.${block}.block.${step}`));
  const parts = names.map(nameParts);
  expect(parts.map(({ start, end }) => start + end)).toEqual(names);
  expect(new Set(parts.map(({ end }) => end)).size).toBe(names.length);
});

it('makes room for the longest name, within bounds', () => {
  expect(lettersOf([])).toBe(8);
  expect(lettersOf(['conv1', 'features.1.0.block.2'])).toBe(20);
  expect(lettersOf(['x'.repeat(90)])).toBe(28);
});
