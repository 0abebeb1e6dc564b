import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

import { decodeNpy, encodeNpy } from '../../../src/core/npy.js';
import { floatTensor } from '../../../src/core/tensor.js';

const folder = join(import.meta.dirname, '../../fixtures/images');
const read = (name: string): Uint8Array => readFileSync(join(folder, name));
const values = JSON.parse(readFileSync(join(folder, 'npy.json'), 'utf8')) as Record<string, number[]>;

it('reads what numpy.save wrote', () => {
  expect(decodeNpy(read('float32.npy'), 'a')).toEqual(floatTensor([1, 2, 3], values['float32'] ?? []));
  expect(decodeNpy(read('float64.npy'), 'a')).toEqual(floatTensor([2, 2], values['float64'] ?? []));
});

it('writes the numbers as numpy.save does', () => {
  const bytes = read('float32.npy');
  const ours = encodeNpy(decodeNpy(bytes, 'a'));
  expect(ours.length % 4).toBe(0);
  expect(Buffer.from(ours.subarray(-24)).equals(Buffer.from(bytes.subarray(-24)))).toBe(true);
  expect(decodeNpy(ours, 'a').shape).toEqual([1, 2, 3]);
});

it.each([[[]], [[3]], [[2, 0, 4]], [[1, 3, 2, 2]]])('keeps the shape %j', (shape) => {
  const count = shape.reduce((product: number, size: number) => product * size, 1);
  const tensor = floatTensor(shape, new Float32Array(count).fill(1.5));
  expect(decodeNpy(encodeNpy(tensor), 'a')).toEqual(tensor);
});

it.each([
  ['fortran.npy', /Fortran/],
  ['int.npy', /'<i8'/],
  ['rgb.png', /no \.npy/],
])('refuses %s', (name, message) => {
  expect(() => decodeNpy(read(name), name)).toThrow(message);
});

it('refuses a truncated array', () => {
  const bytes = read('float32.npy');
  expect(() => decodeNpy(bytes.subarray(0, bytes.length - 4), 'x.npy')).toThrow(/x\.npy.*24 bytes.*20/);
});
