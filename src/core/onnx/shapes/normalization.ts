/** Normalisations and softmax: the output has the input's shape. */

import { intAttribute } from '../attributes.js';
import { at, differ, formatShape } from './dimensions.js';
import { sameAsInput } from './elementwise.js';
import { axisWithin, forAll, impossible } from './inference.js';
import type { Fact, Inference, InferenceTable } from './inference.js';

const batchNormalization: Inference = (c) => {
  const { shape, dtype } = c.input(0);
  const scale = c.input(1).shape;
  if (scale?.length === 1 && (shape?.length ?? 0) >= 2 && differ(at(shape, 1), scale[0])) {
    throw impossible(
      c,
      `input ${formatShape(shape)} has ${at(shape, 1)} channels, its scale ${formatShape(scale)} is for ${scale[0]}`,
    );
  }
  // Further outputs of the training mode are statistics per channel.
  const statistics: Fact = { shape: scale, dtype: c.input(3).dtype };
  return [{ shape, dtype }, statistics, statistics, statistics, statistics];
};

const layerNormalization: Inference = (c) => {
  const { shape, dtype } = c.input(0);
  const axis = intAttribute(c.node, 'axis') ?? -1;
  const first = shape && axisWithin(c, axis, shape.length, shape);
  const statistics: Fact = {
    dtype: 'float32',
    shape: first === undefined ? undefined : shape?.map((size, position) => (position < first ? size : 1)),
  };
  return [{ shape, dtype }, statistics, statistics];
};

export const NORMALIZATIONS: InferenceTable = {
  BatchNormalization: batchNormalization,
  LayerNormalization: layerNormalization,
  ...forAll(
    [
      ...['LRN', 'InstanceNormalization', 'GroupNormalization', 'RMSNormalization', 'LpNormalization'],
      ...['MeanVarianceNormalization', 'Softmax', 'LogSoftmax', 'Hardmax', 'SimplifiedLayerNormalization'],
    ],
    sameAsInput,
  ),
};

/** com.microsoft: the sum of the skip connection comes back as fourth output. */
const skipNormalization: Inference = (c) => {
  const { shape, dtype } = c.input(0);
  return [{ shape, dtype }, {}, {}, { shape, dtype }];
};

export const FUSED_NORMALIZATIONS: InferenceTable = {
  ...forAll(['SkipLayerNormalization', 'SkipSimplifiedLayerNormalization'], skipNormalization),
  ...forAll(['GroupNorm', 'LayerNormalization', 'RMSNormalization', 'QLinearSoftmax'], sameAsInput),
};
