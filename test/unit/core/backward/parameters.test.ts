/** The gradient by all parameters of whole networks against PyTorch's autograd. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { differentiate } from '../../../../src/core/backward/differentiate.js';
import { BACKWARD_OPSET } from '../../../../src/core/backward/rule.js';
import { deriveForward, shapesFor } from '../../../../src/core/onnx/derive.js';
import { encodeModel } from '../../../../src/core/onnx/encode.js';
import { indexGraph } from '../../../../src/core/onnx/graphIndex.js';
import { loadModel } from '../../../../src/core/onnx/load.js';
import { floatTensor } from '../../../../src/core/tensor.js';
import type { EngineClient } from '../../../../src/runtime/client.js';
import { startTestEngine } from '../../runtime/testEngine.js';
import type { Numbers } from './harness.js';

interface Reference {
  readonly model: string;
  readonly input: Numbers;
  /** Of the mean cross-entropy by the scores: (softmax - labels) / batch. */
  readonly signal: Numbers;
  readonly gradients: Readonly<Record<string, readonly number[]>>;
}

const FIXTURES = join(import.meta.dirname, '../../../fixtures/gradients');
/** Made by make_networks.py. */
const references = JSON.parse(readFileSync(join(FIXTURES, 'networks.json'), 'utf8')) as Reference[];

let engine: EngineClient;
beforeAll(() => {
  engine = startTestEngine();
});
afterAll(() => {
  engine.dispose();
});

it.each(references)('$model: all parameters at once', async ({ model: file, input, signal, gradients }) => {
  const model = await loadModel(join(FIXTURES, file));
  const inputShapes = new Map([['input', input.shape]]);
  const shapes = shapesFor(model, inputShapes);
  const parameters = Object.keys(gradients);
  const { saved, graph } = differentiate(
    { ...model, index: indexGraph(model.graph), shapes },
    new Map([['scores', { kind: 'input', name: 'signal' }]]),
    new Map(parameters.map((name) => [name, `gradient of ${name}`])),
  );
  const backward = encodeModel({ ...model, graph, opsets: new Map([['', BACKWARD_OPSET]]) });

  const x = floatTensor(input.shape, input.data);
  const reads = saved.map(({ tensor }) => tensor).filter((tensor) => tensor !== 'input');
  const forward = deriveForward(model, reads, inputShapes, shapes);
  const feeds = saved.map(({ input: name, tensor }) => [
    name,
    tensor === 'input' ? x : { step: 0, output: tensor },
  ]);
  const [, found] = await engine.run([
    { model: forward, feeds: { input: x }, fetch: [] },
    {
      model: backward,
      feeds: { signal: floatTensor(signal.shape, signal.data), ...Object.fromEntries(feeds) },
      fetch: graph.outputs.map(({ name }) => name),
    },
  ]);
  const most = Math.max(...Object.values(gradients).flat().map(Math.abs));
  for (const [name, expected] of Object.entries(gradients)) {
    const { shape, data } = found?.[`gradient of ${name}`] ?? floatTensor([0], []);
    expect(shape, name).toEqual(shapes.staticShapeOf(name));
    // A bias in front of a normalisation by the batch has no influence: its gradient is rounding.
    const largest = Math.max(...expected.map(Math.abs), most / 1000);
    const errors = expected.map((value, at) => Math.abs(Number(data[at]) - value));
    expect(Math.max(...errors) / largest, name).toBeLessThan(1e-4);
  }
});
