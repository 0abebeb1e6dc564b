import { expect, it } from 'vitest';

import { times } from '../../../src/protocol/times.js';

it.each([
  ['55x55x96', '55×55×96'],
  ['?x13x1', '?×13×1'],
  ['7x7, stride 2', '7×7, stride 2'],
  ['axis 1, max', 'axis 1, max'],
  ['', ''],
])('writes %s as %s', (text, written) => {
  expect(times(text)).toBe(written);
});
