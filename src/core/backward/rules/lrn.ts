import { floatAttribute, intAttribute } from '../../onnx/attributes.js';
import { toFirstInput } from '../signals.js';
import type { BackwardContext, OperatorRule, ValueName } from '../rule.js';

/**
 * LRN (Krizhevsky et al. 2012, section 3.3): y = x·n^-beta with n = bias + alpha/size·W(x²), where W sums over a
 * window of `size` channels, of which
 * (size - 1) / 2, rounded down, lie in front; a composite says so in `before`, PyTorch has even windows otherwise.
 * Its gradient is s·n^-beta - 2·alpha·beta/size·x·W'(s·x·n^(-beta-1)), where W' sums over the mirrored window.
 */
export const rule: OperatorRule = {
  kind: 'normalization',
  opType: 'LRN',
  domain: '',
  opsets: { min: 1 },
  saves: { inputs: [0] },
  gradient: (c) => toFirstInput(c, (signal) => differentiate(c, signal)),
};

function differentiate(c: BackwardContext, signal: ValueName): ValueName {
  const alpha = floatAttribute(c.node, 'alpha') ?? 1e-4;
  const beta = floatAttribute(c.node, 'beta') ?? 0.75;
  const bias = floatAttribute(c.node, 'bias') ?? 1;
  const size = intAttribute(c.node, 'size') ?? 1;
  const before = intAttribute(c.node, 'before') ?? Math.floor((size - 1) / 2);
  const after = size - 1 - before;

  const x = c.input(0);
  const energy = windowSum(c, c.emit('Mul', [x, x]), before, after);
  const n = c.emit('Add', [c.emit('Mul', [energy, c.float(alpha / size)]), c.float(bias)]);
  const direct = c.emit('Mul', [signal, c.emit('Pow', [n, c.float(-beta)])]);
  const shared = windowSum(c, c.emit('Div', [c.emit('Mul', [direct, x]), n]), after, before);
  const through = c.emit('Mul', [c.emit('Mul', [x, shared]), c.float((2 * alpha * beta) / size)]);
  return c.emit('Sub', [direct, through]);
}

/**
 * The sum of each channel and its neighbours, `before` in front of it and `after` behind: shifted copies added
 * up, which onnxruntime does several times faster than a pool over the channel axis.
 */
function windowSum(c: BackwardContext, value: ValueName, before: number, after: number): ValueName {
  const shape = c.inputShape(0);
  const channels = shape[1] ?? 1;
  const pads = [before, after].flatMap((count) => shape.map((_, axis) => (axis === 1 ? count : 0)));
  const padded = c.emit('Pad', [value, c.int64(pads)]);
  const axis = c.int64([1]);
  const shifted = Array.from({ length: before + after + 1 }, (_, start) =>
    c.emit('Slice', [padded, c.int64([start]), c.int64([start + channels]), axis]),
  );
  return c.emit('Sum', shifted);
}
