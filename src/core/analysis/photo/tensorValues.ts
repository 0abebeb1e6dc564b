/** What does one tensor of the network hold: on a photo, or as a weight? */

import { UserError } from '../../errors.js';
import type { Engine, RunOptions } from '../../engine.js';
import { toFloat32 } from '../../floats.js';
import type { Network } from '../../network/network.js';
import { forwardOf } from '../../network/forward.js';
import type { FloatTensor, Tensor } from '../../tensor.js';
import { histogram, statistics } from '../../statistics.js';
import type { Histogram, MapStatistics } from '../../statistics.js';

export interface TensorDescription {
  readonly statistics: MapStatistics;
  readonly histogram: Histogram;
  /** Number of NaN and infinite values; statistics leave them out. */
  readonly notFinite: number;
  /** Place of the largest value; -1 where there is no finite one. */
  readonly strongest: number;
}

/**
 * The values of an activation on one photo.
 * @param input the network's input, [1, C, H, W] or NHWC
 * @throws UserError where the tensor cannot be computed from the photo or holds no numbers
 */
export async function activationValues(
  engine: Engine,
  network: Network,
  input: FloatTensor,
  tensor: string,
  options?: RunOptions,
): Promise<FloatTensor> {
  const { model, input: image } = network;
  if (tensor === image.name) {
    return input;
  }
  const derived = forwardOf(network, [tensor]);
  const [result] = await engine.run(
    [{ model: derived, feeds: { [image.name]: input }, fetch: [tensor], memo: true }],
    options,
  );
  const value = result?.[tensor];
  if (value === undefined) {
    throw new UserError(`${model.file}: tensor '${tensor}' could not be computed`);
  }
  return numbersOf(value, tensor);
}

/** What is said of the values of a tensor: takes as long as there are values. */
export function describeTensor({ data }: FloatTensor): TensorDescription {
  const whole = statistics(data);
  return {
    statistics: whole,
    histogram: histogram(data, whole),
    notFinite: data.reduce((count, value) => count + (Number.isFinite(value) ? 0 : 1), 0),
    strongest: data.indexOf(whole.max),
  };
}

/** Whole numbers, such as the indices of a pooling layer, as floats. */
function numbersOf(tensor: Tensor, name: string): FloatTensor {
  const { data, dtype, shape } = tensor;
  const isWhole = /^u?int(8|16|32|64)$|^bool$/.test(dtype);
  return isWhole
    ? { dtype: 'float32', shape, data: Float32Array.from(data as ArrayLike<number | bigint>, Number) }
    : toFloat32(tensor, name);
}
