/** Operators that make tensors: constants, ranges, shapes of others, random numbers. */

import type { DataType } from '../../tensor.js';
import {
  floatAttribute,
  floatsAttribute,
  intAttribute,
  intsAttribute,
  tensorAttribute,
} from '../attributes.js';
import { inlineNumbers } from '../constants.js';
import { dataTypeOf } from '../dataTypes.js';
import type { Dimension } from '../model.js';
import { productOf } from './dimensions.js';
import { isInteger, isSmall } from './evaluation.js';
import { forAll, numbersOf } from './inference.js';
import type { Fact, Inference, InferenceContext, InferenceTable } from './inference.js';
import { targetShape } from './reshaping.js';

const constant: Inference = (c) => {
  const tensor = tensorAttribute(c.node, 'value');
  if (tensor !== undefined) {
    const { dtype, shape } = tensor;
    return [{ dtype, shape, values: isSmall(shape) ? inlineNumbers(tensor) : undefined }];
  }
  const list = (values: readonly number[] | undefined, dtype: DataType): readonly Fact[] | undefined =>
    values && [{ dtype, shape: [values.length], values }];
  const scalar = (value: number | undefined, dtype: DataType): readonly Fact[] | undefined =>
    value === undefined ? undefined : [{ dtype, shape: [], values: [value] }];
  return (
    scalar(intAttribute(c.node, 'value_int'), 'int64') ??
    scalar(floatAttribute(c.node, 'value_float'), 'float32') ??
    list(intsAttribute(c.node, 'value_ints'), 'int64') ??
    list(floatsAttribute(c.node, 'value_floats'), 'float32') ??
    []
  );
};

const constantOfShape: Inference = (c) => {
  const shape = targetShape(c.input(0));
  const fill = tensorAttribute(c.node, 'value');
  const value = fill === undefined ? 0 : inlineNumbers(fill)?.[0];
  const values =
    shape && isSmall(shape) && value !== undefined
      ? new Array<Dimension>(productOf(shape) ?? 0).fill(value)
      : undefined;
  return [{ shape, dtype: fill?.dtype ?? 'float32', values }];
};

const range: Inference = (c) => {
  const { dtype } = c.input(0);
  const [start, limit, delta] = [0, 1, 2].map((index) => numbersOf(c.input(index))?.[0]);
  if (start === undefined || limit === undefined || delta === undefined || delta === 0) {
    return [{ dtype, shape: [undefined] }];
  }
  const count = Math.max(0, Math.ceil((limit - start) / delta));
  const values =
    isInteger(dtype) && isSmall([count])
      ? Array.from({ length: count }, (_, index) => start + index * delta)
      : undefined;
  return [{ dtype, shape: [count], values }];
};

const shapeOf: Inference = (c) => {
  const { shape } = c.input(0);
  if (shape === undefined) {
    return [{ dtype: 'int64', shape: [undefined] }];
  }
  const values = shape.slice(intAttribute(c.node, 'start') ?? 0, intAttribute(c.node, 'end'));
  return [{ dtype: 'int64', shape: [values.length], values }];
};

const size: Inference = (c) => {
  const { shape } = c.input(0);
  return [{ dtype: 'int64', shape: [], values: [shape && productOf(shape)] }];
};

/** The element type that attribute `dtype` names, or `otherwise`. */
function askedType(c: InferenceContext, otherwise: DataType | undefined): DataType | undefined {
  const code = intAttribute(c.node, 'dtype');
  return code === undefined ? otherwise : dataTypeOf(code);
}

const random: Inference = (c) => [{ dtype: askedType(c, 'float32'), shape: intsAttribute(c.node, 'shape') }];

const likeInput: Inference = (c) => {
  const { shape, dtype } = c.input(0);
  return [{ shape, dtype: askedType(c, dtype) }];
};

export const GENERATORS: InferenceTable = {
  Constant: constant,
  ConstantOfShape: constantOfShape,
  Range: range,
  Shape: shapeOf,
  Size: size,
  ...forAll(['RandomNormal', 'RandomUniform'], random),
  ...forAll(['RandomNormalLike', 'RandomUniformLike', 'EyeLike', 'Bernoulli'], likeInput),
};
