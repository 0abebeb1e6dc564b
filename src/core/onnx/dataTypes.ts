/** TensorProto.DataType: codes, names and sizes. */

import type { DataType } from '../tensor.js';

interface TypeRow {
  readonly dtype: DataType;
  readonly bits: number;
}

const TYPES: ReadonlyMap<number, TypeRow> = new Map<number, TypeRow>([
  [1, { dtype: 'float32', bits: 32 }],
  [2, { dtype: 'uint8', bits: 8 }],
  [3, { dtype: 'int8', bits: 8 }],
  [4, { dtype: 'uint16', bits: 16 }],
  [5, { dtype: 'int16', bits: 16 }],
  [6, { dtype: 'int32', bits: 32 }],
  [7, { dtype: 'int64', bits: 64 }],
  [8, { dtype: 'string', bits: 0 }],
  [9, { dtype: 'bool', bits: 8 }],
  [10, { dtype: 'float16', bits: 16 }],
  [11, { dtype: 'float64', bits: 64 }],
  [12, { dtype: 'uint32', bits: 32 }],
  [13, { dtype: 'uint64', bits: 64 }],
  [14, { dtype: 'complex64', bits: 64 }],
  [15, { dtype: 'complex128', bits: 128 }],
  [16, { dtype: 'bfloat16', bits: 16 }],
  // FLOAT8E4M3FN, FLOAT8E4M3FNUZ, FLOAT8E5M2, FLOAT8E5M2FNUZ, and FLOAT8E8M0 as 24
  ...[17, 18, 19, 20, 24].map((code): [number, TypeRow] => [code, { dtype: 'float8', bits: 8 }]),
  [21, { dtype: 'uint4', bits: 4 }],
  [22, { dtype: 'int4', bits: 4 }],
]);

const CODES = new Map([...TYPES].reverse().map(([code, { dtype }]) => [dtype, code]));

/** The type of a TensorProto.DataType code, undefined for an unknown one. */
export function dataTypeOf(code: number): DataType | undefined {
  return TYPES.get(code)?.dtype;
}

/** The TensorProto.DataType code of a type. */
export function codeOf(dtype: DataType): number {
  return CODES.get(dtype) ?? 0;
}

/** Bytes of `count` elements as ONNX stores them raw (4-bit types two to a byte); undefined for strings. */
export function byteLength(dtype: DataType, count: number): number | undefined {
  const bits = TYPES.get(codeOf(dtype))?.bits;
  return bits === undefined || bits === 0 ? undefined : Math.ceil((count * bits) / 8);
}
