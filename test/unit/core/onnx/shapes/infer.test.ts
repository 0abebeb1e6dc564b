/** Inference over graphs: symbols, followed values, the file's own statements, contradictions. */

import { describe, expect, it } from 'vitest';

import { UserError } from '../../../../../src/core/errors.js';
import type { Graph } from '../../../../../src/core/onnx/model.js';
import { constant, float, graphOf, i64, infer, int, ints, weight } from '../build.js';
import type { GraphSpec } from '../build.js';

const IMAGE = { x: ['N', 3, 'H', 'W'] };

function shapeOf(spec: GraphSpec, tensor: string, opset?: number): unknown {
  return infer(graphOf(spec), opset).shapeOf(tensor);
}

describe('symbols', () => {
  it('travel through layers that keep an axis', () => {
    const spec: GraphSpec = {
      inputs: { x: ['N', 3, 227, 227] },
      constants: [weight('w', 96, 3, 11, 11)],
      nodes: [
        { opType: 'Conv', inputs: ['x', 'w'], name: 'conv', attributes: { strides: ints([4, 4]) } },
        { opType: 'Relu', inputs: ['conv'], name: 'relu' },
        { opType: 'Flatten', inputs: ['relu'], name: 'flat' },
      ],
    };
    expect(shapeOf(spec, 'conv')).toEqual(['N', 96, 55, 55]);
    expect(shapeOf(spec, 'flat')).toEqual(['N', 96 * 55 * 55]);
  });

  it('are bound by the shapes that the caller gives the inputs', () => {
    const graph = graphOf({
      inputs: { x: ['N', 4], other: ['N', 4] },
      nodes: [{ opType: 'Relu', inputs: ['x'], name: 'y' }],
    });
    const shapes = infer(graph, 17, { x: [2, 4] });
    expect(shapes.staticShapeOf('y')).toEqual([2, 4]);
  });

  it('become unknown where a window slides over them', () => {
    const spec: GraphSpec = {
      inputs: IMAGE,
      nodes: [{ opType: 'MaxPool', inputs: ['x'], name: 'y', attributes: { kernel_shape: ints([3, 3]) } }],
    };
    expect(shapeOf(spec, 'y')).toEqual(['N', 3, undefined, undefined]);
  });

  it('cancel on both sides of a Reshape', () => {
    const spec = (target: number[]): GraphSpec => ({
      inputs: { x: ['N', 8, 'H', 4] },
      constants: [i64('target', ...target)],
      nodes: [{ opType: 'Reshape', inputs: ['x', 'target'], name: 'y' }],
    });
    expect(shapeOf(spec([0, 2, 4, 0, -1]), 'y')).toEqual(['N', 2, 4, 4, 'H']);
    expect(shapeOf(spec([0, 4, 0, -1]), 'y')).toEqual(['N', 4, 'H', 8]);
    expect(shapeOf(spec([-1, 32]), 'y')).toEqual([undefined, 32]);
    expect(shapeOf(spec([0, 0, 0, -1]), 'y')).toEqual(['N', 8, 'H', 4]);
  });
});

