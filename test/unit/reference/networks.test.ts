/** Whole networks against PyTorch’s autograd: test/fixtures/networks/make.py made the numbers. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { projectUnit } from '../../../src/core/analysis/projection.js';
import type { Method, NormalizationMode } from '../../../src/core/backward/rule.js';
import { openNetwork } from '../../../src/core/network.js';
import type { Network } from '../../../src/core/network.js';
import { decodeNpy } from '../../../src/core/npy.js';
import { deriveForward } from '../../../src/core/onnx/derive.js';
import { findLayer } from '../../../src/core/onnx/layers.js';
import type { FloatTensor, TensorData } from '../../../src/core/tensor.js';
import type { EngineClient } from '../../../src/runtime/client.js';
import { startTestEngine } from '../runtime/testEngine.js';

interface Reference {
  readonly model: string;
  readonly input: string;
  readonly scores: string;
  readonly cases: readonly Case[];
}

interface Case {
  readonly tensor: string;
  /** Channel, row and column; the class alone among scores. */
  readonly unit: readonly number[];
  readonly activation: number;
  readonly method: Method;
  readonly normalization: NormalizationMode;
  readonly expected: string;
}

const FOLDER = join(import.meta.dirname, '../../fixtures/networks');
const TOLERANCE = 1e-4;

const references = JSON.parse(readFileSync(join(FOLDER, 'index.json'), 'utf8')) as Reference[];
const load = (file: string): FloatTensor => decodeNpy(readFileSync(join(FOLDER, file)), file);

/** Largest absolute difference over the largest absolute expected value. */
function relativeError(found: TensorData | undefined, expected: FloatTensor): number {
  const { data } = expected;
  expect(found).toHaveLength(data.length);
  const largest = (pick: (position: number) => number): number =>
    data.reduce((most, _, position) => Math.max(most, Math.abs(pick(position))), 0);
  return (
    largest((at) => Number(found?.[at]) - (data[at] ?? NaN)) / largest((position) => data[position] ?? NaN)
  );
}

let engine: EngineClient;
beforeAll(() => {
  engine = startTestEngine();
});
afterAll(() => {
  engine.dispose();
});

describe.each(references)('$model', ({ model, input, scores, cases }) => {
  let network: Network;
  beforeAll(async () => {
    network = await openNetwork(join(FOLDER, model));
  });

  it('gives the scores that PyTorch gives', async () => {
    const { name, shape } = network.input;
    const tensor = network.scores?.tensor ?? '';
    const derived = deriveForward(network.model, [tensor], new Map([[name, shape]]), network.shapes);
    const [found] = await engine.run([{ model: derived, feeds: { [name]: load(input) }, fetch: [tensor] }]);
    expect(relativeError(found?.[tensor]?.data, load(scores))).toBeLessThan(TOLERANCE);
  });

  it.each(cases)(
    'projects the strongest unit of $tensor by $method ($normalization) as autograd does',
    async ({ tensor, unit, activation, method, normalization, expected }) => {
      const found = await projectUnit(engine, network, load(input), {
        layer: findLayer(network.layers, tensor),
        target: { kind: 'strongest' },
        method,
        normalization,
      });
      const [channel, y = 0, x = 0] = unit;
      expect(found.unit).toEqual({ channel, y, x });
      expect(found.activation / activation).toBeCloseTo(1, 4);
      expect(found.projection.shape).toEqual(network.input.shape);
      expect(relativeError(found.projection.data, load(expected))).toBeLessThan(TOLERANCE);
    },
  );
});
