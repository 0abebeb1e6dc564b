import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

import { UserError } from '../../../src/core/errors.js';
import { decodeNpy, encodeNpy } from '../../../src/core/npy.js';
import { floatTensor } from '../../../src/core/tensor.js';

const folder = join(import.meta.dirname, '../../fixtures/arrays');
const read = (name: string): Uint8Array => readFileSync(join(folder, name));
const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Record<
  string,
  { shape: number[]; values: number[] }
>;

it.each([
  ...['float32.npy', 'float64.npy', 'big_endian.npy', 'version2.npy', 'version3.npy', 'vector.npy'],
  'scalar.npy',
])('reads %s as NumPy does', (name) => {
  const { shape, values } = expected[name] ?? { shape: [-1], values: [] };
  expect(decodeNpy(read(name), name)).toEqual(floatTensor(shape, values));
});

it.each(['float32.npy', 'vector.npy', 'scalar.npy'])('writes %s byte for byte as numpy.save does', (name) => {
  expect(Buffer.from(encodeNpy(decodeNpy(read(name), name))).equals(read(name))).toBe(true);
});

it('keeps the shape of an array without elements', () => {
  expect(decodeNpy(encodeNpy(floatTensor([2, 0, 4], [])), 'a').shape).toEqual([2, 0, 4]);
});

it.each([
  ['fortran.npy', /^fortran\.npy: .*Fortran.*ascontiguousarray/],
  ['integers.npy', /^integers\.npy: .*'<i8'.*astype/],
  ['expected.json', /^expected\.json: .*no \.npy/],
])('refuses %s', (name, message) => {
  expect(() => decodeNpy(read(name), name)).toThrow(UserError);
  expect(() => decodeNpy(read(name), name)).toThrow(message);
});

it('refuses an array cut short anywhere', () => {
  const bytes = read('float32.npy');
  for (let length = 0; length < bytes.length; length++) {
    expect(() => decodeNpy(bytes.subarray(0, length), 'x.npy'), `${length} bytes`).toThrow(UserError);
  }
});