describe('values', () => {
  it('are followed through a flattening that the exporter wrote with Shape, Gather and Concat', () => {
    const spec: GraphSpec = {
      inputs: { x: ['N', 256, 6, 6] },
      constants: [i64('zero', 0), i64('minus', -1), i64('axes', 0)],
      nodes: [
        { opType: 'Shape', inputs: ['x'], name: 'shape' },
        { opType: 'Gather', inputs: ['shape', 'index'], name: 'batch' },
        { opType: 'Unsqueeze', inputs: ['batch', 'axes'], name: 'batch1' },
        { opType: 'Concat', inputs: ['batch1', 'minus'], name: 'target', attributes: { axis: int(0) } },
        { opType: 'Reshape', inputs: ['x', 'target'], name: 'y' },
      ],
    };
    const constants = [...(spec.constants ?? []), constant('index', 'int64', [], [0])];
    expect(shapeOf({ ...spec, constants }, 'y')).toEqual(['N', 9216]);
  });

  it('are followed through the arithmetic of a doubled size', () => {
    const graph = graphOf({
      inputs: { x: [1, 8, 7, 9] },
      constants: [
        i64('from', 2),
        i64('to', 4),
        constant('two', 'float32', [], [2]),
        i64('head', 0),
        i64('half', 2),
      ],
      nodes: [
        { opType: 'Shape', inputs: ['x'], name: 'shape' },
        { opType: 'Slice', inputs: ['shape', 'from', 'to'], name: 'size' },
        { opType: 'Cast', inputs: ['size'], name: 'real', attributes: { to: int(1) } },
        { opType: 'Mul', inputs: ['real', 'two'], name: 'doubled' },
        { opType: 'Floor', inputs: ['doubled'], name: 'floor' },
        { opType: 'Cast', inputs: ['floor'], name: 'whole', attributes: { to: int(7) } },
        { opType: 'Slice', inputs: ['shape', 'head', 'half'], name: 'outer' },
        { opType: 'Concat', inputs: ['outer', 'whole'], name: 'sizes', attributes: { axis: int(0) } },
        { opType: 'Resize', inputs: ['x', '', '', 'sizes'], name: 'y' },
      ],
    });
    const shapes = infer(graph);
    expect(shapes.valuesOf('sizes')).toEqual([1, 8, 14, 18]);
    expect(shapes.staticShapeOf('y')).toEqual([1, 8, 14, 18]);
  });

  it('are followed through the pads that PyTorch reverses and transposes', () => {
    // torch.nn.functional.pad(x, (1, 2, 3, 4)): width 1 and 2, height 3 and 4.
    const graph = graphOf({
      inputs: { x: [1, 2, 5, 6] },
      constants: [
        i64('given', 1, 2, 3, 4),
        i64('missing', 4),
        i64('pairs', -1, 2),
        i64('last', -1),
        i64('first', -(2 ** 53)),
        i64('rows', 0),
        i64('flat', -1),
      ],
      nodes: [
        { opType: 'ConstantOfShape', inputs: ['missing'], name: 'reals' },
        { opType: 'Cast', inputs: ['reals'], name: 'zeros', attributes: { to: int(7) } },
        { opType: 'Concat', inputs: ['given', 'zeros'], name: 'all', attributes: { axis: int(0) } },
        { opType: 'Reshape', inputs: ['all', 'pairs'], name: 'paired' },
        { opType: 'Slice', inputs: ['paired', 'last', 'first', 'rows', 'last'], name: 'reversed' },
        { opType: 'Transpose', inputs: ['reversed'], name: 'transposed' },
        { opType: 'Reshape', inputs: ['transposed', 'flat'], name: 'pads' },
        { opType: 'Pad', inputs: ['x', 'pads'], name: 'y' },
      ],
    });
    const shapes = infer(graph);
    expect(shapes.valuesOf('pads')).toEqual([0, 0, 3, 1, 0, 0, 4, 2]);
    expect(shapes.staticShapeOf('y')).toEqual([1, 2, 12, 9]);
  });

  it('of a target with -1 for "as it is" come out of Equal and Where', () => {
    const spec: GraphSpec = {
      inputs: { x: ['N', 1, 4] },
      constants: [i64('wanted', -1, 6, -1), i64('minus', -1), i64('ones', 1, 1, 1)],
      nodes: [
        { opType: 'Equal', inputs: ['wanted', 'minus'], name: 'kept' },
        { opType: 'Where', inputs: ['kept', 'ones', 'wanted'], name: 'target' },
        { opType: 'Expand', inputs: ['x', 'target'], name: 'y' },
      ],
    };
    expect(shapeOf(spec, 'y')).toEqual(['N', 6, 4]);
  });

  it('of integer division truncate, of Mod take the sign of the divisor', () => {
    const graph = graphOf({
      constants: [i64('a', -7, 7), i64('b', 2, -4)],
      nodes: [
        { opType: 'Div', inputs: ['a', 'b'], name: 'quotient' },
        { opType: 'Mod', inputs: ['a', 'b'], name: 'remainder' },
      ],
    });
    expect(infer(graph).valuesOf('quotient')).toEqual([-3, -1]);
    expect(infer(graph).valuesOf('remainder')).toEqual([1, -1]);
  });

  it('of huge tensors are not followed, their sizes are just numbers', () => {
    const graph = graphOf({
      constants: [i64('size', 100_000, 100_000)],
      nodes: [
        { opType: 'ConstantOfShape', inputs: ['size'], name: 'huge' },
        { opType: 'Neg', inputs: ['huge'], name: 'y' },
      ],
    });
    expect(infer(graph).staticShapeOf('y')).toEqual([100_000, 100_000]);
    expect(infer(graph).valuesOf('huge')).toBeUndefined();
  });
});

