/** Unpooling by switches (Zeiler & Fergus 2013, section 2.1), which is also the gradient of max pooling. */

import { int, string } from '../onnx/attributes.js';
import type { Attribute } from '../onnx/model.js';
import { elementCount } from '../tensor.js';
import type { BackwardContext, ValueName } from './rule.js';

/**
 * Sends each element of `signal` to the place of the maximum in its window, adding where windows overlap. The
 * switches come from pooling `x` again: MaxPool's `Indices` are flat over the whole tensor.
 * @param pool attributes of the MaxPool from `x` to the signal's shape
 * @param shape shape of the result, with as many elements as `x`
 */
export function unpool(
  c: BackwardContext,
  signal: ValueName,
  x: ValueName,
  pool: Record<string, Attribute>,
  shape: readonly number[],
): ValueName {
  const [, switches] = c.emitMany('MaxPool', [x], 2, pool);
  const flat = c.int64([-1]);
  const scattered = c.emit(
    'ScatterElements',
    [
      c.emit('ConstantOfShape', [c.int64([elementCount(shape)])]),
      c.emit('Reshape', [switches, flat]),
      c.emit('Reshape', [signal, flat]),
    ],
    { axis: int(0), reduction: string('add') },
  );
  return c.emit('Reshape', [scattered, c.int64(shape)]);
}
