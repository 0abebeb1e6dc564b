/** Whole networks against PyTorch's autograd: test/fixtures/networks/make.py made the numbers. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { projectUnit } from '../../../src/core/analysis/projection.js';
import type { Method, NormalizationMode } from '../../../src/core/backward/rule.js';
import { openNetwork } from '../../../src/core/network.js';
import { decodeNpy } from '../../../src/core/npy.js';
import { findLayer } from '../../../src/core/onnx/layers.js';
import { deriveForward } from '../../../src/core/onnx/derive.js';
import type { FloatTensor } from '../../../src/core/tensor.js';
import type { EngineClient } from '../../../src/runtime/client.js';
import { startTestEngine } from '../runtime/testEngine.js';

interface Case {
  readonly model: string;
  readonly input: string;
  readonly scores: string;
  readonly tensor: string;
  readonly unit: readonly [number, number, number] | readonly [number];
  readonly activation: number;
  readonly method: Method;
  readonly normalization: NormalizationMode;
  readonly expected: string;
}

const folder = join(import.meta.dirname, '../../fixtures/networks');
const cases = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as Case[];
const array = (name: string): FloatTensor => decodeNpy(readFileSync(join(folder, name)), name);

/** Largest absolute difference over the largest absolute expected value. */
function relativeError(actual: Float32Array, expected: Float32Array): number {
  expect(actual.length).toBe(expected.length);
  const difference = actual.reduce(
    (most, value, index) => Math.max(most, Math.abs(value - (expected[index] ?? NaN))),
    0,
  );
  return difference / expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

let engine: EngineClient;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => {
  engine.dispose();
});

describe.each([...new Set(cases.map(({ model }) => model))])('%s', (model) => {
  const own = cases.filter((each) => each.model === model);

  it('gives PyTorch’s scores', async () => {
    const network = await openNetwork(join(folder, model));
    const [first] = own;
    const { tensor } = network.scores ?? { tensor: '' };
    const derived = deriveForward(
      network.model,
      [tensor],
      new Map([[network.input.name, network.input.shape]]),
      network.shapes,
    );
    const [result] = await engine.run([
      { model: derived, feeds: { [network.input.name]: array(first?.input ?? '') }, fetch: [tensor] },
    ]);
    expect(
      relativeError(result?.[tensor]?.data as Float32Array, array(first?.scores ?? '').data),
    ).toBeLessThan(1e-4);
  });

  it.each(own.map((each) => [`${each.tensor} by ${each.method} (${each.normalization})`, each] as const))(
    'projects the strongest unit of %s',
    async (_, { tensor, method, normalization, input, expected, unit, activation }) => {
      const network = await openNetwork(join(folder, model));
      const found = await projectUnit(engine, network, array(input), {
        layer: findLayer(network.layers, tensor),
        target: { kind: 'strongest' },
        method,
        normalization,
      });
      const [channel, y = 0, x = 0] = unit;
      expect(found.unit).toEqual({ channel, y, x });
      expect(Math.abs(found.activation / activation - 1)).toBeLessThan(1e-4);
      expect(relativeError(found.projection.data, array(expected).data)).toBeLessThan(1e-4);
    },
  );
});
