/** Operators that treat every element alike, broadcasting where they have several operands. */

import type { DataType } from '../../tensor.js';
import { floatAttribute, intAttribute } from '../attributes.js';
import { dataTypeOf } from '../dataTypes.js';
import type { Dimension } from '../model.js';
import { broadcast, formatShape } from './dimensions.js';
import type { Shape } from './dimensions.js';
import { isInteger, mapValues, stored } from './evaluation.js';
import type { ElementFunction } from './evaluation.js';
import { forAll, impossible } from './inference.js';
import type { Fact, Inference, InferenceContext, InferenceTable } from './inference.js';

/** The output has the first input's shape and type. */
export const sameAsInput: Inference = (c) => {
  const { shape, dtype } = c.input(0);
  return [{ shape, dtype }];
};

/** The output has the first input's shape and is of type `dtype`. */
function sameShape(dtype: DataType): Inference {
  return (c) => [{ shape: c.input(0).shape, dtype }];
}

/** Like `sameAsInput`, with values where these are followed. */
function unary(f: (value: number) => number): Inference {
  return (c) => {
    const x = c.input(0);
    const values = x.values?.map((value) =>
      typeof value === 'number' ? stored(f(value), x.dtype) : undefined,
    );
    return [{ shape: x.shape, dtype: x.dtype, values }];
  };
}

/** The shape of the inputs `from` to `to`, broadcast. */
function broadcastInputs(c: InferenceContext, from = 0, to = c.node.inputs.length): Shape | undefined {
  const shapes = Array.from({ length: to - from }, (_, index) => c.input(from + index).shape);
  const shape = broadcast(shapes);
  if (shape === 'impossible') {
    throw impossible(c, `shapes ${shapes.map(formatShape).join(' and ')} cannot be broadcast together`);
  }
  return shape;
}

/** Up to opset 6 the second operand was stretched to the first, along `axis`. */
function hasOldBroadcasting(c: InferenceContext): boolean {
  return c.node.domain === '' && c.opset < 7;
}

/** An operator of two operands; `dtype` is given for comparisons, else it is the operands'. */
function binary(f: (isWhole: boolean) => ElementFunction, dtype?: DataType): Inference {
  return (c) => {
    const [a, b] = [c.input(0), c.input(1)];
    if (hasOldBroadcasting(c)) {
      return [{ shape: a.shape, dtype: dtype ?? a.dtype }];
    }
    const shape = broadcastInputs(c, 0, 2);
    const operandType = a.dtype ?? b.dtype;
    const result = dtype ?? operandType;
    return [{ shape, dtype: result, values: mapValues([a, b], shape, result, f(isInteger(operandType))) }];
  };
}

/** A function of two numbers that leaves a symbol unknown. */
function onNumbers(f: (a: number, b: number) => number): ElementFunction {
  return (a, b) => (typeof a === 'number' && typeof b === 'number' ? f(a, b) : undefined);
}

const add: ElementFunction = (a, b) => (a === 0 ? b : b === 0 ? a : onNumbers((x, y) => x + y)(a, b));
const subtract: ElementFunction = (a, b) => (b === 0 ? a : onNumbers((x, y) => x - y)(a, b));
const multiply: ElementFunction = (a, b) =>
  a === 1 ? b : b === 1 ? a : a === 0 || b === 0 ? 0 : onNumbers((x, y) => x * y)(a, b);

function divide(isWhole: boolean): ElementFunction {
  return (a, b) => {
    if (b === 1) {
      return a;
    }
    return onNumbers((x, y) => (isWhole ? (y === 0 ? NaN : Math.trunc(x / y)) : x / y))(a, b);
  };
}

/** Symbols stand for sizes, which are equal where their names are and never negative. */
const equal: ElementFunction = (a, b) => {
  if (typeof a === 'number' && typeof b === 'number') {
    return Number(a === b);
  }
  const isNegative = (value: Dimension): boolean => typeof value === 'number' && value < 0;
  return isNegative(a) || isNegative(b) ? 0 : a !== undefined && a === b ? 1 : undefined;
};

/** Python's remainder, of the divisor's sign, unless fmod asks for C's. */
const modulo: Inference = (c) => {
  const isFmod = intAttribute(c.node, 'fmod') === 1;
  return binary(() => onNumbers((a, b) => (b === 0 ? NaN : isFmod ? a % b : a - b * Math.floor(a / b))))(c);
};

const power: Inference = (c) => {
  // The exponent may be of another type; the result has the base's.
  const [a, b] = [c.input(0), c.input(1)];
  const shape = hasOldBroadcasting(c) ? a.shape : broadcastInputs(c, 0, 2);
  return [{ shape, dtype: a.dtype, values: mapValues([a, b], shape, a.dtype, onNumbers(Math.pow)) }];
};

function variadic(f?: (a: number, b: number) => number): Inference {
  return (c) => {
    const operands = c.node.inputs.map((_, index) => c.input(index));
    const dtype = operands.find((operand) => operand.dtype !== undefined)?.dtype;
    const shape = hasOldBroadcasting(c) ? operands[0]?.shape : broadcastInputs(c);
    const fold: ElementFunction = (...elements) =>
      elements.reduce((a, b) => (f === undefined ? undefined : onNumbers(f)(a, b)));
    return [{ shape, dtype, values: mapValues(operands, shape, dtype, fold) }];
  };
}

