/** Signals at weights, biases and statistics against PyTorch's autograd. */

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

import type { Attribute } from '../../../../../src/core/onnx/model.js';
import { f32, float, int, ints, signalsAt } from '../harness.js';
import type { Numbers } from '../harness.js';

interface Row {
  readonly name: string;
  readonly opType: string;
  readonly opset: number;
  readonly attributes: Readonly<Record<string, number | readonly number[]>>;
  readonly inputs: Readonly<Record<string, Numbers>>;
  readonly signal: Numbers;
  readonly gradients: Readonly<Record<string, readonly number[]>>;
}

/** Made by test/fixtures/gradients/make_gradients.py. */
const ROWS = JSON.parse(
  readFileSync(new URL('../../../../fixtures/gradients/gradients.json', import.meta.url), 'utf8'),
) as Row[];

const attributeOf = (value: number | readonly number[]): Attribute =>
  typeof value !== 'number' ? ints(value) : Number.isInteger(value) ? int(value) : float(value);

it.each(ROWS)('$opType, $name', async ({ opType, opset, attributes, inputs, signal, gradients }) => {
  const tensors = Object.entries(inputs).map(([key, { shape, data }]) => [key, f32(shape, data)] as const);
  const { x, ...constants } = Object.fromEntries(tensors);
  if (x === undefined) {
    throw new Error('a case has an input x');
  }
  const attribute = Object.entries(attributes).map(([key, value]) => [key, attributeOf(value)] as const);
  // Training mode declares the outputs for the running statistics.
  const outputs = attributes['training_mode'] === 1 ? ['y', 'running_mean', 'running_variance'] : ['y'];
  const node = { opType, inputs: Object.keys(inputs), outputs, attributes: Object.fromEntries(attribute) };

  const wanted = Object.keys(gradients);
  const start = { y: f32(signal.shape, signal.data) };
  const found = await signalsAt({ nodes: [node], x, constants, opset }, start, wanted);
  for (const [index, key] of wanted.entries()) {
    const expected = gradients[key] ?? [];
    const largest = Math.max(...expected.map(Math.abs));
    expect(found[index]?.shape).toEqual(inputs[key]?.shape);
    const errors = [...(found[index]?.data ?? [])].map((value, at) =>
      Math.abs(value - (expected[at] ?? NaN)),
    );
    expect(Math.max(...errors) / largest, key).toBeLessThan(1e-5);
  }
});
