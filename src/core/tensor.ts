/** Dense tensors as they travel between imaging, the engine and the analyses. */

/** Element types of ONNX tensors, by the names of TensorProto.DataType in lower case. */
export type DataType =
  | 'float32'
  | 'float64'
  | 'float16'
  | 'bfloat16'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'bool'
  | 'string'
  | 'complex64'
  | 'complex128'
  | 'int4'
  | 'uint4'
  | 'float8';

export type TensorData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array;

/**
 * A dense, row-major array. Images and feature maps are [N, C, H, W].
 * `float16` and `bfloat16` keep their bit patterns in a Uint16Array, `bool` is a Uint8Array of 0 and 1.
 */
export interface Tensor {
  readonly dtype: DataType;
  readonly shape: readonly number[];
  readonly data: TensorData;
}

/** A tensor of 32-bit floats: what analyses compute with. */
export interface FloatTensor extends Tensor {
  readonly dtype: 'float32';
  readonly data: Float32Array;
}

/** Number of elements of a shape; 1 for a scalar. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/**
 * Wraps `data` as a float32 tensor.
 * @throws RangeError when `data` does not have the shape's number of elements.
 */
export function floatTensor(shape: readonly number[], data: Float32Array | readonly number[]): FloatTensor {
  const values = data instanceof Float32Array ? data : Float32Array.from(data);
  if (values.length !== elementCount(shape)) {
    throw new RangeError(`${values.length} values do not fill the shape [${shape.join(', ')}]`);
  }
  return { dtype: 'float32', shape: [...shape], data: values };
}

/** Wraps whole numbers as an int64 tensor. */
export function int64Tensor(shape: readonly number[], values: readonly number[]): Tensor {
  return { dtype: 'int64', shape: [...shape], data: BigInt64Array.from(values, BigInt) };
}

/** Row-major strides in elements. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) {
    strides[axis] = (strides[axis + 1] ?? 1) * (shape[axis + 1] ?? 1);
  }
  return strides;
}
