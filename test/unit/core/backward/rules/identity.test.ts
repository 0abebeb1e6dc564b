import { expect, test } from 'vitest';

import { backward, f32, gradientError, noise, oneNode } from '../harness.js';

test('Identity passes the signal as it is, in every method', async () => {
  const signal = f32([1, 3], [1, -2, 3]);
  for (const method of ['deconvnet', 'gradient', 'guided'] as const) {
    expect(await backward(oneNode('Identity', noise([1, 3]), { method }), signal)).toEqual(signal);
  }
  expect(await gradientError(oneNode('Identity', noise([1, 3])))).toBeLessThan(1e-3);
});
