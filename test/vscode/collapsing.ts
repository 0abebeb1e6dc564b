/** A model with linear layers in a row, which the tests of problems find and mend. */

import { noise } from '../../src/core/analysis/weights/linearity.js';
import type { WrittenTensor } from '../unit/core/onnx/modelFile.js';
import { ints, modelBytes, node, value, weight } from '../unit/core/onnx/modelFile.js';

export const COLLAPSING = 'collapsing.onnx';

/** Random weights between -1/2 and 1/2. */
function random(name: string, seed: number, ...dims: number[]): WrittenTensor {
  const { data } = noise(dims, seed);
  return weight(name, dims, new Uint8Array(data.map((each) => each / 2).buffer));
}

/** Two convolutions in a row, and two matrix products. */
export function collapsing(): Uint8Array {
  return modelBytes({
    name: 'g',
    node: [
      node('Conv', ['image', 'wide.weight', 'wide.bias'], ['wide'], [ints('strides', [2, 2])]),
      node('Conv', ['wide', 'narrow.weight'], ['narrow']),
      node('Relu', ['narrow'], ['bent']),
      node('GlobalAveragePool', ['bent'], ['pooled']),
      node('Flatten', ['pooled'], ['flat']),
      node('Gemm', ['flat', 'hidden.weight', 'hidden.bias'], ['hidden']),
      node('Gemm', ['hidden', 'scores.weight'], ['scores']),
    ],
    initializer: [
      random('wide.weight', 1, 32, 3, 5, 5),
      random('wide.bias', 2, 32),
      random('narrow.weight', 3, 16, 32, 1, 1),
      random('hidden.weight', 4, 16, 40),
      random('hidden.bias', 5, 40),
      random('scores.weight', 6, 40, 10),
    ],
    input: [value('image', [1, 3, 64, 64])],
    output: [value('scores')],
    valueInfo: [],
  });
}
