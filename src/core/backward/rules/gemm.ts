import { float, floatAttribute, int, intAttribute } from '../../onnx/attributes.js';
import type { OperatorRule, ValueName } from '../rule.js';

/** Gemm: Y = alpha·A'·B' + beta·C sends alpha·S·B'ᵀ to A', alpha·A'ᵀ·S to B' and beta·S to C. */
export const rule: OperatorRule = {
  kind: 'shared',
  opType: 'Gemm',
  domain: '',
  opsets: { min: 7 },
  saves: { inputs: [0, 1] },
  backward: (c) => {
    const results = new Map<number, ValueName>();
    const signal = c.signal();
    if (signal === undefined) {
      return results;
    }
    const transA = intAttribute(c.node, 'transA') === 1;
    const transB = intAttribute(c.node, 'transB') === 1;
    const alpha = float(floatAttribute(c.node, 'alpha') ?? 1);
    const product = (a: ValueName, b: ValueName, turnA: boolean, turnB: boolean): ValueName =>
      c.emit('Gemm', [a, b], { alpha, transA: int(Number(turnA)), transB: int(Number(turnB)) });
    if (c.needs(0)) {
      const b = c.input(1);
      results.set(0, transA ? product(b, signal, transB, true) : product(signal, b, false, !transB));
    }
    if (c.needs(1)) {
      const a = c.input(0);
      results.set(1, transB ? product(signal, a, true, transA) : product(a, signal, !transA, false));
    }
    if (c.needs(2)) {
      const scaled = c.emit('Mul', [signal, c.float(floatAttribute(c.node, 'beta') ?? 1)]);
      results.set(2, c.unbroadcast(scaled, c.outputShape(), c.inputShape(2)));
    }
    return results;
  },
};
