/** Whole networks against PyTorch’s autograd: make.py of the folders of fixtures made the numbers. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { projectUnit } from '../../../src/core/analysis/photo/projection.js';
import type { Method, NormalizationMode } from '../../../src/core/backward/rule.js';
import { toFloat32 } from '../../../src/core/floats.js';
import { openNetwork } from '../../../src/core/network/open.js';
import type { Network } from '../../../src/core/network/network.js';
import { decodeNpy } from '../../../src/core/npy.js';
import { deriveForward } from '../../../src/core/onnx/derive.js';
import { findLayer } from '../../../src/core/network/layers.js';
import type { FloatTensor, TensorData } from '../../../src/core/tensor.js';
import type { EngineClient } from '../../../src/runtime/client.js';
import type { ProviderChoice } from '../../../src/runtime/messages.js';
import { startTestEngine } from '../runtime/testEngine.js';

interface Reference {
  readonly model: string;
  readonly input: string;
  readonly scores: string;
  /** Relative error allowed, where it is more than TOLERANCE. */
  readonly tolerance?: number;
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

const FIXTURES = join(import.meta.dirname, '../../fixtures');
/** Another provider takes other kernels, in another order of summing. */
const provider = (process.env['UNPOOL_TEST_PROVIDER'] ?? 'cpu') as ProviderChoice;
const TOLERANCE = provider === 'cpu' ? 1e-4 : 1e-3;

const references = ['networks', 'exports'].flatMap((name) => {
  const folder = join(FIXTURES, name);
  const index = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as Reference[];
  return index.map((reference) => ({ ...reference, folder }));
});

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
  engine = startTestEngine({ provider, runtimePath: process.env['UNPOOL_TEST_RUNTIME'] });
});
afterAll(() => {
  engine.dispose();
});

describe.each(references)('$model', ({ folder, model, input, scores, cases, ...reference }) => {
  const tolerance = Math.max(reference.tolerance ?? 0, TOLERANCE);
  const load = (file: string): FloatTensor => decodeNpy(readFileSync(join(folder, file)), file);
  let network: Network;
  beforeAll(async () => {
    network = await openNetwork(join(folder, model));
  });

  it('gives the scores that PyTorch gives', async () => {
    const { name, shape } = network.input;
    const tensor = network.scores?.tensor ?? '';
    const derived = deriveForward(network.model, [tensor], new Map([[name, shape]]), network.shapes);
    const [found] = await engine.run([{ model: derived, feeds: { [name]: load(input) }, fetch: [tensor] }]);
    expect(
      relativeError(found?.[tensor] && toFloat32(found[tensor], tensor).data, load(scores)),
    ).toBeLessThan(tolerance);
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
      expect(Math.abs(found.activation / activation - 1)).toBeLessThan(tolerance);
      expect(found.projection.shape).toEqual(network.input.shape);
      expect(relativeError(found.projection.data, load(expected))).toBeLessThan(tolerance);
    },
  );
});
