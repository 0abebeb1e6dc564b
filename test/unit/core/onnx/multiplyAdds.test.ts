import { describe, expect, it } from 'vitest';

import type { Node } from '../../../../src/core/onnx/model.js';
import { multiplyAdds } from '../../../../src/core/onnx/multiplyAdds.js';
import { alexNet } from './alexnet.js';
import { graphOf, infer, int, ints, string, weight } from './build.js';
import type { GraphSpec } from './build.js';

function costs(spec: GraphSpec): (number | undefined)[] {
  const graph = graphOf(spec);
  const shapes = infer(graph);
  return graph.nodes.map((node: Node) => multiplyAdds(node, shapes));
}

describe('multiply-adds', () => {
  it("of AlexNet's convolutions and matrix products are outputs times weights of one output", () => {
    const found = costs(alexNet((layer, part) => `${part}${layer}`)).filter((count) => count !== 0);
    expect(found).toEqual([
      55 * 55 * 96 * (3 * 11 * 11),
      27 * 27 * 256 * (48 * 5 * 5),
      13 * 13 * 384 * (256 * 3 * 3),
      13 * 13 * 384 * (192 * 3 * 3),
      13 * 13 * 256 * (192 * 3 * 3),
      9216 * 4096,
      4096 * 4096,
      4096 * 1000,
    ]);
  });

  it('of a transposed convolution are inputs times weights of one input', () => {
    const spec: GraphSpec = {
      inputs: { x: [1, 8, 5, 6] },
      constants: [weight('w', 8, 3, 4, 4)],
      nodes: [
        { opType: 'ConvTranspose', inputs: ['x', 'w'], attributes: { strides: ints([2, 2]), group: int(2) } },
      ],
    };
    expect(costs(spec)).toEqual([8 * 5 * 6 * (3 * 4 * 4)]);
  });

  it('of batched products count every matrix', () => {
    const spec: GraphSpec = {
      inputs: { a: [1, 12, 197, 64], b: [1, 12, 64, 197], c: [2, 3, 4] },
      constants: [weight('w', 5, 4)],
      nodes: [
        { opType: 'MatMul', inputs: ['a', 'b'] },
        { opType: 'Einsum', inputs: ['c', 'w'], attributes: { equation: string('bij,kj->bik') } },
      ],
    };
    expect(costs(spec)).toEqual([12 * 197 * 197 * 64, 2 * 3 * 5 * 4]);
  });

  it('count one image where the batch is a symbol, and are unknown where the image has no size', () => {
    const spec = (height: number | string): GraphSpec => ({
      inputs: { x: ['N', 3, height, 8] },
      constants: [weight('w', 4, 3, 1, 1)],
      nodes: [{ opType: 'Conv', inputs: ['x', 'w'] }],
    });
    expect(costs(spec(8))).toEqual([4 * 8 * 8 * 3]);
    expect(costs(spec('H'))).toEqual([undefined]);
  });
});
