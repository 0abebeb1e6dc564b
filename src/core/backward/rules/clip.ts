import { floatAttribute } from '../../onnx/attributes.js';
import { activation, mask } from '../gate.js';
import type { BackwardContext, ValueName } from '../rule.js';

/** A bound of the clip and its value, if that is known without running. */
interface Bound {
  readonly value: number | undefined;
  readonly name: () => ValueName;
}

/** The bound is an attribute before opset 11 and an optional input since. */
function bound(c: BackwardContext, attribute: 'min' | 'max'): Bound | undefined {
  const index = attribute === 'min' ? 1 : 2;
  const value = c.opset < 11 ? floatAttribute(c.node, attribute) : undefined;
  if (value !== undefined) {
    return { value, name: () => c.float(value) };
  }
  return c.hasInput(index) ? { value: c.constantInput(index)?.[0], name: () => c.input(index) } : undefined;
}

/** Clip: y = min(max(x, min), max), y' = 1 where min < y < max, else 0: ReLU6 and hardtanh among them. */
export const rule = activation({
  opType: 'Clip',
  domain: '',
  opsets: { min: 6 },
  saves: { inputs: [1, 2], outputs: [0] },
  features: (c) => ((bound(c, 'min')?.value ?? -Infinity) >= 0 ? 'positive' : 'signed'),
  differentiate: (c, signal) => {
    const min = bound(c, 'min');
    const max = bound(c, 'max');
    const above = min && mask(c, c.emit('Greater', [c.output(), min.name()]), signal);
    return max === undefined
      ? (above ?? signal)
      : mask(c, c.emit('Less', [c.output(), max.name()]), above ?? signal);
  },
});
