/** Activation functions that exporters write as a product or a sum of simpler ones. */

import { float, floatAttribute, string } from '../attributes.js';
import type { Attribute, Node } from '../model.js';
import { besideScalar, near, operands, through } from './pattern.js';
import type { GraphView, Pattern } from './pattern.js';

const NONE: ReadonlyMap<string, Attribute> = new Map();

/** The first order of the anchor's operands (x, f(x)) for which `inner` finds x below f. */
function product(anchor: Node, inner: (factor: string, x: string) => boolean): string | undefined {
  return operands(anchor, 'Mul').find(([x, factor]) => inner(factor, x))?.[0];
}

/** Swish (SiLU): x * sigmoid(alpha * x); alpha 1.702 is the quick form of GELU. */
export const swish: Pattern = {
  opType: 'Swish',
  anchor: 'Mul',
  match(anchor, view) {
    for (const [x, gate] of operands(anchor, 'Mul')) {
      const inner = through(gate, 'Sigmoid', view);
      if (inner === x) {
        return { input: x, attributes: new Map([['alpha', float(1)]]) };
      }
      const pair =
        inner === undefined ? undefined : operands(view.producer(inner), 'Mul').find(([a]) => a === x);
      const alpha = pair && view.scalar(pair[1]);
      if (alpha !== undefined) {
        return { input: x, attributes: new Map([['alpha', float(alpha)]]) };
      }
    }
    return undefined;
  },
};

/** Mish: x * tanh(softplus(x)). */
export const mish: Pattern = {
  opType: 'Mish',
  anchor: 'Mul',
  match(anchor, view) {
    const input = product(
      anchor,
      (factor, x) => through(through(factor, 'Tanh', view) ?? '', 'Softplus', view) === x,
    );
    return input === undefined ? undefined : { input, attributes: NONE };
  },
};

/** HardSwish: x * HardSigmoid(x) with slope 1/6 and offset 1/2. */
export const hardSwish: Pattern = {
  opType: 'HardSwish',
  anchor: 'Mul',
  match(anchor, view) {
    const input = product(anchor, (factor, x) => {
      const gate = view.producer(factor);
      return (
        gate?.opType === 'HardSigmoid' &&
        gate.inputs[0] === x &&
        near(1 / 6)(floatAttribute(gate, 'alpha') ?? 0.2) &&
        near(0.5)(floatAttribute(gate, 'beta') ?? 0.5)
      );
    });
    return input === undefined ? undefined : { input, attributes: NONE };
  },
};

/** HardSwish as older exporters write it: x * clip(x + 3, 0, 6) / 6. */
export const hardSwishByClip: Pattern = {
  opType: 'HardSwish',
  anchor: 'Div',
  match(anchor, view) {
    const [dividend = '', divisor = ''] = anchor.inputs;
    const six = view.scalar(divisor);
    const factors = view.producer(dividend);
    if (six === undefined || !near(6)(six) || factors === undefined) {
      return undefined;
    }
    const input = product(factors, (factor, x) => {
      const clip = view.producer(factor);
      return (
        clip?.opType === 'Clip' &&
        clipBound(clip, 1, 'min', view) === 0 &&
        clipBound(clip, 2, 'max', view) === 6 &&
        besideScalar(clip.inputs[0] ?? '', 'Add', view, near(3)) === x
      );
    });
    return input === undefined ? undefined : { input, attributes: NONE };
  },
};

function clipBound(clip: Node, index: number, attribute: string, view: GraphView): number | undefined {
  return floatAttribute(clip, attribute) ?? view.scalar(clip.inputs[index] ?? '');
}

/** GELU: 0.5 * x * (1 + erf(x / sqrt 2)), or its tanh approximation, in every order of the factors. */
export const gelu: Pattern = {
  opType: 'Gelu',
  anchor: 'Mul',
  match(anchor, view) {
    for (const [x, gate] of factorisations(anchor, view)) {
      const kind = besideScalar(gate, 'Add', view, near(1));
      const approximate = kind === undefined ? undefined : geluGate(kind, x, view);
      if (approximate !== undefined) {
        return { input: x, attributes: new Map([['approximate', string(approximate)]]) };
      }
    }
    return undefined;
  },
};

/** The ways to read the anchor as 0.5 * x * gate. */
function factorisations(anchor: Node, view: GraphView): (readonly [x: string, gate: string])[] {
  const isHalf = near(0.5);
  return operands(anchor, 'Mul').flatMap(([left, right]) => {
    const half = view.scalar(right);
    const plain = half !== undefined && isHalf(half) ? operands(view.producer(left), 'Mul') : [];
    // Either factor may have been halved first.
    const halved = besideScalar(left, 'Mul', view, isHalf);
    const readings = halved === undefined ? [] : [[halved, right] as const, [right, halved] as const];
    return [...plain, ...readings];
  });
}

function geluGate(tensor: string, x: string, view: GraphView): 'none' | 'tanh' | undefined {
  const erf = through(tensor, 'Erf', view);
  if (erf !== undefined) {
    const scaled = view.producer(erf);
    const divisor =
      scaled?.opType === 'Div' && scaled.inputs[0] === x ? view.scalar(scaled.inputs[1] ?? '') : undefined;
    const isScaled =
      (divisor !== undefined && near(Math.SQRT2)(divisor)) ||
      besideScalar(erf, 'Mul', view, near(Math.SQRT1_2)) === x;
    return isScaled ? 'none' : undefined;
  }
  const tanh = through(tensor, 'Tanh', view);
  const sum = tanh === undefined ? undefined : besideScalar(tanh, 'Mul', view, near(Math.sqrt(2 / Math.PI)));
  const isCubic = operands(sum === undefined ? undefined : view.producer(sum), 'Add').some(
    ([linear, cubic]) => linear === x && isCubeOf(besideScalar(cubic, 'Mul', view, near(0.044715)), x, view),
  );
  return isCubic ? 'tanh' : undefined;
}

function isCubeOf(tensor: string | undefined, x: string, view: GraphView): boolean {
  const node = tensor === undefined ? undefined : view.producer(tensor);
  if (node?.opType === 'Pow') {
    return node.inputs[0] === x && view.scalar(node.inputs[1] ?? '') === 3;
  }
  return operands(node, 'Mul').some(
    ([a, square]) =>
      a === x && operands(view.producer(square), 'Mul').some((pair) => pair.every((name) => name === x)),
  );
}
