/**
 * Names, numbers and types in ONNX's textual syntax (docs/Syntax.md of onnx): what onnx.parser reads back as the same
 * value.
 */

import { toNumber } from '../schema.js';
import type { TypeProtoTensor, TypeProto } from '../proto/messages.js';

/** Names of TensorProto.DataType in the syntax. */
export const TYPE_NAMES: ReadonlyMap<number, string> = new Map([
  [1, 'float'],
  [2, 'uint8'],
  [3, 'int8'],
  [4, 'uint16'],
  [5, 'int16'],
  [6, 'int32'],
  [7, 'int64'],
  [8, 'string'],
  [9, 'bool'],
  [10, 'float16'],
  [11, 'double'],
  [12, 'uint32'],
  [13, 'uint64'],
  [14, 'complex64'],
  [15, 'complex128'],
  [16, 'bfloat16'],
  [17, 'float8e4m3fn'],
  [18, 'float8e4m3fnuz'],
  [19, 'float8e5m2'],
  [20, 'float8e5m2fnuz'],
  [21, 'uint4'],
  [22, 'int4'],
  [23, 'float4e2m1'],
  [24, 'float8e8m0'],
  [25, 'uint2'],
  [26, 'int2'],
]);

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** What the parser takes for the beginning of a type. */
const TYPE_WORDS: ReadonlySet<string> = new Set([
  ...TYPE_NAMES.values(),
  ...['seq', 'map', 'optional', 'sparse_tensor', 'opaque'],
]);
/** What the parser takes for the beginning of a number where an attribute's value stands. */
const NUMBER_WORD = /^(?:nan|inf|infinity)(?![a-z\d])/i;

export function isIdentifier(name: string): boolean {
  return IDENTIFIER.test(name);
}

/** A string literal: a backslash makes any character stand for itself, line ends stand as they are. */
export function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}

/** A name where the syntax allows quotes: plain where it reads as a name without them. */
export function nameText(name: string): string {
  return isIdentifier(name) && !TYPE_WORDS.has(name) ? name : quoted(name);
}

/** A name where the syntax has no quotes, made of the letters that are allowed; the same for an identifier. */
export function plainName(name: string): string {
  return isIdentifier(name) ? name : name.replaceAll(/\W/g, '_').replace(/^(?=\d|$)/, '_');
}

/** The name of a graph that is an attribute's value. */
export function subgraphName(name: string): string {
  const plain = plainName(name);
  return TYPE_WORDS.has(plain) || NUMBER_WORD.test(plain) ? `_${plain}` : plain;
}

/** The shortest decimal that reads back as the same 32-bit float. */
export function floatText(value: number): string {
  if (value === 0) {
    return doubleText(value);
  }
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) {
      return doubleText(short);
    }
  }
  return doubleText(Number(value.toPrecision(9)));
}

/** The shortest decimal that reads back as the same 64-bit float; -0 keeps its sign. */
export function doubleText(value: number): string {
  if (!Number.isFinite(value)) {
    return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
  }
  return Object.is(value, -0) ? '-0.0' : String(value);
}

/** A float that cannot be taken for a whole number. */
export function withPoint(text: string): string {
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/**
 * A type; undefined where there is none or the syntax has no form for it. `float` is a scalar, `float[]` a tensor of
 * unknown rank.
 */
export function typeText(type: TypeProto | null | undefined): string | undefined {
  if (type?.tensorType) {
    return tensorTypeText(type.tensorType);
  }
  if (type?.sparseTensorType) {
    return wrapped('sparse_tensor', tensorTypeText(type.sparseTensorType));
  }
  if (type?.sequenceType) {
    return wrapped('seq', typeText(type.sequenceType.elemType));
  }
  if (type?.optionalType) {
    return wrapped('optional', typeText(type.optionalType.elemType));
  }
  if (type?.mapType) {
    const key = TYPE_NAMES.get(type.mapType.keyType);
    const value = typeText(type.mapType.valueType);
    return key === undefined || value === undefined ? undefined : `map(${key}, ${value})`;
  }
  return undefined;
}

function wrapped(word: string, inner: string | undefined): string | undefined {
  return inner === undefined ? undefined : `${word}(${inner})`;
}

function tensorTypeText({ elemType, shape }: TypeProtoTensor): string | undefined {
  const name = TYPE_NAMES.get(elemType);
  if (name === undefined || !shape) {
    return name === undefined ? undefined : `${name}[]`;
  }
  const sizes = shape.dim.map((dimension) => {
    if (Object.hasOwn(dimension, 'dimValue')) {
      return String(toNumber(dimension.dimValue));
    }
    return dimension.dimParam ? dimensionName(dimension.dimParam) : '?';
  });
  return sizes.length === 0 ? name : `${name}[${sizes.join(',')}]`;
}

/** A dimension may have any name, types included. */
function dimensionName(name: string): string {
  return isIdentifier(name) ? name : quoted(name);
}

/** `float[96,3,11,11]`; `float` for a scalar. */
export function tensorHead(dataType: number, shape: readonly number[]): string | undefined {
  const name = TYPE_NAMES.get(dataType);
  return name === undefined || shape.length === 0 ? name : `${name}[${shape.join(',')}]`;
}
