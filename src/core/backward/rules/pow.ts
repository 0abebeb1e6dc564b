import { int } from '../../onnx/attributes.js';
import { codeOf } from '../../onnx/dataTypes.js';
import { elementwise } from '../signals.js';
import type { BackwardContext, OperatorRule, ValueName } from '../rule.js';

/** The exponent, which may be of an integer type. */
function exponent(c: BackwardContext): ValueName {
  const e = c.input(1);
  return c.inputType(1) === 'float32' ? e : c.emit('Cast', [e], { to: int(codeOf('float32')) });
}

/** s·e·x^(e-1), and 0 for e = 0 also where x = 0 makes x^(e-1) infinite. */
function toBase(c: BackwardContext, signal: ValueName): ValueName {
  const x = c.input(0);
  const values = c.constantInput(1) ?? [];
  const known = values.length === 1 ? values[0] : undefined;
  if (known === 2) {
    return c.emit('Mul', [signal, c.emit('Mul', [x, c.float(2)])]);
  }
  const e = exponent(c);
  const slope = c.emit('Mul', [e, c.emit('Pow', [x, c.emit('Sub', [e, c.float(1)])])]);
  const constant = c.emit('Equal', [e, c.float(0)]);
  return c.emit('Where', [constant, c.float(0), c.emit('Mul', [signal, slope])]);
}

/** s·y·ln(x), and 0 where x = 0 and e >= 0: there y is the same for every neighbouring exponent. */
function toExponent(c: BackwardContext, signal: ValueName): ValueName {
  const [x, e] = [c.input(0), exponent(c)];
  const flat = c.emit('And', [c.emit('Equal', [x, c.float(0)]), c.emit('GreaterOrEqual', [e, c.float(0)])]);
  const slope = c.emit('Mul', [c.output(), c.emit('Log', [x])]);
  return c.emit('Where', [flat, c.float(0), c.emit('Mul', [signal, slope])]);
}

/** Pow: y = x^e. */
export const rule: OperatorRule = {
  kind: 'shared',
  opType: 'Pow',
  domain: '',
  opsets: { min: 7 },
  saves: { inputs: [0, 1], outputs: [0] },
  backward: (c) =>
    elementwise(c, (signal, index) => (index === 0 ? toBase(c, signal) : toExponent(c, signal))),
};
