/** AlexNet as the Caffe reference model has it: one column, groups where the paper's two GPUs were. */

import { int, ints, weight } from './build.js';
import type { GraphSpec, NodeSpec } from './build.js';

const CONVOLUTIONS = [
  { maps: 96, inputs: 3, kernel: 11, stride: 4, pad: 0, groups: 1, isPooled: true },
  { maps: 256, inputs: 96, kernel: 5, stride: 1, pad: 2, groups: 2, isPooled: true },
  { maps: 384, inputs: 256, kernel: 3, stride: 1, pad: 1, groups: 1, isPooled: false },
  { maps: 384, inputs: 384, kernel: 3, stride: 1, pad: 1, groups: 2, isPooled: false },
  { maps: 256, inputs: 384, kernel: 3, stride: 1, pad: 1, groups: 2, isPooled: true },
];

/** The network for an input `x` of 227x227 pixels; `weightName` names layer k's weights and biases. */
export function alexNet(weightName: (layer: number, part: 'w' | 'b') => string): GraphSpec {
  const nodes: NodeSpec[] = [];
  const constants = [];
  let input = 'x';
  const add = (node: NodeSpec): void => {
    const output = `t${nodes.length}`;
    nodes.push({ ...node, inputs: [input, ...node.inputs], name: `n${nodes.length}`, outputs: [output] });
    input = output;
  };
  for (const [place, { maps, inputs, kernel, stride, pad, groups, isPooled }] of CONVOLUTIONS.entries()) {
    const [w, b] = [weightName(place + 1, 'w'), weightName(place + 1, 'b')];
    constants.push(weight(w, maps, inputs / groups, kernel, kernel), weight(b, maps));
    const attributes = {
      strides: ints([stride, stride]),
      pads: ints([pad, pad, pad, pad]),
      group: int(groups),
    };
    add({ opType: 'Conv', inputs: [w, b], attributes });
    add({ opType: 'Relu', inputs: [] });
    if (place < 2) {
      add({ opType: 'LRN', inputs: [], attributes: { size: int(5) } });
    }
    if (isPooled) {
      add({
        opType: 'MaxPool',
        inputs: [],
        attributes: { kernel_shape: ints([3, 3]), strides: ints([2, 2]) },
      });
    }
  }
  add({ opType: 'Flatten', inputs: [] });
  for (const [place, [inputs, outputs]] of (
    [
      [9216, 4096],
      [4096, 4096],
      [4096, 1000],
    ] as const
  ).entries()) {
    const [w, b] = [weightName(place + 6, 'w'), weightName(place + 6, 'b')];
    constants.push(weight(w, outputs, inputs), weight(b, outputs));
    add({ opType: 'Gemm', inputs: [w, b], attributes: { transB: int(1) } });
    if (place < 2) {
      add({ opType: 'Relu', inputs: [] });
      add({ opType: 'Dropout', inputs: [] });
    }
  }
  add({ opType: 'Softmax', inputs: [] });
  return { nodes, constants, inputs: { x: [1, 3, 227, 227] } };
}