describe('what the file says', () => {
  const relu: GraphSpec = {
    inputs: { x: [1, 4] },
    nodes: [
      { opType: 'Mystery', domain: 'example', inputs: ['x'], name: 'strange' },
      { opType: 'Relu', inputs: ['strange'], name: 'y' },
    ],
    valueInfo: [{ name: 'strange', dtype: 'float32', shape: [1, 7] }],
  };

  it('holds behind an operator that is not known', () => {
    expect(shapeOf(relu, 'y')).toEqual([1, 7]);
  });

  it('is not believed when the input has another size now', () => {
    const shapes = infer(graphOf(relu), 17, { x: [2, 4] });
    expect(shapes.shapeOf('y')).toBeUndefined();
    expect(shapes.typeOf('strange')).toBe('float32');
  });

  it('loses against inference', () => {
    const spec: GraphSpec = {
      inputs: { x: [1, 4] },
      nodes: [{ opType: 'Relu', inputs: ['x'], name: 'y' }],
      valueInfo: [{ name: 'y', dtype: 'float32', shape: [1, 5] }],
    };
    expect(shapeOf(spec, 'y')).toEqual([1, 4]);
  });

  it('fills the sizes that inference leaves open', () => {
    const spec: GraphSpec = {
      inputs: { x: [1, 4] },
      nodes: [{ opType: 'NonZero', inputs: ['x'], name: 'y' }],
      valueInfo: [{ name: 'y', dtype: 'int64', shape: [2, 'found'] }],
    };
    expect(shapeOf(spec, 'y')).toEqual([2, 'found']);
  });
});

describe('an If', () => {
  const branch = (opType: string): Graph =>
    graphOf({ nodes: [{ opType, inputs: ['x'], name: `${opType}_out`, attributes: { axes: ints([0]) } }] });
  const spec = (condition: 'known' | 'computed'): GraphSpec => ({
    inputs: { x: [1, 4], run: [] },
    constants: [constant('known', 'bool', [], [0])],
    nodes: [
      {
        opType: 'If',
        inputs: [condition === 'known' ? 'known' : 'run'],
        name: 'y',
        attributes: {
          then_branch: { type: 'graph', value: branch('Squeeze') },
          else_branch: { type: 'graph', value: branch('Identity') },
        },
      },
    ],
  });

  it('whose condition is known has the shape of the branch that is taken', () => {
    expect(shapeOf(spec('known'), 'y', 11)).toEqual([1, 4]);
  });

  it('whose branches differ in rank has no known shape', () => {
    expect(shapeOf(spec('computed'), 'y', 11)).toBeUndefined();
  });
});

describe('a composite', () => {
  it('is inferred through its body', () => {
    const spec: GraphSpec = {
      inputs: { x: ['N', 8] },
      constants: [constant('half', 'float32', [], [0.5])],
      nodes: [
        {
          opType: 'Gelu',
          inputs: ['x'],
          name: 'y',
          body: [
            { opType: 'Erf', inputs: ['x'], name: 'erf' },
            { opType: 'Mul', inputs: ['erf', 'half'], name: 'y' },
          ],
        },
      ],
    };
    expect(shapeOf(spec, 'y')).toEqual(['N', 8]);
    expect(shapeOf(spec, 'erf')).toEqual(['N', 8]);
  });
});

