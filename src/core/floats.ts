/** Real numbers of any ONNX type as 32-bit floats. */

import { UserError } from './errors.js';
import type { FloatTensor, Tensor } from './tensor.js';

/**
 * The tensor in float32.
 * @throws UserError where it does not hold real numbers
 */
export function toFloat32(tensor: Tensor, name: string): FloatTensor {
  return { dtype: 'float32', shape: tensor.shape, data: numbersOf(tensor, name) };
}

function numbersOf({ dtype, data }: Tensor, name: string): Float32Array {
  if (data instanceof Float32Array) {
    return data;
  }
  if (data instanceof Float64Array) {
    return Float32Array.from(data);
  }
  if (dtype === 'float16' && data instanceof Uint16Array) {
    return Float32Array.from(data, halfToNumber);
  }
  if (dtype === 'bfloat16' && data instanceof Uint16Array) {
    return Float32Array.from(data, brainToNumber);
  }
  throw new UserError(`tensor '${name}' holds ${dtype}, not real numbers`);
}

/** IEEE 754 binary16: 1 bit of sign, 5 of exponent, 10 of fraction. */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = (bits & 0x3ff) / 1024;
  if (exponent === 0x1f) {
    return fraction === 0 ? sign * Infinity : NaN;
  }
  return exponent === 0 ? sign * fraction * 2 ** -14 : sign * (1 + fraction) * 2 ** (exponent - 15);
}

/** bfloat16: the upper half of a float32. */
export function brainToNumber(bits: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, bits << 16);
  return view.getFloat32(0);
}

const single = new Float32Array(1);
const pattern = new Uint32Array(single.buffer);
/** The largest finite binary16, 65504. */
const LARGEST_HALF = 0x7bff;

/** The nearest binary16, to even where two are as near; what is beyond its range becomes the largest one, 65504. */
export function numberToHalf(value: number): number {
  single[0] = value;
  const bits = pattern[0] ?? 0;
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) {
    return 0x7e00;
  }
  if (magnitude < 0x38800000) {
    // Below 2^-14: multiples of 2^-24, which a sum with 0.5 rounds as float32 does, at its last bit.
    single[0] = Math.abs(value) + 0.5;
    return sign | ((pattern[0] ?? 0) - 0x3f000000);
  }
  const rounded = magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1);
  return sign | Math.min(rounded >>> 13, LARGEST_HALF);
}
