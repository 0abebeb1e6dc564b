/** Matrix products and what is built of them. */

import type { DataType } from '../../tensor.js';
import { intAttribute, intsAttribute, stringAttribute } from '../attributes.js';
import type { Dimension } from '../model.js';
import { at, broadcast, differ, formatShape } from './dimensions.js';
import type { Shape } from './dimensions.js';
import { sameAsInput } from './elementwise.js';
import { forAll, impossible } from './inference.js';
import type { Inference, InferenceContext, InferenceTable } from './inference.js';

/** The shape of numpy's matmul. */
function multiplied(c: InferenceContext, a: Shape | undefined, b: Shape | undefined): Shape | undefined {
  if (a === undefined || b === undefined) {
    return undefined;
  }
  const why = `shapes ${formatShape(a)} and ${formatShape(b)} cannot be multiplied`;
  if (a.length === 0 || b.length === 0 || differ(at(a, -1), at(b, b.length === 1 ? 0 : -2))) {
    throw impossible(c, why);
  }
  const batch = broadcast([a.slice(0, -2), b.slice(0, -2)]);
  if (batch === 'impossible' || batch === undefined) {
    throw impossible(c, why);
  }
  return [...batch, ...(a.length > 1 ? [at(a, -2)] : []), ...(b.length > 1 ? [at(b, -1)] : [])];
}

/** A matrix product of inputs 0 and `second`; `dtype` is input 0's unless given. */
function matMul(second: number, dtypeOf?: (c: InferenceContext) => DataType | undefined): Inference {
  return (c) => [
    {
      dtype: dtypeOf ? dtypeOf(c) : c.input(0).dtype,
      shape: multiplied(c, c.input(0).shape, c.input(second).shape),
    },
  ];
}

function swapped(shape: Shape | undefined): Shape | undefined {
  return shape && [...shape.slice(0, -2), at(shape, -1), at(shape, -2)];
}

/** Of input 0 and the weights `second`; `dtypeOf` as of `matMul`. */
function product(second: number, dtypeOf?: (c: InferenceContext) => DataType | undefined): Inference {
  return (c) => [{ dtype: dtypeOf ? dtypeOf(c) : c.input(0).dtype, shape: productShape(c, second) }];
}

function productShape(c: InferenceContext, second: number): Shape {
  const [a, b] = [c.input(0), c.input(second)];
  const isTransposed = (name: string): boolean => intAttribute(c.node, name) === 1;
  const wrong = [a, b].find(({ shape }) => shape !== undefined && shape.length !== 2);
  if (wrong !== undefined) {
    throw impossible(c, `input ${formatShape(wrong.shape)} is no matrix`);
  }
  const left = isTransposed('transA') ? swapped(a.shape) : a.shape;
  const right = isTransposed('transB') ? swapped(b.shape) : b.shape;
  if (differ(at(left, 1), at(right, 0))) {
    throw impossible(
      c,
      `input ${formatShape(a.shape)} has ${at(left, 1)} columns, weights ${formatShape(b.shape)} take ${at(right, 0)}`,
    );
  }
  return [at(left, 0), at(right, 1)];
}

/** Each letter of the equation is one size; an ellipsis is not followed. */
const einsum: Inference = (c) => {
  const { dtype } = c.input(0);
  const equation = (stringAttribute(c.node, 'equation') ?? '').replaceAll(' ', '');
  const [left = '', right] = equation.split('->');
  const terms = left.split(',');
  if (equation.includes('.') || terms.length !== c.node.inputs.length) {
    return [{ dtype }];
  }
  const sizes = new Map<string, Dimension>();
  for (const [index, term] of terms.entries()) {
    const shape = c.input(index).shape;
    if (shape !== undefined && shape.length !== term.length) {
      throw impossible(c, `input ${formatShape(shape)} does not fit '${term}' of its equation ${equation}`);
    }
    [...term].forEach((letter, axis) => {
      const size = at(shape, axis);
      const known = sizes.get(letter);
      // A size of 1 is broadcast.
      sizes.set(letter, known === undefined || known === 1 ? (size ?? known) : known);
    });
  }
  const letters = [...left.replaceAll(',', '')];
  const once = [...new Set(letters)].filter((letter) => letters.filter((l) => l === letter).length === 1);
  const output = right ?? once.sort().join('');
  return [{ dtype, shape: [...output].map((letter) => sizes.get(letter)) }];
};

const det: Inference = (c) => [{ dtype: c.input(0).dtype, shape: c.input(0).shape?.slice(0, -2) }];

/** Attention of opset 23: [batch, heads, length, size] or, with the heads in one axis, [batch, length, hidden]. */
const attention: Inference = (c) => {
  const [query, value] = [c.input(0), c.input(2)];
  const { shape: q, dtype } = query;
  const v = value.shape;
  if (q?.length === 4) {
    return [{ dtype, shape: [...q.slice(0, 3), at(v, 3)] }];
  }
  const queryHeads = intAttribute(c.node, 'q_num_heads');
  const valueHeads = intAttribute(c.node, 'kv_num_heads');
  const hidden = at(v, 2);
  const width =
    queryHeads !== undefined && valueHeads !== undefined && typeof hidden === 'number'
      ? (hidden / valueHeads) * queryHeads
      : undefined;
  return [{ dtype, shape: q && [q[0], q[1], width] }];
};

export const MATRIX_PRODUCTS: InferenceTable = {
  MatMul: matMul(1),
  MatMulInteger: matMul(1, () => 'int32'),
  QLinearMatMul: matMul(3, (c) => c.input(7).dtype),
  Gemm: product(1),
  Einsum: einsum,
  Det: det,
  Attention: attention,
  RotaryEmbedding: sameAsInput,
};

const fusedMatMul: Inference = (c) => {
  const [a, b] = [c.input(0), c.input(1)];
  const isSet = (name: string): boolean => intAttribute(c.node, name) === 1;
  if (isSet('transBatchA') || isSet('transBatchB')) {
    return [{ dtype: a.dtype }];
  }
  const left = isSet('transA') ? swapped(a.shape) : a.shape;
  const right = isSet('transB') ? swapped(b.shape) : b.shape;
  return [{ dtype: a.dtype, shape: multiplied(c, left, right) }];
};

/** com.microsoft's Attention projects its input with weights for query, key and value side by side. */
const projectedAttention: Inference = (c) => {
  const { shape: x, dtype } = c.input(0);
  const width = at(c.input(1).shape, 1);
  const hidden =
    intsAttribute(c.node, 'qkv_hidden_sizes')?.[2] ?? (typeof width === 'number' ? width / 3 : undefined);
  return [{ dtype, shape: x && [x[0], x[1], hidden] }];
};

const multiHeadAttention: Inference = (c) => {
  const [query, value] = [c.input(0), c.input(2)];
  const isPlain = query.shape?.length === 3 && value.shape?.length === 3;
  return [
    {
      dtype: query.dtype,
      shape: isPlain ? [at(query.shape, 0), at(query.shape, 1), at(value.shape, 2)] : undefined,
    },
  ];
};

export const FUSED_MATRIX_PRODUCTS: InferenceTable = {
  FusedGemm: product(1),
  // Without a zero point of the output, it is real.
  QGemm: product(3, (c) => c.input(8).dtype ?? 'float32'),
  ...forAll(['FusedMatMul', 'TransposeMatMul'], fusedMatMul),
  Attention: projectedAttention,
  MultiHeadAttention: multiHeadAttention,
};
