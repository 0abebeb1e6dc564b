import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { projectUnit } from '../../../../../src/core/analysis/photo/projection.js';
import type { ProjectionRequest } from '../../../../../src/core/analysis/photo/projection.js';
import { CancelledError, UserError } from '../../../../../src/core/errors.js';
import { openNetwork } from '../../../../../src/core/network/open.js';
import type { Network } from '../../../../../src/core/network/network.js';
import { findLayer } from '../../../../../src/core/network/layers.js';
import { floatTensor } from '../../../../../src/core/tensor.js';
import type { EngineClient } from '../../../../../src/runtime/client.js';
import { startTestEngine } from '../../../runtime/testEngine.js';
import { ints, modelBytes, node, value, weight, writeFile } from '../../onnx/modelFile.js';

// One 2x2 kernel of 1, 2, 3, 4 over a 4x4 image, Relu, pool 2x2 with stride 1; then an operator without a rule.
const kernel = new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer);
const file = writeFile(
  'projected.onnx',
  modelBytes({
    name: 'g',
    node: [
      node('Conv', ['image', 'w'], ['c']),
      node('Relu', ['c'], ['r']),
      node('MaxPool', ['r'], ['p'], [ints('kernel_shape', [2, 2])]),
      node('Sin', ['p'], ['s']),
      node('Relu', ['s'], ['z']),
    ],
    initializer: [weight('w', [1, 1, 2, 2], kernel)],
    input: [value('image', ['N', 1, 4, 4])],
    output: [value('z')],
    valueInfo: [],
  }),
);
// prettier-ignore
const photo = floatTensor([1, 1, 4, 4], [
  0, 0, 0, 0,
  0, 1, 0, 0,
  0, 0, 0, 0,
  0, 0, 0, 2,
]);
// The convolution's output: 4 3 0 / 2 1 0 / 0 0 8; pooled: 4 3 / 2 8.

let engine: EngineClient;
let network: Network;
beforeEach(async () => {
  engine = startTestEngine();
  network = await openNetwork(file);
});
afterEach(() => {
  engine.dispose();
});

const request = (layer: string, target: ProjectionRequest['target']): ProjectionRequest => ({
  layer: findLayer(network.layers, layer),
  target,
  method: 'deconvnet',
  normalization: 'pass',
});

describe('projectUnit', () => {
  it('sends the strongest unit back through its switch and kernel, with the window that it sees', async () => {
    const found = await projectUnit(engine, network, photo, request('p', { kind: 'strongest' }));
    expect(found.unit).toEqual({ channel: 0, y: 1, x: 1 });
    expect(found.activation).toBe(8);
    expect(found.window).toEqual({ top: 1, left: 1, bottom: 4, right: 4 });
    expect(found.projection.shape).toEqual([1, 1, 4, 4]);
    expect([...found.projection.data]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 16, 0, 0, 24, 32]);
  });

  it('projects a whole map, with all that it sees', async () => {
    const found = await projectUnit(engine, network, photo, request('c', { kind: 'map', channel: 0 }));
    expect(found.window).toEqual({ top: 0, left: 0, bottom: 4, right: 4 });
    expect(found.unit).toEqual({ channel: 0, y: 2, x: 2 });
    // The first pixel is reached by the first unit alone, the last by the last.
    expect(found.projection.data[0]).toBe(4 * 1);
    expect(found.projection.data[15]).toBe(8 * 4);
  });

  it('runs the network once for all units of a layer', async () => {
    await projectUnit(engine, network, photo, request('p', { kind: 'strongest' }));
    expect((await engine.status()).memo).toMatchObject({ entries: 1, hits: 1 });
    await projectUnit(engine, network, photo, request('p', { kind: 'unit', channel: 0, y: 0, x: 0 }));
    expect((await engine.status()).memo).toMatchObject({ entries: 1, hits: 3 });
  });

  it('refuses a layer behind an operator without a rule before anything runs', async () => {
    const failure = projectUnit(engine, network, photo, request('z', { kind: 'strongest' }));
    await expect(failure).rejects.toThrow(UserError);
    await expect(failure).rejects.toThrow(/projected\.onnx: .*'Sin_s' \(Sin, domain ai\.onnx, opset 17\)/);
    expect((await engine.status()).runs).toBe(0);
  });

  it('can be cancelled', async () => {
    const signal = AbortSignal.abort();
    const cancelled = projectUnit(engine, network, photo, {
      ...request('p', { kind: 'strongest' }),
      signal,
    });
    await expect(cancelled).rejects.toThrow(CancelledError);
  });
});
