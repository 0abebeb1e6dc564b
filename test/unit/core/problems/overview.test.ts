import { describe, expect, it } from 'vitest';

import { overview } from '../../../../src/core/problems/overview.js';
import { alexNet } from '../onnx/alexnet.js';
import { constant, int, weight } from '../onnx/build.js';
import type { GraphSpec } from '../onnx/build.js';
import { networkOf } from '../onnx/networkOf.js';

describe('AlexNet', () => {
  it('has no problems that its graph shows', () => {
    expect(overview(networkOf(alexNet((layer, part) => `${part}${layer}`))).problems).toEqual([]);
  });
});

describe('a problem is', () => {
  const problemsOf = (spec: GraphSpec): readonly string[] =>
    overview(networkOf(spec)).problems.map(({ message }) => message);
  const input = { x: [1, 4, 8, 8] };

  it('an operator that is not understood, named once', () => {
    const nodes = ['a', 'b'].map((name) => ({ opType: 'Mystery', domain: 'example', inputs: ['x'], name }));
    expect(problemsOf({ inputs: input, nodes })).toEqual([
      expect.stringMatching(/Mystery of domain example .* 'a'/),
    ]);
  });

  it('a node in training mode', () => {
    const names = ['scale', 'shift', 'mean', 'variance'];
    const constants = [
      ...names.map((name) => weight(name, 4)),
      constant('ratio', 'float32', [], [0.5]),
      constant('training', 'bool', [], [1]),
    ];
    const found = problemsOf({
      inputs: input,
      constants,
      nodes: [
        {
          opType: 'BatchNormalization',
          inputs: ['x', ...names],
          name: 'bn',
          attributes: { training_mode: int(1) },
        },
        { opType: 'Dropout', inputs: ['bn', 'ratio', 'training'], name: 'drop' },
      ],
    });
    expect(found).toEqual([expect.stringContaining("'bn'"), expect.stringContaining("'drop'")]);
  });

  it('two convolutions with nothing non-linear between, but not a bottleneck or a separated convolution', () => {
    const two = (maps: number, groups: number): GraphSpec => ({
      inputs: input,
      constants: [weight('w', maps, 4 / groups, 3, 3), weight('v', 4, maps, 1, 1)],
      nodes: [
        { opType: 'Conv', inputs: ['x', 'w'], name: 'first', attributes: { group: int(groups) } },
        { opType: 'Conv', inputs: ['first', 'v'], name: 'second' },
      ],
    });
    expect(problemsOf(two(4, 1))).toEqual([
      // 4*4*9 + 4*4 weights now, 4*4*9 in one.
      expect.stringMatching(/'first' .* 'second' .* 16 parameters less \(144 in place of 160\)/),
    ]);
    expect(problemsOf(two(2, 1))).toEqual([]);
    expect(problemsOf(two(4, 4))).toEqual([]);
  });

  it('weights kept in float64, named with the layer that reads them', () => {
    const wide = { ...weight('w', 4, 4, 1, 1), dtype: 'float64' as const, typeCode: 11 };
    const found = overview(
      networkOf({
        inputs: input,
        constants: [wide],
        nodes: [
          { opType: 'Cast', inputs: ['w'], name: 'narrow', attributes: { to: int(1) } },
          { opType: 'Conv', inputs: ['x', 'narrow'], name: 'conv' },
        ],
      }),
    ).problems;
    expect(found).toEqual([
      expect.objectContaining({
        id: 'double-precision',
        severity: 'warning',
        message: expect.stringMatching(/'w'/),
      }),
    ]);
  });

  it('double precision, named at its first node', () => {
    const found = problemsOf({
      inputs: input,
      nodes: [
        { opType: 'Cast', inputs: ['x'], name: 'wide', attributes: { to: int(11) } },
        { opType: 'Relu', inputs: ['wide'], name: 'relu' },
      ],
    });
    expect(found).toEqual([expect.stringMatching(/float64 from node 'wide'/)]);
  });

  it('an initializer that nothing reads', () => {
    const found = problemsOf({
      inputs: input,
      constants: [weight('left', 3), weight('over', 3)],
      nodes: [{ opType: 'Relu', inputs: ['x'] }],
    });
    expect(found).toEqual(["initializers 'left' and 1 more are used by no node"]);
  });
});
