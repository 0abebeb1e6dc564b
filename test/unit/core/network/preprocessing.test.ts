import { expect, it } from 'vitest';

import { IMAGENET, presetOf, PRESETS } from '../../../../src/core/network/preprocessing.js';

it('knows a preset by its values, whatever it is called and however photos are fitted', () => {
  for (const [name, preset] of PRESETS) {
    expect(presetOf({ ...preset, name: 'mine.json', resize: 'squash' })).toBe(name);
  }
});

it('knows values of their own, under whatever name', () => {
  const others = [
    { ...IMAGENET, mean: [0.5, 0.456, 0.406] },
    { ...IMAGENET, std: [1, 1, 1] },
    { ...IMAGENET, scale: 1 },
    { ...IMAGENET, channels: 'BGR' as const },
    { ...IMAGENET, channels: 'grey' as const, mean: [0.485], std: [0.229] },
  ];
  expect(others.map(presetOf)).toEqual(others.map(() => undefined));
});
