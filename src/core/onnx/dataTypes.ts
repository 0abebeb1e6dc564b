/** TensorProto.DataType: names and sizes of its codes. */

import type { DataType } from '../tensor.js';
import { DATA_TYPE } from './proto/messages.js';

interface TypeRow {
  readonly dtype: DataType;
  readonly bits: number;
}

const TYPES: ReadonlyMap<number, TypeRow> = new Map<number, TypeRow>([
  [DATA_TYPE.float, { dtype: 'float32', bits: 32 }],
  [DATA_TYPE.uint8, { dtype: 'uint8', bits: 8 }],
  [DATA_TYPE.int8, { dtype: 'int8', bits: 8 }],
  [DATA_TYPE.uint16, { dtype: 'uint16', bits: 16 }],
  [DATA_TYPE.int16, { dtype: 'int16', bits: 16 }],
  [DATA_TYPE.int32, { dtype: 'int32', bits: 32 }],
  [DATA_TYPE.int64, { dtype: 'int64', bits: 64 }],
  [DATA_TYPE.string, { dtype: 'string', bits: 0 }],
  [DATA_TYPE.bool, { dtype: 'bool', bits: 8 }],
  [DATA_TYPE.float16, { dtype: 'float16', bits: 16 }],
  [DATA_TYPE.double, { dtype: 'float64', bits: 64 }],
  [DATA_TYPE.uint32, { dtype: 'uint32', bits: 32 }],
  [DATA_TYPE.uint64, { dtype: 'uint64', bits: 64 }],
  [DATA_TYPE.complex64, { dtype: 'complex64', bits: 64 }],
  [DATA_TYPE.complex128, { dtype: 'complex128', bits: 128 }],
  [DATA_TYPE.bfloat16, { dtype: 'bfloat16', bits: 16 }],
  ...[
    DATA_TYPE.float8e4m3fn,
    DATA_TYPE.float8e4m3fnuz,
    DATA_TYPE.float8e5m2,
    DATA_TYPE.float8e5m2fnuz,
    DATA_TYPE.float8e8m0,
  ].map((code): [number, TypeRow] => [code, { dtype: 'float8', bits: 8 }]),
  [DATA_TYPE.uint4, { dtype: 'uint4', bits: 4 }],
  [DATA_TYPE.int4, { dtype: 'int4', bits: 4 }],
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
