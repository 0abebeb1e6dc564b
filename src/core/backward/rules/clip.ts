import { floatAttribute } from '../../onnx/attributes.js';
import { knownInput } from '../axes.js';
import { activation, mask } from '../gate.js';
import type { BackwardContext, ValueName } from '../rule.js';

/** The bound is an attribute before opset 11 and an optional input since. */
function bound(c: BackwardContext, attribute: 'min' | 'max'): ValueName | undefined {
  const index = attribute === 'min' ? 1 : 2;
  const value = c.opset < 11 ? floatAttribute(c.node, attribute) : undefined;
  if (value !== undefined) {
    return c.float(value);
  }
  return c.hasInput(index) ? c.input(index) : undefined;
}

/**
 * The value of the lower bound, which decides what the features are.
 * @throws UserError when it is computed at run time
 */
function lowest(c: BackwardContext): number | undefined {
  const value = c.opset < 11 ? floatAttribute(c.node, 'min') : undefined;
  return value ?? (c.hasInput(1) ? knownInput(c, 1)[0] : undefined);
}

/** True where the signal passes the bound. */
function inside(c: BackwardContext, attribute: 'min' | 'max'): ValueName | undefined {
  const value = bound(c, attribute);
  return value && c.emit(attribute === 'min' ? 'Greater' : 'Less', [c.output(), value]);
}

/** The signal that a bound keeps from x is its own. */
const toBound =
  (attribute: 'min' | 'max') =>
  (c: BackwardContext, signal: ValueName): ValueName =>
    c.emit('Where', [inside(c, attribute), c.float(0), signal]);

/** Clip: y = min(max(x, min), max), y' = 1 where min < y < max, else 0: ReLU6 and hardtanh among them. */
export const rule = activation({
  opType: 'Clip',
  domain: '',
  opsets: { min: 6 },
  saves: { inputs: [1, 2], outputs: [0] },
  features: (c) => ((lowest(c) ?? -Infinity) >= 0 ? 'positive' : 'signed'),
  differentiate: (c, signal) =>
    (['min', 'max'] as const).reduce((passed, attribute) => {
      const open = inside(c, attribute);
      return open === undefined ? passed : mask(c, open, passed);
    }, signal),
  parameters: [toBound('min'), toBound('max')],
});
