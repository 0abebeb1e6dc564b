import { expect, it } from 'vitest';

import { fieldText } from '../../../src/protocol/fieldText.js';

/** As where there is no translation. */
const english = (text: string, ...values: readonly string[]): string =>
  text.replace(/\{(\d+)\}/g, (_, place: string) => values[Number(place)] ?? '');

it.each([
  ['', '', ''],
  ['107x107', '', '107×107'],
  ['155x155', '131x131', '155×155, clipped at the border of the 131×131 image'],
])('a receptive field of %s with an image of %s is in words: %s', (receptiveField, clippedBy, words) => {
  expect(fieldText({ receptiveField, clippedBy }, english)).toBe(words);
});
