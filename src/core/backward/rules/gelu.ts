import { stringAttribute } from '../../onnx/attributes.js';
import type { Activation } from '../gate.js';
import { activation } from '../gate.js';
import type { BackwardContext, ValueName } from '../rule.js';

/** Coefficients of Gelu's tanh approximation (Hendrycks & Gimpel 2016): u = scale·(x + cubic·x³). */
const CUBIC = 0.044715;
const SCALE = Math.sqrt(2 / Math.PI);

/** y = x·Φ(x), y' = Φ(x) + x·φ(x), where Φ(x) = (1 + erf(x/√2)) / 2 and φ(x) = exp(-x²/2) / √(2π). */
function exactSlope(c: BackwardContext, x: ValueName): ValueName {
  const erf = c.emit('Erf', [c.emit('Mul', [x, c.float(Math.SQRT1_2)])]);
  const cdf = c.emit('Mul', [c.emit('Add', [erf, c.float(1)]), c.float(0.5)]);
  const square = c.emit('Mul', [x, x]);
  const bell = c.emit('Exp', [c.emit('Mul', [square, c.float(-0.5)])]);
  const pdf = c.emit('Mul', [bell, c.float(1 / Math.sqrt(2 * Math.PI))]);
  return c.emit('Add', [cdf, c.emit('Mul', [x, pdf])]);
}

/** y = x·(1 + t) / 2 with t = tanh(u), y' = (1 + t) / 2 + x·(1 - t²)·u' / 2. */
function tanhSlope(c: BackwardContext, x: ValueName): ValueName {
  const square = c.emit('Mul', [x, x]);
  const factor = c.emit('Add', [c.emit('Mul', [square, c.float(SCALE * CUBIC)]), c.float(SCALE)]);
  const t = c.emit('Tanh', [c.emit('Mul', [x, factor])]);
  const innerSlope = c.emit('Add', [c.emit('Mul', [square, c.float(3 * SCALE * CUBIC)]), c.float(SCALE)]);
  const tanhSlopeAtU = c.emit('Sub', [c.float(1), c.emit('Mul', [t, t])]);
  const right = c.emit('Mul', [x, c.emit('Mul', [tanhSlopeAtU, innerSlope])]);
  return c.emit('Mul', [c.emit('Add', [c.emit('Add', [t, c.float(1)]), right]), c.float(0.5)]);
}

const gelu: Omit<Activation, 'domain' | 'opsets'> = {
  opType: 'Gelu',
  saves: { inputs: [0] },
  features: 'positive',
  differentiate: (c, signal) => {
    const slope = stringAttribute(c.node, 'approximate') === 'tanh' ? tanhSlope : exactSlope;
    return c.emit('Mul', [signal, slope(c, c.input(0))]);
  },
};

/** Gelu of ONNX (and the composite of primitive operators) and of onnxruntime's own operator set. */
export const rules = [
  activation({ ...gelu, domain: '', opsets: { min: 20 } }),
  activation({ ...gelu, domain: 'com.microsoft', opsets: { min: 1 } }),
];
