import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { initialParameters, largestSlope } from '../../../../src/core/activations/activation.js';
import type { ActivationFunction } from '../../../../src/core/activations/activation.js';
import { erf } from '../../../../src/core/activations/errorFunction.js';
import { gradientDecay } from '../../../../src/core/activations/gradientDecay.js';
import { withActivation } from '../../../../src/core/activations/swap.js';
import { ACTIVATIONS, activationNamed, activationOf } from '../../../../src/core/activations/registry.js';
import { UserError } from '../../../../src/core/errors.js';
import { encodeModel } from '../../../../src/core/onnx/encode.js';
import { floatTensor } from '../../../../src/core/tensor.js';
import { runModel } from '../backward/harness.js';
import { constant, float, graphOf, infer } from '../onnx/build.js';

/** PyTorch's values and derivatives, by test/fixtures/activations/make_activations.py. */
const torch = JSON.parse(
  readFileSync(new URL('../../../fixtures/activations/activations.json', import.meta.url), 'utf8'),
) as { points: number[]; functions: Record<string, { values: number[]; derivatives: number[] }> };

/** Name in the fixture, function, parameters. */
const AGAINST_TORCH: readonly (readonly [string, string, readonly number[]])[] = [
  ['relu', 'relu', []],
  ['leaky_relu', 'leakyRelu', [0.2]],
  ['prelu', 'pRelu', [0.25]],
  ['elu', 'elu', [1]],
  ['elu_1.5', 'elu', [1.5]],
  ['selu', 'selu', []],
  ['celu_2', 'celu', [2]],
  ['gelu', 'gelu', []],
  ['relu6', 'relu6', [6]],
  ['sigmoid', 'sigmoid', []],
  ['hardsigmoid', 'hardSigmoid', [1 / 6]],
  ['hardswish', 'hardSwish', []],
  ['silu', 'swish', [1]],
  ['quick_gelu', 'swish', [1.702]],
  ['tanh', 'tanh', []],
  ['softplus', 'softplus', [1]],
  ['mish', 'mish', []],
];

describe.each(AGAINST_TORCH)("PyTorch's %s", (name, id, parameters) => {
  it('has the same values and derivatives', () => {
    const found = activationNamed(id);
    const expected = torch.functions[name];
    for (const [at, x] of torch.points.entries()) {
      expect(found.value(x, parameters), `f(${x})`).toBeCloseTo(expected?.values[at] ?? NaN, 12);
      // PyTorch keeps hardsigmoid's 1/6 in single precision.
      expect(found.slope(x, parameters), `f'(${x})`).toBeCloseTo(expected?.derivatives[at] ?? NaN, 8);
    }
  });
});

/** The usual parameters, and others in their range. */
function settings({ parameters }: ActivationFunction): (readonly number[])[] {
  return parameters.length === 0
    ? [[]]
    : [
        parameters.map(({ initial }) => initial),
        parameters.map(({ max }) => max),
        parameters.map(({ min, max }) => min + 0.3 * (max - min)),
      ];
}

const CASES = ACTIVATIONS.flatMap((activation) =>
  settings(activation).map((parameters) => [activation.id, parameters, activation] as const),
);

describe.each(CASES)('%s %j', (_, parameters, activation) => {
  // None of them is a kink of any function.
  const points = [-9.3, -4.7, -2.71, -1.23, -0.777, -0.11, 0.13, 0.71, 1.37, 2.83, 5.21, 9.1];

  it('has the derivative that finite differences give', () => {
    const h = 1e-5;
    for (const x of points) {
      const numeric = (activation.value(x + h, parameters) - activation.value(x - h, parameters)) / (2 * h);
      expect(activation.slope(x, parameters), `f'(${x})`).toBeCloseTo(numeric, 6);
    }
  });

  it('has the range, the monotony and the saturation that it is said to have', () => {
    const { range, monotone, saturates } = activation.properties(parameters);
    const xs = Array.from({ length: 4001 }, (__, at) => (at - 2000) / 20);
    const values = xs.map((x) => activation.value(x, parameters));
    const [low = NaN, high = NaN] = bounds(range);
    for (const value of values) {
      expect(value).toBeGreaterThanOrEqual(low - 1e-3);
      expect(value).toBeLessThanOrEqual(high + 1e-3);
    }
    // The range is no wider than it has to be.
    expect(Math.min(...values)).toBeLessThan(Number.isFinite(low) ? low + 0.01 : -0.5);
    const falls = values.some((value, at) => value < (values[at - 1] ?? -Infinity) - 1e-12);
    const rises = values.some((value, at) => value > (values[at - 1] ?? Infinity) + 1e-12);
    expect(falls && rises).toBe(!monotone);
    const flat = (x: number): boolean => Math.abs(activation.slope(x, parameters)) < 1e-2;
    expect([flat(-99), flat(99)]).toEqual([
      saturates === 'left' || saturates === 'both',
      saturates === 'right' || saturates === 'both',
    ]);
  });

  it('is centred on zero for standard normal inputs exactly where it is said to be', () => {
    let [mean, square, weights] = [0, 0, 0];
    for (let x = -8; x <= 8; x += 0.001) {
      const weight = Math.exp((-x * x) / 2);
      const value = activation.value(x, parameters);
      mean += value * weight;
      square += value * value * weight;
      weights += weight;
    }
    const relative = Math.abs(mean / weights) / Math.sqrt(square / weights);
    expect(relative < 0.01).toBe(activation.properties(parameters).zeroCentred);
  });

  it('is computed by its ONNX nodes', async () => {
    const graph = graphOf({
      inputs: { x: [points.length] },
      nodes: [{ opType: 'Relu', inputs: ['x'], name: 'layer', outputs: ['out'] }],
    });
    const [node] = graph.nodes;
    expect(node).toBeDefined();
    const swapped = node && withActivation(graph, 13, node, activation, parameters);
    const model = encodeModel({
      graph: swapped ?? graph,
      opsets: new Map([['', 13]]),
      irVersion: 8,
      folder: '',
    });
    const { out } = await runModel(model, { x: floatTensor([points.length], points) });
    for (const [at, x] of points.entries()) {
      const expected = activation.value(x, parameters);
      expect(Math.abs(Number(out?.data[at]) - expected), `f(${x})`).toBeLessThan(
        2e-6 * Math.max(1, Math.abs(expected)),
      );
    }
  });
});

