/** The models of test/fixtures/engine as derived models, and tensors to feed them. */

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { floatTensor } from '../../../src/core/tensor.js';
import type { Tensor } from '../../../src/core/tensor.js';
import type { DerivedModel } from '../../../src/core/onnx/model.js';

export const FOLDER = resolve(import.meta.dirname, '../../fixtures/engine');

/** @param folder where the weights are looked for */
export function fixture(name: string, folder = FOLDER): DerivedModel {
  return { bytes: new Uint8Array(readFileSync(join(FOLDER, `${name}.onnx`))), folder };
}

/** A row of three floats. */
export function row(...values: readonly [number, number, number]): Tensor {
  return floatTensor([1, 3], values);
}

/** How often the model `slow` goes round; 20,000 take longer than any test waits for. */
export function times(count: number): Tensor {
  return { dtype: 'int64', shape: [], data: BigInt64Array.of(BigInt(count)) };
}
