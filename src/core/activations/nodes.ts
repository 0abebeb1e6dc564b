/** How activation functions write themselves as ONNX nodes. */

import { float, int } from '../onnx/attributes.js';
import { codeOf } from '../onnx/dataTypes.js';
import type { Attribute } from '../onnx/model.js';

/** A node between named values: `x` comes in, `y` goes out, a number is a constant. */
export interface NodeSketch {
  readonly opType: string;
  readonly inputs: readonly (string | number)[];
  readonly output: string;
  readonly attributes?: Readonly<Record<string, Attribute>>;
  /** First version of ONNX's operators with the operator. */
  readonly since?: number;
}

/** One operator that computes the whole function, with its attributes. */
export function single(
  opType: string,
  attributes: Readonly<Record<string, number>> = {},
  since = 6,
): NodeSketch[] {
  const floats = Object.entries(attributes).map(([name, value]) => [name, float(value)] as const);
  return [{ opType, inputs: ['x'], output: 'y', attributes: Object.fromEntries(floats), since }];
}

export const step = (
  opType: string,
  inputs: readonly (string | number)[],
  output: string,
  since = 7,
): NodeSketch => ({
  opType,
  inputs,
  output,
  since,
});

/** Float tensor from a bool one. */
export const toFloat = (input: string, output: string): NodeSketch => ({
  opType: 'Cast',
  inputs: [input],
  output,
  attributes: { to: int(codeOf('float32')) },
});
