import { describe, expect, it } from 'vitest';

import { indexGraph } from '../../../../src/core/onnx/graphIndex.js';
import { parametersSteps } from '../../../../src/core/network/parameters.js';
import { pixelTensors } from '../../../../src/core/network/pixels.js';
import { atOnce } from '../../../../src/core/steps.js';
import { alexNet } from '../onnx/alexnet.js';
import { constant, graphOf, i64, infer, int, weight } from '../onnx/build.js';
import type { GraphSpec } from '../onnx/build.js';

/** Parameters by node name, and their total. */
function counted(spec: GraphSpec): Record<string, number> {
  const graph = graphOf(spec);
  const [index, shapes] = [indexGraph(graph), infer(graph)];
  const { ofNode, total } = atOnce(parametersSteps(index, shapes, pixelTensors(index, shapes, 'x')));
  const owners = [...ofNode].filter(([, count]) => count > 0).map(([{ name }, count]) => [name, count]);
  return { ...(Object.fromEntries(owners) as Record<string, number>), total };
}

describe('parameters', () => {
  it('of AlexNet are 60,965,224', () => {
    expect(counted(alexNet((layer, part) => `${part}${layer}`)).total).toBe(60_965_224);
  });

  it('of a BatchNormalization are scale and shift, not its statistics', () => {
    const names = ['scale', 'shift', 'mean', 'variance'];
    const spec: GraphSpec = {
      inputs: { x: [1, 8, 4, 4] },
      constants: names.map((name) => weight(name, 8)),
      nodes: [{ opType: 'BatchNormalization', inputs: ['x', ...names], name: 'bn' }],
    };
    expect(counted(spec)).toEqual({ bn: 16, total: 16 });
  });

  it('that two layers share count for the first', () => {
    const spec: GraphSpec = {
      inputs: { x: [1, 8] },
      constants: [weight('w', 8, 8)],
      nodes: [
        { opType: 'MatMul', inputs: ['x', 'w'], name: 'first' },
        { opType: 'MatMul', inputs: ['first', 'w'], name: 'second' },
      ],
    };
    expect(counted(spec)).toEqual({ first: 64, total: 64 });
  });

  it('are found behind operators that compute the weights, by their source', () => {
    const spec: GraphSpec = {
      inputs: { x: [1, 8] },
      constants: [
        constant('quantised', 'int8', [8, 4], new Array<number>(32).fill(1)),
        constant('scale', 'float32', [], [0.1]),
        constant('zero', 'int8', [], [0]),
        i64('shape', 4, 3),
      ],
      nodes: [
        { opType: 'DequantizeLinear', inputs: ['quantised', 'scale', 'zero'], name: 'w' },
        { opType: 'MatMul', inputs: ['x', 'w'], name: 'quantisedProduct' },
        { opType: 'ConstantOfShape', inputs: ['shape'], name: 'filled' },
        { opType: 'MatMul', inputs: ['quantisedProduct', 'filled'], name: 'filledProduct' },
      ],
    };
    expect(counted(spec)).toEqual({ quantisedProduct: 32, filledProduct: 12, total: 44 });
  });

  it('are no factors, sizes, bounds or shapes', () => {
    const spec: GraphSpec = {
      inputs: { x: [1, 4, 4, 4] },
      constants: [
        constant('half', 'float32', [1], [0.5]),
        constant('scales', 'float32', [4], [1, 1, 2, 2]),
        constant('six', 'float32', [], [6]),
        i64('shape', 1, -1),
        weight('gamma', 4, 1, 1),
      ],
      nodes: [
        { opType: 'Mul', inputs: ['x', 'half'], name: 'halved' },
        { opType: 'Resize', inputs: ['halved', '', 'scales'], name: 'larger' },
        { opType: 'Clip', inputs: ['larger', '', 'six'], name: 'clipped' },
        { opType: 'Mul', inputs: ['clipped', 'gamma'], name: 'scaled' },
        { opType: 'Reshape', inputs: ['scaled', 'shape'], name: 'flat', attributes: { allowzero: int(0) } },
      ],
    };
    expect(counted(spec)).toEqual({ scaled: 4, total: 4 });
  });
});
