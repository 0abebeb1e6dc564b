/** Activation functions made of exponentials: sigmoid and tanh, the exponential units, and the smooth gates. */

import { sigmoid, softplusOf } from './activation.js';
import type { ActivationFunction } from './activation.js';
import { erf } from './errorFunction.js';
import { single, step } from './nodes.js';

const logistic: ActivationFunction = {
  id: 'sigmoid',
  name: 'Sigmoid',
  formula: 'σ(x) = 1 / (1 + e⁻ˣ)',
  derivative: 'σ(x)·(1 − σ(x)), at most ¼',
  source: 'Rumelhart, Hinton & Williams 1986',
  parameters: [],
  value: sigmoid,
  slope: (x) => sigmoid(x) * (1 - sigmoid(x)),
  properties: () => ({
    range: '(0, 1)',
    monotone: true,
    zeroCentred: false,
    saturates: 'both',
    cost: 'one exponential, one division',
  }),
  nodes: () => single('Sigmoid'),
};

const tanh: ActivationFunction = {
  id: 'tanh',
  name: 'tanh',
  formula: 'tanh(x) = (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ)',
  derivative: '1 − tanh²(x)',
  source: 'LeCun et al. 1998',
  parameters: [],
  value: Math.tanh,
  slope: (x) => 1 - Math.tanh(x) ** 2,
  properties: () => ({
    range: '(−1, 1)',
    monotone: true,
    zeroCentred: true,
    saturates: 'both',
    cost: 'one exponential, one division',
  }),
  nodes: () => single('Tanh'),
};

const elu: ActivationFunction = {
  id: 'elu',
  name: 'ELU',
  formula: 'x for x > 0, else α·(eˣ − 1)',
  derivative: '1 for x > 0, else α·eˣ',
  source: 'Clevert, Unterthiner & Hochreiter 2016',
  parameters: [{ symbol: 'α', initial: 1, min: 0, max: 3, step: 0.05 }],
  value: (x, [a = 1]) => (x > 0 ? x : a * Math.expm1(x)),
  slope: (x, [a = 1]) => (x > 0 ? 1 : a * Math.exp(x)),
  properties: ([a = 1]) => ({
    range: a === 0 ? '[0, ∞)' : `(−${short(a)}, ∞)`,
    monotone: true,
    zeroCentred: false,
    saturates: 'left',
    cost: 'one comparison, one exponential',
  }),
  nodes: ([a = 1]) => single('Elu', { alpha: a }),
};

/** Chosen so that mean 0 and variance 1 are a fixed point. */
const SELU_SCALE = 1.0507009873554805;
const SELU_ALPHA = 1.6732632423543772;

const selu: ActivationFunction = {
  id: 'selu',
  name: 'SELU',
  formula: 'λ·x for x > 0, else λ·α·(eˣ − 1); λ = 1.0507, α = 1.6733',
  derivative: 'λ for x > 0, else λ·α·eˣ',
  source: 'Klambauer et al. 2017',
  parameters: [],
  value: (x) => SELU_SCALE * (x > 0 ? x : SELU_ALPHA * Math.expm1(x)),
  slope: (x) => SELU_SCALE * (x > 0 ? 1 : SELU_ALPHA * Math.exp(x)),
  properties: () => ({
    range: '(−1.758, ∞)',
    monotone: true,
    zeroCentred: true,
    saturates: 'left',
    cost: 'one comparison, one exponential',
  }),
  nodes: () => single('Selu', { alpha: SELU_ALPHA, gamma: SELU_SCALE }),
};

const celu: ActivationFunction = {
  id: 'celu',
  name: 'CELU',
  formula: 'x for x > 0, else α·(e^(x/α) − 1)',
  derivative: '1 for x > 0, else e^(x/α)',
  source: 'Barron 2017',
  parameters: [{ symbol: 'α', initial: 1, min: 0.1, max: 3, step: 0.05 }],
  value: (x, [a = 1]) => (x > 0 ? x : a * Math.expm1(x / a)),
  slope: (x, [a = 1]) => (x > 0 ? 1 : Math.exp(x / a)),
  properties: ([a = 1]) => ({
    range: `(−${short(a)}, ∞)`,
    monotone: true,
    zeroCentred: false,
    saturates: 'left',
    cost: 'one comparison, one exponential',
  }),
  // α·ELU(x/α): in operator sets before Celu too.
  nodes: ([a = 1]) => [
    step('Div', ['x', a], 'scaled'),
    step('Elu', ['scaled'], 'bent', 6),
    step('Mul', ['bent', a], 'y'),
  ],
};

