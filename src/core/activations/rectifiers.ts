/** Activation functions made of straight lines: the step, the identity, the rectifiers and the hard variants. */

import type { ActivationFunction } from './activation.js';
import { single, step, toFloat } from './nodes.js';

const inside = (low: number, x: number, high: number): boolean => low < x && x < high;

const heaviside: ActivationFunction = {
  id: 'heaviside',
  name: 'Heaviside step',
  formula: '1 for x > 0, else 0',
  derivative: '0',
  source: 'McCulloch & Pitts 1943',
  parameters: [],
  value: (x) => (x > 0 ? 1 : 0),
  slope: () => 0,
  properties: () => ({
    range: '{0, 1}',
    monotone: true,
    zeroCentred: false,
    saturates: 'both',
    cost: 'one comparison',
  }),
  nodes: () => [step('Greater', ['x', 0], 'positive'), toFloat('positive', 'y')],
};

const linear: ActivationFunction = {
  id: 'linear',
  name: 'Linear',
  formula: 'a·x',
  derivative: 'a',
  source: 'no activation function',
  parameters: [{ symbol: 'a', initial: 1, min: -2, max: 2, step: 0.05 }],
  value: (x, [a = 1]) => a * x,
  slope: (_, [a = 1]) => a,
  properties: ([a = 1]) => ({
    range: a === 0 ? '{0}' : '(−∞, ∞)',
    monotone: true,
    zeroCentred: true,
    saturates: a === 0 ? 'both' : 'never',
    cost: a === 1 ? 'none' : 'one product',
  }),
  nodes: ([a = 1]) => [step('Mul', ['x', a], 'y')],
};

const relu: ActivationFunction = {
  id: 'relu',
  name: 'ReLU',
  formula: 'max(0, x)',
  derivative: '1 for x > 0, else 0',
  source: 'Nair & Hinton 2010',
  parameters: [],
  value: (x) => Math.max(0, x),
  slope: (x) => (x > 0 ? 1 : 0),
  properties: () => ({
    range: '[0, ∞)',
    monotone: true,
    zeroCentred: false,
    saturates: 'left',
    cost: 'one comparison',
  }),
  nodes: () => single('Relu'),
};

/** x above zero, a·x below. */
function leaky(a: number): Pick<ActivationFunction, 'value' | 'slope' | 'properties'> {
  return {
    value: (x, [slope = a]) => (x > 0 ? x : slope * x),
    slope: (x, [slope = a]) => (x > 0 ? 1 : slope),
    properties: ([slope = a]) => ({
      range: slope > 0 ? '(−∞, ∞)' : '[0, ∞)',
      monotone: slope >= 0,
      zeroCentred: slope === 1,
      saturates: slope === 0 ? 'left' : 'never',
      cost: 'one comparison, one product',
    }),
  };
}

const leakyRelu: ActivationFunction = {
  id: 'leakyRelu',
  name: 'Leaky ReLU',
  formula: 'x for x > 0, else α·x',
  derivative: '1 for x > 0, else α',
  source: 'Maas, Hannun & Ng 2013',
  parameters: [{ symbol: 'α', initial: 0.01, min: 0, max: 1, step: 0.01 }],
  ...leaky(0.01),
  nodes: ([a = 0.01]) => single('LeakyRelu', { alpha: a }),
};

const pRelu: ActivationFunction = {
  id: 'pRelu',
  name: 'PReLU',
  formula: 'x for x > 0, else a·x, a learned',
  derivative: '1 for x > 0, else a',
  source: 'He et al. 2015',
  parameters: [{ symbol: 'a', initial: 0.25, min: -1, max: 1, step: 0.01 }],
  ...leaky(0.25),
  nodes: ([a = 0.25]) => single('LeakyRelu', { alpha: a }),
};

const relu6: ActivationFunction = {
  id: 'relu6',
  name: 'Clipped ReLU (ReLU6)',
  formula: 'min(max(0, x), c)',
  derivative: '1 for 0 < x < c, else 0',
  source: 'Krizhevsky 2010',
  parameters: [{ symbol: 'c', initial: 6, min: 0.5, max: 20, step: 0.5 }],
  value: (x, [c = 6]) => Math.min(Math.max(0, x), c),
  slope: (x, [c = 6]) => (inside(0, x, c) ? 1 : 0),
  properties: ([c = 6]) => ({
    range: `[0, ${c}]`,
    monotone: true,
    zeroCentred: false,
    saturates: 'both',
    cost: 'two comparisons',
  }),
  // HardSigmoid is in every operator set with one spelling; Clip's bounds have been attributes and inputs.
  nodes: ([c = 6]) => [
    {
      ...step('HardSigmoid', ['x'], 'share', 6),
      attributes: single('', { alpha: 1 / c, beta: 0 })[0]?.attributes ?? {},
    },
    step('Mul', ['share', c], 'y'),
  ],
};

const hardSigmoid: ActivationFunction = {
  id: 'hardSigmoid',
  name: 'Hard sigmoid',
  formula: 'min(max(0, α·x + ½), 1)',
  derivative: 'α for 0 < f(x) < 1, else 0',
  source: 'Courbariaux, Bengio & David 2015',
  parameters: [{ symbol: 'α', initial: 1 / 6, min: 0.05, max: 1, step: 0.01 }],
  value: (x, [a = 1 / 6]) => Math.min(Math.max(0, a * x + 0.5), 1),
  slope: (x, [a = 1 / 6]) => (inside(-0.5, a * x, 0.5) ? a : 0),
  properties: () => ({
    range: '[0, 1]',
    monotone: true,
    zeroCentred: false,
    saturates: 'both',
    cost: 'two comparisons, one product, one sum',
  }),
  nodes: ([a = 1 / 6]) => single('HardSigmoid', { alpha: a, beta: 0.5 }),
};

const hardSwish: ActivationFunction = {
  id: 'hardSwish',
  name: 'Hard swish',
  formula: 'x·min(max(0, x/6 + ½), 1)',
  derivative: '0 for x < −3, 1 for x > 3, between x/3 + ½',
  source: 'Howard et al. 2019',
  parameters: [],
  value: (x) => x * Math.min(Math.max(0, x / 6 + 0.5), 1),
  slope: (x) => (x <= -3 ? 0 : x >= 3 ? 1 : x / 3 + 0.5),
  properties: () => ({
    range: '[−⅜, ∞)',
    monotone: false,
    zeroCentred: false,
    saturates: 'left',
    cost: 'two comparisons, two products, one sum',
  }),
  nodes: () => [
    {
      ...step('HardSigmoid', ['x'], 'gate', 6),
      attributes: single('', { alpha: 1 / 6, beta: 0.5 })[0]?.attributes ?? {},
    },
    step('Mul', ['x', 'gate'], 'y'),
  ],
};

export const RECTIFIERS = { heaviside, linear, relu, leakyRelu, pRelu, relu6, hardSigmoid, hardSwish };
