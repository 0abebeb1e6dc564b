import { expect, test } from 'vitest';

import { UserError } from '../../../src/core/errors.js';
import { numberToHalf, toFloat32 } from '../../../src/core/floats.js';
import { int64Tensor } from '../../../src/core/tensor.js';

test('float16 bit patterns become the numbers of IEEE 754 binary16', () => {
  // 1, -2, 1/3, the largest, the smallest normal, the smallest subnormal, the infinities, -0
  const bits = [0x3c00, 0xc000, 0x3555, 0x7bff, 0x0400, 0x0001, 0x7c00, 0xfc00, 0x8000];
  const half = { dtype: 'float16', shape: [bits.length], data: Uint16Array.from(bits) } as const;
  const values = [1, -2, 0.333251953125, 65504, 2 ** -14, 2 ** -24, Infinity, -Infinity, -0];
  expect([...toFloat32(half, 't').data]).toEqual(values);
  expect(toFloat32({ ...half, shape: [1], data: Uint16Array.of(0x7e00) }, 't').data[0]).toBeNaN();
});

test('bfloat16 bit patterns are the upper halves of float32', () => {
  const data = Uint16Array.of(0x3f80, 0xc040, 0x7f80, 0x0000);
  expect([...toFloat32({ dtype: 'bfloat16', shape: [4], data }, 't').data]).toEqual([1, -3, Infinity, 0]);
});

test('float64 is rounded, whole numbers are refused', () => {
  const double = { dtype: 'float64', shape: [1], data: Float64Array.of(0.1) } as const;
  expect(toFloat32(double, 't').data[0]).toBe(Math.fround(0.1));
  expect(() => toFloat32(int64Tensor([1], [1]), 't')).toThrow(UserError);
});

test('every float16 is its own nearest one, and numbers between two go to the nearer, to even half-way', () => {
  const known = (bits: number): number =>
    toFloat32({ dtype: 'float16', shape: [1], data: Uint16Array.of(bits) }, 't').data[0] ?? NaN;
  for (let bits = 0; bits < 0x7c00; bits++) {
    expect(numberToHalf(known(bits))).toBe(bits);
    expect(numberToHalf(-known(bits))).toBe(bits | 0x8000);
    const [low, high] = [known(bits), known(bits + 1)];
    if (bits < 0x7bff) {
      expect(numberToHalf((low + high) / 2)).toBe(bits % 2 === 0 ? bits : bits + 1);
      expect(numberToHalf(low + (high - low) * 0.49)).toBe(bits);
      expect(numberToHalf(low + (high - low) * 0.51)).toBe(bits + 1);
    }
  }
  expect([numberToHalf(1e6), numberToHalf(-Infinity), numberToHalf(65520)]).toEqual([0x7bff, 0xfbff, 0x7bff]);
  expect(known(numberToHalf(NaN))).toBeNaN();
});