describe('an impossible shape names the node, its operator and both shapes:', () => {
  const failing = (spec: GraphSpec): string => {
    try {
      infer(graphOf(spec));
    } catch (error) {
      expect(error).toBeInstanceOf(UserError);
      return (error as UserError).message;
    }
    return 'no error';
  };

  it.each<[string, GraphSpec, string[]]>([
    [
      'a kernel larger than its padded input',
      {
        inputs: { x: [1, 3, 8, 8] },
        constants: [weight('w', 4, 3, 11, 11)],
        nodes: [{ opType: 'Conv', name: 'conv', inputs: ['x', 'w'] }],
      },
      ["'conv' (Conv)", '[11, 11]', '[1, 3, 8, 8]'],
    ],
    [
      'channels that do not fit the weights',
      {
        inputs: { x: [1, 3, 8, 8] },
        constants: [weight('w', 4, 3, 3, 3)],
        nodes: [{ opType: 'Conv', name: 'conv', inputs: ['x', 'w'], attributes: { group: int(2) } }],
      },
      ["'conv' (Conv)", '[1, 3, 8, 8]', '[4, 3, 3, 3]', '2 groups'],
    ],
    [
      'inner sizes of a product',
      {
        inputs: { x: [1, 9216] },
        constants: [weight('w', 4096, 1000)],
        nodes: [{ opType: 'MatMul', name: 'fc', inputs: ['x', 'w'] }],
      },
      ["'fc' (MatMul)", '[1, 9216]', '[4096, 1000]'],
    ],
    [
      'parts that differ beside the axis of a Concat',
      {
        inputs: { a: [1, 3, 8, 8], b: [1, 3, 7, 8] },
        nodes: [{ opType: 'Concat', name: 'cat', inputs: ['a', 'b'], attributes: { axis: int(1) } }],
      },
      ["'cat' (Concat)", '[1, 3, 8, 8]', '[1, 3, 7, 8]'],
    ],
    [
      'operands that cannot be broadcast',
      { inputs: { a: [1, 3], b: [1, 4] }, nodes: [{ opType: 'Add', name: 'add', inputs: ['a', 'b'] }] },
      ["'add' (Add)", '[1, 3]', '[1, 4]'],
    ],
    [
      'a Reshape to another number of elements',
      {
        inputs: { x: [1, 10] },
        constants: [i64('target', 3, -1)],
        nodes: [{ opType: 'Reshape', name: 'view', inputs: ['x', 'target'] }],
      },
      ["'view' (Reshape)", '[1, 10]', '[3, -1]'],
    ],
  ])('%s', (_what, spec, parts) => {
    const message = failing(spec);
    parts.forEach((part) => expect(message).toContain(part));
    expect(message).not.toContain('\n');
  });
});

describe('old opsets', () => {
  it('stretch the second operand along an axis', () => {
    const spec: GraphSpec = {
      inputs: { a: [2, 3, 4], b: [3] },
      nodes: [
        { opType: 'Add', inputs: ['a', 'b'], name: 'y', attributes: { axis: int(1), broadcast: int(1) } },
      ],
    };
    expect(shapeOf(spec, 'y', 6)).toEqual([2, 3, 4]);
  });
});

describe('size', () => {
  it('of a graph does not matter: 100,000 nodes are inferred', () => {
    const nodes = Array.from({ length: 100_000 }, (_, place) => ({
      opType: place % 2 === 0 ? 'LeakyRelu' : 'Add',
      inputs: place === 0 ? ['x'] : place % 2 === 0 ? [`n${place - 1}`] : [`n${place - 1}`, 'x'],
      name: `n${place}`,
      attributes: { alpha: float(0.1) },
    }));
    expect(shapeOf({ inputs: { x: ['N', 3, 8, 8] }, nodes }, 'n99999')).toEqual(['N', 3, 8, 8]);
  });
});
