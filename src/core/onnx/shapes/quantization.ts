/** Quantisation: integers with a scale and a zero point. */

import { intAttribute } from '../attributes.js';
import { dataTypeOf } from '../dataTypes.js';
import { forAll } from './inference.js';
import type { Inference, InferenceTable } from './inference.js';

const quantize: Inference = (c) => {
  const asked = intAttribute(c.node, 'output_dtype') ?? 0;
  const dtype = c.has(2) ? c.input(2).dtype : asked === 0 ? 'uint8' : dataTypeOf(asked);
  return [{ shape: c.input(0).shape, dtype }];
};

const dequantize: Inference = (c) => {
  const asked = intAttribute(c.node, 'output_dtype') ?? 0;
  return [{ shape: c.input(0).shape, dtype: asked === 0 ? c.input(1).dtype : dataTypeOf(asked) }];
};

const dynamicQuantize: Inference = (c) => [
  { shape: c.input(0).shape, dtype: 'uint8' },
  { shape: [], dtype: 'float32' },
  { shape: [], dtype: 'uint8' },
];

export const QUANTIZATIONS: InferenceTable = {
  QuantizeLinear: quantize,
  DequantizeLinear: dequantize,
  DynamicQuantizeLinear: dynamicQuantize,
};

/** com.microsoft has its own for types that ONNX's did not take. */
export const MICROSOFT_QUANTIZATIONS: InferenceTable = {
  ...forAll(['QuantizeLinear'], quantize),
  ...forAll(['DequantizeLinear'], dequantize),
};
