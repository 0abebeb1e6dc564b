import { floatAttribute } from '../../onnx/attributes.js';
import { activation } from '../gate.js';
import type { BackwardContext, ValueName } from '../rule.js';

/** signal·y' for y = x·σ(alpha·x): y' = σ·(1 + alpha·x·(1 - σ)), σ taken at alpha·x. */
export function differentiateSwish(c: BackwardContext, signal: ValueName, alpha: number): ValueName {
  const u = alpha === 1 ? c.input(0) : c.emit('Mul', [c.input(0), c.float(alpha)]);
  const sigmoid = c.emit('Sigmoid', [u]);
  const rest = c.emit('Mul', [u, c.emit('Sub', [c.float(1), sigmoid])]);
  const slope = c.emit('Mul', [sigmoid, c.emit('Add', [rest, c.float(1)])]);
  return c.emit('Mul', [signal, slope]);
}

/** Swish (SiLU): y = x·σ(alpha·x), alpha 1; ONNX's operator and the composite Mul(x, Sigmoid(x)). */
export const rule = activation({
  opType: 'Swish',
  domain: '',
  opsets: { min: 24 },
  saves: { inputs: [0] },
  features: 'positive',
  differentiate: (c, signal) => differentiateSwish(c, signal, floatAttribute(c.node, 'alpha') ?? 1),
});
