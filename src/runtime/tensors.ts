/** Tensors between our records and onnxruntime's objects. */

import { createHash } from 'node:crypto';
import { UserError } from '../core/errors.js';
import type { DataType, Tensor, TensorData } from '../core/tensor.js';
import type { OnnxRuntime, OrtTensor } from './onnxruntime.js';

const CARRIED: ReadonlySet<string> = new Set<DataType>([
  'float32',
  'float64',
  'float16',
  'int8',
  'int16',
  'int32',
  'int64',
  'uint8',
  'uint16',
  'uint32',
  'uint64',
  'bool',
]);

function isCarried(type: string): type is DataType {
  return CARRIED.has(type);
}

/** @throws UserError for an element type that onnxruntime's JavaScript interface does not carry. */
export function toOrt(ort: OnnxRuntime, name: string, tensor: Tensor): OrtTensor {
  if (!isCarried(tensor.dtype)) {
    throw new UserError(`The input "${name}" has the element type ${tensor.dtype}, which cannot be fed.`);
  }
  return new ort.Tensor(tensor.dtype, tensor.data, tensor.shape);
}

/** @throws UserError for an element type that onnxruntime's JavaScript interface does not carry. */
export function fromOrt(name: string, tensor: OrtTensor): Tensor {
  const { type, data, dims } = tensor;
  if (!isCarried(type) || !ArrayBuffer.isView(data)) {
    throw new UserError(`The output "${name}" has the element type ${type}, which cannot be fetched.`);
  }
  if (type === 'float16' && !(data instanceof Uint16Array)) {
    // A Float16Array where the JavaScript engine has one; we keep bit patterns.
    const bits = new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2);
    return { dtype: type, shape: [...dims], data: bits };
  }
  return { dtype: type, shape: [...dims], data: data as TensorData };
}

/** Bytes of the elements; 0 for strings, which lie elsewhere. */
export function bytesOf(tensor: OrtTensor): number {
  return ArrayBuffer.isView(tensor.data) ? tensor.data.byteLength : 0;
}

/** A hash of element type, shape and elements. */
export function contentHash({ dtype, shape, data }: Tensor): string {
  return createHash('sha256')
    .update(`${dtype}[${shape.join()}]`)
    .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    .digest('hex');
}