/** `[−⅜, ∞)` as numbers. */
function bounds(range: string): number[] {
  return range
    .slice(1, -1)
    .split(', ')
    .map((text) => Number(text.replace('−', '-').replace('∞', 'Infinity').replace('⅜', '0.375')));
}

describe('the error function', () => {
  it('has the values of the tables', () => {
    // Abramowitz & Stegun, table 7.1.
    for (const [x, y] of [
      [0, 0],
      [0.5, 0.5204998778],
      [1, 0.8427007929],
      [2, 0.995322265],
      [3.5, 0.9999992569],
      [7, 1],
    ] as const) {
      expect(erf(x)).toBeCloseTo(y, 9);
      expect(erf(-x)).toBeCloseTo(-y, 9);
    }
  });
});

describe('the function of a node', () => {
  const of = (
    opType: string,
    attributes = {},
    constants: ReturnType<typeof constant>[] = [],
  ): [string, readonly number[]] | undefined => {
    const graph = graphOf({
      inputs: { x: [1, 2, 2, 2] },
      constants,
      nodes: [{ opType, inputs: ['x', ...constants.map(({ name }) => name)], attributes }],
    });
    const [node] = graph.nodes;
    const found = node && activationOf(node, infer(graph));
    return found && [found.activation.id, found.parameters];
  };

  it('is found with its parameters', () => {
    expect(of('Relu')).toEqual(['relu', []]);
    expect(of('LeakyRelu', { alpha: float(0.125) })).toEqual(['leakyRelu', [0.125]]);
    expect(of('Swish', { alpha: float(1.5) })).toEqual(['swish', [1.5]]);
    const slopes = constant('slopes', 'float32', [2, 1, 1], [0.25, 0.75]);
    expect(of('PRelu', {}, [slopes])).toEqual(['pRelu', [0.5]]);
    const bounds6 = [constant('low', 'float32', [], [0]), constant('high', 'float32', [], [6])];
    expect(of('Clip', {}, bounds6)).toEqual(['relu6', [6]]);
  });

  it('is none for what bends otherwise', () => {
    expect(of('Softmax')).toBeUndefined();
    expect(of('Clip', {}, [constant('low', 'float32', [], [-1])])).toBeUndefined();
  });

  it('is refused by name where there is none', () => {
    expect(() => activationNamed('relux')).toThrow(UserError);
  });
});

describe('a stack of layers', () => {
  const decay = (id: string, gain: number, depth = 20): Float64Array => {
    const activation = activationNamed(id);
    return gradientDecay(activation, initialParameters(activation), { depth, gain });
  };

  it('keeps the gradient of linear layers of gain 1, and of rectifiers of gain √2', () => {
    for (const left of [decay('linear', 1).at(-1), decay('relu', Math.SQRT2).at(-1)]) {
      expect(left).toBeGreaterThan(0.6);
      expect(left).toBeLessThan(1.6);
    }
  });

  it('halves the square of the gradient in each rectifier of gain 1', () => {
    // E[f'^2] = 1/2 for inputs that are positive half of the time.
    const left = decay('relu', 1, 10);
    expect(left[0]).toBe(1);
    expect((left[10] ?? 0) * 2 ** 5).toBeGreaterThan(0.6);
    expect((left[10] ?? 0) * 2 ** 5).toBeLessThan(1.6);
  });

  it('loses it behind sigmoids, by no less than their largest derivative', () => {
    const left = decay('sigmoid', 1, 10);
    for (const [layers, share] of left.entries()) {
      // Weights of gain 1 may stretch a direction by up to 2, on the average by 1.
      expect(share).toBeLessThanOrEqual(0.25 ** layers * 1.6 + 1e-12);
    }
    expect(decay('heaviside', 1, 3).at(-1)).toBe(0);
  });

  it('is the same every time', () => {
    expect([...decay('tanh', 1)]).toEqual([...decay('tanh', 1)]);
  });
});

describe('the largest derivative', () => {
  it.each([
    ['sigmoid', 0.25],
    ['tanh', 1],
    ['relu', 1],
    ['heaviside', 0],
    // GELU's is 1.1290, at √2.
    ['gelu', 0.5 * (1 + erf(1)) + (Math.SQRT2 * Math.exp(-1)) / Math.sqrt(2 * Math.PI)],
  ])('of %s is known', (id, expected) => {
    const activation = activationNamed(id);
    expect(largestSlope(activation, initialParameters(activation))).toBeCloseTo(expected, 5);
  });
});
