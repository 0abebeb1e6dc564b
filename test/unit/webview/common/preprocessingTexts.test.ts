import { describe, expect, it } from 'vitest';

import { chipText, steps } from '../../../../webview/common/preprocessingTexts.js';

/** As where there is no translation. */
const english = (text: string, ...values: readonly (string | number)[]): string =>
  text.replace(/\{(\d+)\}/g, (_, place: string) => String(values[Number(place)]));

describe('chipText', () => {
  it.each([
    ['imagenet', true, 'ImageNet preprocessing, assumed'],
    ['imagenet', false, 'ImageNet preprocessing'],
    ['tf', false, 'TensorFlow preprocessing'],
    [null, false, 'Custom preprocessing'],
  ])('of %s, assumed: %s', (preset, isAssumed, text) => {
    expect(chipText({ preset, isAssumed }, english)).toBe(text);
  });
});

describe('steps', () => {
  it('gives the size as height by width, and every value exactly', () => {
    const grey = {
      name: 'mine.json',
      preset: null,
      source: '',
      isAssumed: false,
      channels: 'grey',
      scale: 127.5,
      mean: [0.1307],
      std: [0.3081],
      resize: 'squash',
    } as const;
    expect(steps(grey, { inputWidth: 320, inputHeight: 48 }, english)).toEqual([
      ['Resize', '48×320, squashed to fit'],
      ['Channels', 'grey'],
      ['Divide by', '127.5'],
      ['Subtract mean', '0.1307'],
      ['Divide by std', '0.3081'],
    ]);
  });
});
