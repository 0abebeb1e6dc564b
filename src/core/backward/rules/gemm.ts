import { float, floatAttribute, int, intAttribute } from '../../onnx/attributes.js';
import { toInputs } from '../signals.js';
import type { OperatorRule, ValueName } from '../rule.js';

/** Gemm: Y = alpha·A'·B' + beta·C sends alpha·S·B'ᵀ to A', alpha·A'ᵀ·S to B' and beta·S to C. */
export const rule: OperatorRule = {
  kind: 'shared',
  opType: 'Gemm',
  domain: '',
  opsets: { min: 7 },
  saves: { inputs: [0, 1] },
  backward: (c) => {
    const transA = intAttribute(c.node, 'transA') === 1;
    const transB = intAttribute(c.node, 'transB') === 1;
    const alpha = float(floatAttribute(c.node, 'alpha') ?? 1);
    const product = (a: ValueName, b: ValueName, turnA: boolean, turnB: boolean): ValueName =>
      c.emit('Gemm', [a, b], { alpha, transA: int(Number(turnA)), transB: int(Number(turnB)) });
    return toInputs(c, [
      (signal) =>
        transA ? product(c.input(1), signal, transB, true) : product(signal, c.input(1), false, !transB),
      (signal) =>
        transB ? product(signal, c.input(0), true, transA) : product(c.input(0), signal, !transA, false),
      (signal) => {
        const beta = floatAttribute(c.node, 'beta') ?? 1;
        const scaled = beta === 1 ? signal : c.emit('Mul', [signal, c.float(beta)]);
        return c.unbroadcast(scaled, c.outputShape(), c.inputShape(2));
      },
    ]);
  },
};
