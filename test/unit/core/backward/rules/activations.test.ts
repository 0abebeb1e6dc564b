import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { RULES } from '../../../../../src/core/backward/registry.js';
import type { Method } from '../../../../../src/core/backward/rule.js';
import type { Tensor } from '../../../../../src/core/tensor.js';
import { expectClose } from '../expectClose.js';
import { backward, f32, float, forward, oneNode, signalsAt, string } from '../harness.js';
import type { Case, NodeSpec } from '../harness.js';

/** PyTorch's values and derivatives, by test/fixtures/activations/make_activations.py. */
const torch = JSON.parse(
  readFileSync(new URL('../../../../fixtures/activations/activations.json', import.meta.url), 'utf8'),
) as {
  points: number[];
  functions: Record<string, { values: number[]; derivatives: number[] }>;
};

interface Row extends Pick<NodeSpec, 'attributes' | 'domain'> {
  readonly opType: string;
  readonly constants?: Record<string, Tensor>;
  readonly opset?: number;
  readonly features: 'positive' | 'signed';
  /** Name of the function in the fixture. */
  readonly torch: string;
  /** The derivative in closed form. */
  readonly slope: (x: number) => number;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const swishSlope = (x: number, alpha: number): number => {
  const s = sigmoid(alpha * x);
  return s + alpha * x * s * (1 - s);
};
/** The error function by its Taylor series. */
const erf = (x: number): number => {
  let term = x;
  let sum = x;
  for (let n = 1; n < 200; n++) {
    term *= -(x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
};
const inside = (low: number, x: number, high: number): number => (low < x && x < high ? 1 : 0);
const geluSlope = (x: number): number =>
  0.5 * (1 + erf(x / Math.SQRT2)) + (x * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
const scalar = (value: number): Tensor => f32([], [value]);

const ROWS: readonly Row[] = [
  { opType: 'Relu', features: 'positive', torch: 'relu', slope: (x) => inside(0, x, Infinity) },
  {
    opType: 'LeakyRelu',
    attributes: { alpha: float(0.2) },
    features: 'positive',
    torch: 'leaky_relu',
    slope: (x) => (x > 0 ? 1 : 0.2),
  },
  {
    opType: 'PRelu',
    constants: { slope: f32([1], [0.25]) },
    features: 'positive',
    torch: 'prelu',
    slope: (x) => (x > 0 ? 1 : 0.25),
  },
  { opType: 'Elu', features: 'positive', torch: 'elu', slope: (x) => Math.exp(Math.min(x, 0)) },
  {
    opType: 'Elu',
    attributes: { alpha: float(1.5) },
    features: 'positive',
    torch: 'elu_1.5',
    slope: (x) => (x > 0 ? 1 : 1.5 * Math.exp(x)),
  },
  {
    opType: 'Selu',
    features: 'positive',
    torch: 'selu',
    slope: (x) => 1.0507009873554805 * (x > 0 ? 1 : 1.6732632423543772 * Math.exp(x)),
  },
  {
    opType: 'Celu',
    attributes: { alpha: float(2) },
    features: 'positive',
    torch: 'celu_2',
    slope: (x) => Math.exp(Math.min(x / 2, 0)),
  },
  { opType: 'Gelu', opset: 20, features: 'positive', torch: 'gelu', slope: geluSlope },
  { opType: 'Gelu', domain: 'com.microsoft', features: 'positive', torch: 'gelu', slope: geluSlope },
  {
    opType: 'Gelu',
    opset: 20,
    attributes: { approximate: string('tanh') },
    features: 'positive',
    torch: 'gelu_tanh',
    slope: (x) => {
      const t = Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3));
      const inner = Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x * x);
      return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * inner;
    },
  },
  {
    opType: 'Clip',
    opset: 10,
    attributes: { min: float(0), max: float(6) },
    features: 'positive',
    torch: 'relu6',
    slope: (x) => inside(0, x, 6),
  },
  {
    opType: 'Clip',
    constants: { low: scalar(0), high: scalar(6) },
    features: 'positive',
    torch: 'relu6',
    slope: (x) => inside(0, x, 6),
  },
  {
    opType: 'Clip',
    constants: { low: scalar(0) },
    features: 'positive',
    torch: 'relu',
    slope: (x) => inside(0, x, Infinity),
  },
  {
    opType: 'Clip',
    constants: { low: scalar(-1), high: scalar(1) },
    features: 'signed',
    torch: 'hardtanh',
    slope: (x) => inside(-1, x, 1),
  },
  { opType: 'Sigmoid', features: 'positive', torch: 'sigmoid', slope: (x) => sigmoid(x) * sigmoid(-x) },
  {
    opType: 'HardSigmoid',
    attributes: { alpha: float(1 / 6), beta: float(0.5) },
    features: 'positive',
    torch: 'hardsigmoid',
    slope: (x) => inside(-3, x, 3) / 6,
  },
  {
    opType: 'HardSwish',
    features: 'positive',
    torch: 'hardswish',
    slope: (x) => (x <= -3 ? 0 : x < 3 ? x / 3 + 0.5 : 1),
  },
  { opType: 'Swish', opset: 24, features: 'positive', torch: 'silu', slope: (x) => swishSlope(x, 1) },
  {
    opType: 'QuickGelu',
    domain: 'com.microsoft',
    features: 'positive',
    torch: 'quick_gelu',
    slope: (x) => swishSlope(x, 1.702),
  },
  { opType: 'Tanh', features: 'signed', torch: 'tanh', slope: (x) => 1 / Math.cosh(x) ** 2 },
  { opType: 'Softplus', features: 'positive', torch: 'softplus', slope: sigmoid },
  { opType: 'Softsign', features: 'signed', torch: 'softsign', slope: (x) => (1 + Math.abs(x)) ** -2 },
  {
    opType: 'Mish',
    opset: 18,
    features: 'positive',
    torch: 'mish',
    slope: (x) => {
      const t = Math.tanh(Math.log1p(Math.exp(x)));
      return t + x * sigmoid(x) * (1 - t * t);
    },
  },
  {
    opType: 'ThresholdedRelu',
    features: 'positive',
    torch: 'threshold_1',
    slope: (x) => inside(1, x, Infinity),
  },
];

const { points } = torch;
/** Every point meets a positive and a negative signal. */
const SIGNALS = [
  ...points.map((_, i) => (i % 2 === 0 ? 2 : -1.5)),
  ...points.map((_, i) => (i % 2 ? 2 : -1.5)),
];

/** What arrives at x, given the derivative at each point. */
function expected(method: Method, features: Row['features'], slopes: readonly number[]): number[] {
  return SIGNALS.map((signal, i) => {
    const slope = slopes[i % points.length] ?? NaN;
    const rectified = features === 'positive' ? Math.max(signal, 0) : signal;
    return { gradient: signal * slope, deconvnet: rectified, guided: rectified * slope }[method];
  });
}

function caseOf({ opType, attributes, domain, constants = {}, opset }: Row): Case {
  return {
    nodes: [
      {
        opType,
        inputs: ['x', ...Object.keys(constants)],
        ...(attributes && { attributes }),
        ...(domain !== undefined && { domain }),
      },
    ],
    x: f32([2, points.length], [...points, ...points]),
    constants,
    ...(opset !== undefined && { opset }),
  };
}

describe.each(ROWS)('$opType $domain $attributes ($torch)', (row) => {
  it('is the function of PyTorch that it is held against', async () => {
    const { data } = (await forward(caseOf(row))).values.get('y') ?? f32([0], []);
    const values = torch.functions[row.torch]?.values ?? [];
    expectClose(Float32Array.from(data as Float32Array), [...values, ...values]);
  });

  it.each<Method>(['gradient', 'deconvnet', 'guided'])(
    '%s is that of PyTorch and the closed form',
    async (method) => {
      const { data } = await backward({ ...caseOf(row), method }, f32([2, points.length], SIGNALS));
      expectClose(data, expected(method, row.features, torch.functions[row.torch]?.derivatives ?? []));
      expectClose(data, expected(method, row.features, points.map(row.slope)));
    },
  );
});

describe('activation rules', () => {
  it('are all in the table above', () => {
    const gated = RULES.filter(({ kind }) => kind === 'gated').map(
      ({ domain, opType }) => `${domain}.${opType}`,
    );
    const tested = ROWS.map(({ domain = '', opType }) => `${domain}.${opType}`);
    expect(new Set(tested)).toEqual(new Set(gated));
  });

  it('read no forward value in the deconvnet method', async () => {
    const x = f32([3], [NaN, NaN, NaN]);
    const { data } = await backward(
      { ...oneNode('Mish', x, { opset: 18 }), method: 'deconvnet' },
      f32([3], [-1, 0, 2]),
    );
    expect([...data]).toEqual([0, 0, 2]);
  });

  it('broadcast the slopes of PRelu over channels', async () => {
    const x = f32([1, 2, 2], [-1, 1, -1, 1]);
    const slope = f32([2, 1], [0.5, -3]);
    const { data } = await backward(
      oneNode('PRelu', x, { constants: { slope } }),
      f32([1, 2, 2], [1, 2, 3, 4]),
    );
    expect([...data]).toEqual([0.5, 2, -9, 4]);
  });

  it('take a Clip without min, whose features may be negative', async () => {
    const nodes = [{ opType: 'Clip', inputs: ['x', '', 'high'] }];
    const spec: Case = { nodes, x: f32([3], [-5, 1, 2]), constants: { high: scalar(2) } };
    const signal = f32([3], [-1, -2, -3]);
    expect([...(await backward(spec, signal)).data]).toEqual([-1, -2, 0]);
    expect([...(await backward({ ...spec, method: 'deconvnet' }, signal)).data]).toEqual([-1, -2, -3]);
  });

  it('give parameters their signal, in guided that of the rectified one, and none in the deconvnet', async () => {
    const nodes = [{ opType: 'PRelu', inputs: ['x', 'slope'] }];
    const spec: Case = {
      nodes,
      x: f32([2, 2], [-1, 2, -3, -4]),
      constants: { slope: f32([1], [0.5]) },
    };
    const y = f32([2, 2], [10, 20, -30, 40]);
    expect(await signalsAt(spec, { y }, ['slope'])).toEqual([f32([1], [-10 + 90 - 160])]);
    expect(await signalsAt({ ...spec, method: 'guided' }, { y }, ['slope'])).toEqual([f32([1], [-10 - 160])]);
    await expect(signalsAt({ ...spec, method: 'deconvnet' }, { y }, ['slope'])).rejects.toThrow(
      "node 'prelu0' (PRelu, opset 17): a signal is wanted at its input 1 ('slope')",
    );
  });

  it('give the bounds of a Clip what they keep from its input', async () => {
    const constants = { low: scalar(-1), high: scalar(2) };
    const spec = oneNode('Clip', f32([4], [-5, 0, 3, 4]), { constants });
    const y = f32([4], [1, 10, 100, 1000]);
    expect(await signalsAt(spec, { y }, ['x', 'low', 'high'])).toEqual([
      f32([4], [0, 10, 0, 0]),
      scalar(1),
      scalar(1100),
    ]);
  });
});
