import { UserError } from '../../errors.js';
import { stringAttribute } from '../../onnx/attributes.js';
import { integers, wrapAxis } from '../axes.js';
import type { Shaped } from '../indexAdd.js';
import { indexAdd } from '../indexAdd.js';
import { toFirstInput, toInputs } from '../signals.js';
import type { BackwardContext, OperatorRule, ValueName } from '../rule.js';

/** Pads before and after each axis of the input. */
function padsOf(c: BackwardContext): readonly (readonly [number, number])[] {
  const rank = c.inputShape(0).length;
  const pads = integers(c, 'pads', 1) ?? [];
  const axes = (integers(c, 'axes', 3) ?? [...c.inputShape(0).keys()]).map((axis) => wrapAxis(axis, rank));
  return c.inputShape(0).map((_, axis) => {
    const i = axes.indexOf(axis);
    return i < 0 ? [0, 0] : [pads[i] ?? 0, pads[axes.length + i] ?? 0];
  });
}

/** Where mode `mode` reads the element `offset` places from the start of an axis of `size` elements. */
function source(c: BackwardContext, mode: string, offset: number, size: number): number {
  switch (mode) {
    case 'edge':
      return Math.min(Math.max(offset, 0), size - 1);
    case 'wrap':
      return ((offset % size) + size) % size;
    case 'reflect': {
      const period = Math.max(2 * (size - 1), 1);
      const phase = ((offset % period) + period) % period;
      return Math.min(phase, period - phase) % size;
    }
    default:
      throw new UserError(
        `node '${c.node.name}' (Pad): mode '${mode}' cannot be projected; ` +
          'constant, reflect, edge and wrap can',
      );
  }
}

/** A constant pad is undone by the opposite pad; negative pads crop. */
function undoConstant(c: BackwardContext, signal: ValueName): ValueName {
  const pads = padsOf(c);
  const opposite = [...pads.map(([before]) => -before), ...pads.map(([, after]) => -after)];
  return c.emit('Pad', [signal, c.int64(opposite.map((pad) => pad + 0))]);
}

/** Elements that were copied into the border collect the border's signal. */
function undoCopies(c: BackwardContext, signal: ValueName, mode: string): ValueName {
  let shaped: Shaped = { value: signal, shape: c.outputShape() };
  for (const [axis, [before, after]] of padsOf(c).entries()) {
    if (before !== 0 || after !== 0) {
      const size = c.inputShape(0)[axis] ?? 1;
      const positions = Array.from({ length: shaped.shape[axis] ?? 1 }, (_, p) =>
        source(c, mode, p - before, size),
      );
      shaped = indexAdd(c, shaped, axis, positions, size);
    }
  }
  return shaped.value;
}

/** The value of a constant pad collects the border's signal. */
function toPaddingValue(c: BackwardContext, signal: ValueName): ValueName {
  const pads = padsOf(c);
  const inner = c.emit('Expand', [c.float(0), c.int64(c.inputShape(0))]);
  const amounts = [...pads.map(([before]) => before), ...pads.map(([, after]) => after)];
  const border = c.emit('Pad', [inner, c.int64(amounts), c.float(1)]);
  return c.unbroadcast(c.emit('Mul', [signal, border]), c.outputShape(), c.inputShape(2));
}

/** Pad: the padding's signal goes to the padding's value (constant) or is added where the padding was copied from. */
export const rule: OperatorRule = {
  kind: 'shared',
  opType: 'Pad',
  domain: '',
  opsets: { min: 2 },
  saves: {},
  backward: (c) => {
    const mode = stringAttribute(c.node, 'mode') ?? 'constant';
    if (mode !== 'constant') {
      return toFirstInput(c, (signal) => undoCopies(c, signal, mode));
    }
    return toInputs(c, { 0: (signal) => undoConstant(c, signal), 2: (signal) => toPaddingValue(c, signal) });
  },
};
