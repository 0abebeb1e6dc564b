/** NumPy's .npy files (format versions 1 to 3). */

import { UserError } from './errors.js';
import { elementCount, floatTensor } from './tensor.js';
import type { FloatTensor } from './tensor.js';

const MAGIC = [0x93, ...Buffer.from('NUMPY')];

/** A float32 array in C order, format version 1. */
export function encodeNpy({ shape, data }: FloatTensor): Uint8Array {
  const dims = shape.length === 1 ? `${String(shape[0])},` : shape.join(', ');
  const fields = `{'descr': '<f4', 'fortran_order': False, 'shape': (${dims}), }`;
  // The header ends in a newline on a multiple of 64 bytes.
  const length = Math.ceil((fields.length + 11) / 64) * 64;
  const header = Buffer.from(`${fields.padEnd(length - 11)}\n`, 'latin1');
  const prefix = Buffer.from([...MAGIC, 1, 0, header.length & 255, header.length >> 8]);
  return Buffer.concat([prefix, header, Buffer.from(data.buffer, data.byteOffset, data.byteLength)]);
}

/**
 * Reads a float32 array; float64 is rounded to float32.
 * @throws UserError for what is no whole .npy file in C order with float numbers
 */
export function decodeNpy(bytes: Uint8Array, file: string): FloatTensor {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || MAGIC.some((byte, index) => bytes[index] !== byte)) {
    throw new UserError(`${file}: this is no .npy file; save it with numpy.save`);
  }
  const isShort = bytes[6] === 1;
  const start = isShort ? 10 : 12;
  const end = start + (isShort ? view.getUint16(8, true) : view.getUint32(8, true));
  const header = new TextDecoder().decode(bytes.subarray(start, end));
  const descr = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  const dims = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1];
  if (end > bytes.length || descr === undefined || dims === undefined) {
    throw new UserError(`${file}: the .npy header is damaged; save the array again`);
  }
  if (/'fortran_order':\s*True/.test(header)) {
    throw new UserError(`${file}: the array is in Fortran order; save numpy.ascontiguousarray(x)`);
  }
  const match = /^([<>|=]?)f([48])$/.exec(descr);
  if (match === null) {
    throw new UserError(`${file}: the array's type is '${descr}'; save x.astype('float32')`);
  }
  const size = Number(match[2]);
  const little = match[1] !== '>';
  const shape = dims
    .split(',')
    .filter((part) => part.trim() !== '')
    .map(Number);
  const count = elementCount(shape);
  if (bytes.length - end !== count * size) {
    throw new UserError(
      `${file}: an array of shape [${shape.join(', ')}] has ${count * size} bytes, the file holds ${bytes.length - end}; it is truncated or damaged`,
    );
  }
  const data = Float32Array.from({ length: count }, (_, index) =>
    size === 4 ? view.getFloat32(end + index * 4, little) : view.getFloat64(end + index * 8, little),
  );
  return floatTensor(shape, data);
}