const softplus: ActivationFunction = {
  id: 'softplus',
  name: 'Softplus',
  formula: 'ln(1 + e^(β·x)) / β',
  derivative: 'σ(β·x)',
  source: 'Dugas et al. 2001',
  parameters: [{ symbol: 'β', initial: 1, min: 0.1, max: 10, step: 0.1 }],
  value: (x, [b = 1]) => softplusOf(b * x) / b,
  slope: (x, [b = 1]) => sigmoid(b * x),
  properties: () => ({
    range: '(0, ∞)',
    monotone: true,
    zeroCentred: false,
    saturates: 'left',
    cost: 'one exponential, one logarithm',
  }),
  nodes: ([b = 1]) =>
    b === 1
      ? single('Softplus')
      : [
          step('Mul', ['x', b], 'scaled'),
          step('Softplus', ['scaled'], 'bent', 6),
          step('Div', ['bent', b], 'y'),
        ],
};

const swish: ActivationFunction = {
  id: 'swish',
  name: 'Swish (SiLU)',
  formula: 'x·σ(β·x)',
  derivative: 'σ(β·x) + β·x·σ(β·x)·(1 − σ(β·x))',
  source: 'Elfwing, Uchibe & Doya 2018; Ramachandran, Zoph & Le 2017',
  parameters: [{ symbol: 'β', initial: 1, min: 0, max: 10, step: 0.1 }],
  value: (x, [b = 1]) => x * sigmoid(b * x),
  slope: (x, [b = 1]) => sigmoid(b * x) * (1 + b * x * (1 - sigmoid(b * x))),
  properties: ([b = 1]) => ({
    // The smallest value of x·σ(x) is -0.2785, at -1.2785.
    range: b === 0 ? '(−∞, ∞)' : `[−${short(0.27846454 / b)}, ∞)`,
    monotone: b === 0,
    zeroCentred: b === 0,
    saturates: b === 0 ? 'never' : 'left',
    cost: 'one exponential, one division, one product',
  }),
  nodes: ([b = 1]) => [
    step('Mul', ['x', b], 'scaled'),
    step('Sigmoid', ['scaled'], 'gate', 6),
    step('Mul', ['x', 'gate'], 'y'),
  ],
};

const gelu: ActivationFunction = {
  id: 'gelu',
  name: 'GELU',
  formula: 'x·Φ(x) = x·(1 + erf(x/√2)) / 2',
  derivative: 'Φ(x) + x·φ(x)',
  source: 'Hendrycks & Gimpel 2016',
  parameters: [],
  value: (x) => (x * (1 + erf(x * Math.SQRT1_2))) / 2,
  slope: (x) => (1 + erf(x * Math.SQRT1_2)) / 2 + (x * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI),
  properties: () => ({
    range: '[−0.17, ∞)',
    monotone: false,
    zeroCentred: false,
    saturates: 'left',
    cost: 'one error function, two products',
  }),
  nodes: () => [
    step('Mul', ['x', Math.SQRT1_2], 'scaled'),
    step('Erf', ['scaled'], 'erf', 9),
    step('Add', ['erf', 1], 'gate'),
    step('Mul', ['gate', 0.5], 'half'),
    step('Mul', ['x', 'half'], 'y'),
  ],
};

const mish: ActivationFunction = {
  id: 'mish',
  name: 'Mish',
  formula: 'x·tanh(ln(1 + eˣ))',
  derivative: 't + x·σ(x)·(1 − t²), t = tanh(ln(1 + eˣ))',
  source: 'Misra 2019',
  parameters: [],
  value: (x) => x * Math.tanh(softplusOf(x)),
  slope: (x) => {
    const t = Math.tanh(softplusOf(x));
    return t + x * sigmoid(x) * (1 - t * t);
  },
  properties: () => ({
    range: '[−0.3088, ∞)',
    monotone: false,
    zeroCentred: false,
    saturates: 'left',
    cost: 'two exponentials, one logarithm, one division',
  }),
  nodes: () => [
    step('Softplus', ['x'], 'softplus', 6),
    step('Tanh', ['softplus'], 'gate', 6),
    step('Mul', ['x', 'gate'], 'y'),
  ],
};

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

export const SMOOTH = { logistic, tanh, elu, selu, celu, softplus, swish, gelu, mish };