const where: Inference = (c) => {
  const [condition, a, b] = [c.input(0), c.input(1), c.input(2)];
  const shape = broadcastInputs(c, 0, 3);
  const dtype = a.dtype ?? b.dtype;
  const choose: ElementFunction = (chosen, x, y) =>
    chosen === 1 ? x : chosen === 0 ? y : x === y ? x : undefined;
  return [{ shape, dtype, values: mapValues([condition, a, b], shape, dtype, choose) }];
};

function casted(x: Fact, dtype: DataType | undefined): Fact {
  const values = x.values?.map((value) =>
    // Casting a float to an integer truncates.
    stored(typeof value === 'number' && isInteger(dtype) ? Math.trunc(value) : value, dtype),
  );
  return { shape: x.shape, dtype, values };
}

const cast: Inference = (c) => [casted(c.input(0), dataTypeOf(intAttribute(c.node, 'to') ?? 0))];

const castLike: Inference = (c) => [casted(c.input(0), c.input(1).dtype)];

const clip: Inference = (c) => {
  const x = c.input(0);
  const bound = (name: string, index: number, open: number): Dimension =>
    floatAttribute(c.node, name) ?? (c.has(index) ? c.input(index).values?.[0] : open);
  const low = bound('min', 1, -Infinity);
  const high = bound('max', 2, Infinity);
  const clamp = onNumbers((value, limit) => Math.min(value, limit));
  const values = x.values?.map((value) =>
    stored(clamp(onNumbers((v, limit) => Math.max(v, limit))(value, low), high), x.dtype),
  );
  return [{ shape: x.shape, dtype: x.dtype, values }];
};

const dropout: Inference = (c) => {
  const { shape, dtype } = c.input(0);
  return [
    { shape, dtype },
    { shape, dtype: c.opset >= 10 ? 'bool' : dtype },
  ];
};

const identity: Inference = (c): readonly Fact[] => [c.input(0)];

/** Values of floats to the nearest even whole number, as ONNX Round. */
function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  return value - floor === 0.5 ? floor + (Math.abs(floor) % 2) : Math.round(value);
}

export const ELEMENTWISE: InferenceTable = {
  ...forAll(
    [
      ...['Relu', 'LeakyRelu', 'ThresholdedRelu', 'Elu', 'Selu', 'Celu', 'Gelu', 'Swish', 'Mish'],
      ...['Sigmoid', 'HardSigmoid', 'HardSwish', 'Softplus', 'Softsign', 'Shrink', 'Erf'],
      ...['Exp', 'Log', 'Sin', 'Cos', 'Tan', 'Asin', 'Acos', 'Atan', 'Sinh', 'Cosh', 'Tanh'],
      ...['Asinh', 'Acosh', 'Atanh', 'Reciprocal', 'BitwiseNot', 'Scale', 'ImageScaler', 'Affine'],
      ...['ParametricSoftplus', 'ScaledTanh'],
    ],
    sameAsInput,
  ),
  ...forAll(['IsNaN', 'IsInf'], sameShape('bool')),
  // The slope is stretched to the input, never the input to the slope.
  PRelu: sameAsInput,
  Dropout: dropout,
  Identity: identity,
  Cast: cast,
  CastLike: castLike,
  Clip: clip,
  Neg: unary((x) => -x),
  Abs: unary(Math.abs),
  Floor: unary(Math.floor),
  Ceil: unary(Math.ceil),
  Round: unary(roundHalfToEven),
  Sqrt: unary(Math.sqrt),
  Sign: unary(Math.sign),
  Not: unary((x) => 1 - x),
  Add: binary(() => add),
  Sub: binary(() => subtract),
  Mul: binary(() => multiply),
  Div: binary(divide),
  Mod: modulo,
  Pow: power,
  BitShift: binary(() => () => undefined),
  ...forAll(
    ['BitwiseAnd', 'BitwiseOr', 'BitwiseXor'],
    binary(() => () => undefined),
  ),
  And: binary(() => onNumbers((a, b) => a * b), 'bool'),
  Or: binary(() => onNumbers((a, b) => Math.max(a, b)), 'bool'),
  Xor: binary(() => onNumbers((a, b) => Number(a !== b)), 'bool'),
  Equal: binary(() => equal, 'bool'),
  Greater: binary(() => onNumbers((a, b) => Number(a > b)), 'bool'),
  GreaterOrEqual: binary(() => onNumbers((a, b) => Number(a >= b)), 'bool'),
  Less: binary(() => onNumbers((a, b) => Number(a < b)), 'bool'),
  LessOrEqual: binary(() => onNumbers((a, b) => Number(a <= b)), 'bool'),
  Where: where,
  Max: variadic((a, b) => Math.max(a, b)),
  Min: variadic((a, b) => Math.min(a, b)),
  Sum: variadic((a, b) => a + b),
  Mean: variadic(),
};

/** com.microsoft: activations and their fusions with a bias. */
export const FUSED_ELEMENTWISE: InferenceTable = {
  ...forAll(['Gelu', 'QuickGelu', 'FastGelu', 'BiasGelu', 'QLinearSigmoid', 'QLinearLeakyRelu'], sameAsInput),
  QLinearAdd: quantisedBinary(),
  QLinearMul: quantisedBinary(),
};

/** Operands are inputs 0 and 3, each followed by its scale and zero point. */
function quantisedBinary(): Inference {
  return (c) => {
    const shapes = [c.input(0).shape, c.input(3).shape];
    const shape = broadcast(shapes);
    if (shape === 'impossible') {
      throw impossible(c, `shapes ${shapes.map(formatShape).join(' and ')} cannot be broadcast together`);
    }
    return [{ shape, dtype: c.input(0).dtype }];
  };
}
