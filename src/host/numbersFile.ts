/** Arrays as files. */

import { encodeNpy } from '../core/npy.js';
import { floatTensor } from '../core/tensor.js';
import type { Numbers, NumbersForm } from '../protocol/everyPanel.js';

/** Numbers turned into text before the event loop has its turn. */
const CHUNK = 20_000;

/**
 * - `npy`: the exact float32 numbers.
 * - `csv`: a line for each row of the last axis, the other axes one after another.
 * - `json`: `shape` and the flat `values`; what is not finite is null.
 */
export async function encodeNumbers({ shape, values }: Numbers, form: NumbersForm): Promise<Uint8Array> {
  if (form === 'npy') {
    return encodeNpy(floatTensor(shape, values));
  }
  const columns = shape.at(-1) ?? values.length;
  const parts: string[] = [];
  for (let start = 0; start < values.length; start += CHUNK) {
    let text = '';
    for (let index = start; index < Math.min(values.length, start + CHUNK); index++) {
      const value = values[index] ?? NaN;
      const isLast = index === values.length - 1;
      if (form === 'csv') {
        text += `${value}${(index + 1) % columns === 0 || isLast ? '\n' : ','}`;
      } else {
        text += `${Number.isFinite(value) ? value : 'null'}${isLast ? '' : ','}`;
      }
    }
    parts.push(text);
    await new Promise(setImmediate);
  }
  const text = form === 'csv' ? parts.join('') : `{"shape":[${shape.join()}],"values":[${parts.join('')}]}\n`;
  return new TextEncoder().encode(text);
}
