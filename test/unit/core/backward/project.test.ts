import { describe, expect, it } from 'vitest';

import { checkShapes } from '../../../../src/core/backward/shapeCheck.js';
import type { ValueName } from '../../../../src/core/backward/rule.js';
import type { Attribute } from '../../../../src/core/onnx/model.js';
import { codeOf } from '../../../../src/core/onnx/dataTypes.js';
import { UserError } from '../../../../src/core/errors.js';
import { expectClose } from './expectClose.js';
import { backward, f32, forward, gradientError, i64, int, noise, projectionOf } from './harness.js';
import type { Case } from './harness.js';

const x = f32([1, 3], [1, -2, 3]);
const signal = f32([1, 3], [10, 20, 30]);

describe('the way of a signal', () => {
  it('adds signals that meet at a tensor', async () => {
    const spec: Case = {
      x,
      constants: { two: f32([], [2]) },
      nodes: [
        { opType: 'Mul', inputs: ['x', 'two'], outputs: ['a'] },
        { opType: 'Neg', inputs: ['x'], outputs: ['b'] },
        { opType: 'Sum', inputs: ['a', 'b', 'x', 'a'], outputs: ['y'] },
      ],
    };
    // y = 2x - x + x + 2x
    expectClose((await backward(spec, signal)).data, [40, 80, 120]);
  });

  it('starts at the target, whatever comes behind it or branches off', async () => {
    const spec: Case = {
      x,
      target: 'a',
      nodes: [
        { opType: 'Neg', inputs: ['x'], outputs: ['a'] },
        { opType: 'Sin', inputs: ['a'], outputs: ['behind'] },
        { opType: 'Cos', inputs: ['x'], outputs: ['beside'] },
      ],
    };
    expectClose((await backward(spec, signal)).data, [-10, -20, -30]);
  });

  it('cannot pass quantised tensors, and names the first node that makes one', async () => {
    const spec: Case = {
      x,
      constants: { scale: f32([], [0.5]) },
      nodes: [
        { opType: 'QuantizeLinear', inputs: ['x', 'scale'], outputs: ['whole'] },
        { opType: 'DequantizeLinear', inputs: ['whole', 'scale'], outputs: ['y'] },
      ],
    };
    await expect(backward(spec, signal)).rejects.toThrow(
      /'y' is computed in whole numbers from node .*QuantizeLinear.*float32/,
    );
  });

  it('takes what depends on the image through whole numbers alone as constant, as a derivative does', async () => {
    const spec: Case = {
      x,
      nodes: [
        { opType: 'ArgMax', inputs: ['x'], outputs: ['index'], attributes: { axis: int(1) } },
        {
          opType: 'Cast',
          inputs: ['index'],
          outputs: ['number'],
          attributes: { to: int(codeOf('float32')) },
        },
        { opType: 'Mul', inputs: ['x', 'number'], outputs: ['y'] },
      ],
    };
    expectClose((await backward(spec, signal)).data, [20, 40, 60]);
    expect(await gradientError(spec)).toBeLessThan(1e-3);
  });

  it('sends the three methods each their own way through a small network', async () => {
    // Two units: pre-activations 1·1 + 2·1 = 3 and 1·1 - 2·1 = -1.
    const spec: Case = {
      x: f32([1, 2], [1, 1]),
      constants: { w: f32([2, 2], [1, 1, 2, -2]), v: f32([2, 2], [1, -1, 1, 1]) },
      nodes: [
        { opType: 'MatMul', inputs: ['x', 'w'], outputs: ['a'] },
        { opType: 'Relu', inputs: ['a'], outputs: ['r'] },
        { opType: 'MatMul', inputs: ['r', 'v'], outputs: ['y'] },
      ],
    };
    const start = f32([1, 2], [1, 2]);
    // The signal at r is (1 - 2, 1 + 2) = (-1, 3).
    expectClose((await backward({ ...spec, method: 'gradient' }, start)).data, [-1, -2]);
    expectClose((await backward({ ...spec, method: 'deconvnet' }, start)).data, [3, -6]);
    expectClose((await backward({ ...spec, method: 'guided' }, start)).data, [0, 0]);
  });
});

describe('what the backward model reads', () => {
  it('has the bytes of a weight where they are, and saves what nodes compute', async () => {
    const spec: Case = {
      x: noise([1, 2, 4]),
      constants: { w: noise([3, 2, 2]), shape: i64(2, 3, 2) },
      nodes: [
        { opType: 'Conv', inputs: ['x', 'w'], outputs: ['a'] },
        { opType: 'ConstantOfShape', inputs: ['shape'], outputs: ['v'] },
        { opType: 'Conv', inputs: ['a', 'v'], outputs: ['b'] },
        { opType: 'Relu', inputs: ['b'], outputs: ['y'] },
      ],
    };
    const run = await forward(spec);
    const { graph, saved } = projectionOf(spec, run);
    expect(graph.constants.get('forward:w')?.data).toBe(run.graph.constants.get('w')?.data);
    expect(saved.map(({ tensor }) => tensor).sort()).toEqual(['v', 'y']);
    expect(graph.inputs.map(({ name }) => name)).toEqual(['signal', ...saved.map(({ input }) => input)]);
  });

  it('saves no activation for a deconvnet without pools', async () => {
    const spec: Case = { ...two('Relu'), method: 'deconvnet' };
    expect(projectionOf(spec, await forward(spec)).saved).toEqual([]);
  });

  it('computes in float32 where the model computes in float16', async () => {
    const toHalf = { to: int(codeOf('float16')) };
    const spec: Case = {
      x: f32([1, 2], [1, 2]),
      constants: { w: f32([2, 2], [1, 3, 2, 4]) },
      nodes: [
        { opType: 'Cast', inputs: ['x'], outputs: ['h'], attributes: toHalf },
        { opType: 'Cast', inputs: ['w'], outputs: ['wh'], attributes: toHalf },
        { opType: 'MatMul', inputs: ['h', 'wh'], outputs: ['m'] },
        { opType: 'Mul', inputs: ['m', 'm'], outputs: ['y'] },
      ],
    };
    // m = (5, 11); the gradient of m² for the signal (1, 1e-6) is 2·(5, 11e-6), too fine for float16.
    const { data } = await backward(spec, f32([1, 2], [1, 1e-6]));
    expectClose(data, [10 + 66e-6, 20 + 88e-6], 1e-5);
    expect(data[0]).not.toBe(10);
  });
});

describe('what cannot be projected', () => {
  const node = { domain: '', attributes: new Map(), metadata: new Map() };
  const failure = async (spec: Case): Promise<string> => {
    const run = await forward(spec);
    try {
      projectionOf(spec, run);
    } catch (error) {
      expect(error).toBeInstanceOf(UserError);
      return (error as UserError).message;
    }
    throw new Error('nothing was thrown');
  };

  it('is listed with every unsupported operator on the way, its node, domain and opset', async () => {
    const message = await failure({
      x,
      opset: 15,
      nodes: [
        { opType: 'Sin', inputs: ['x'], outputs: ['a'] },
        { opType: 'Relu', inputs: ['a'], outputs: ['b'] },
        { opType: 'Cos', inputs: ['b'], outputs: ['y'] },
      ],
    });
    expect(message).toContain(
      "model.onnx: unsupported operator on the backward path: 'sin0' (Sin, domain ai.onnx, opset 15), 'cos2' (Cos, domain ai.onnx, opset 15)",
    );
    expect(message).not.toContain('Relu');
  });

  it('is a condition whose branches read what depends on the image', async () => {
    const branch = (opType: string): Attribute => ({
      type: 'graph',
      value: {
        name: opType,
        nodes: [{ ...node, name: opType, opType, inputs: ['a'], outputs: [opType] }],
        inputs: [],
        outputs: [{ name: opType }],
        constants: new Map(),
        valueInfo: new Map(),
      },
    });
    const message = await failure({
      x,
      constants: { yes: { dtype: 'bool', shape: [1], data: Uint8Array.of(1) } },
      nodes: [
        { opType: 'Neg', inputs: ['x'], outputs: ['a'] },
        {
          opType: 'If',
          inputs: ['yes'],
          outputs: ['b'],
          attributes: { then_branch: branch('Abs'), else_branch: branch('Exp') },
        },
        { opType: 'Add', inputs: ['a', 'b'], outputs: ['y'] },
      ],
    });
    expect(message).toContain("'if1' (If, domain ai.onnx, opset 17)");
  });

  it('is a tensor that does not depend on the image, or only through whole numbers', async () => {
    const constant: Case = {
      x,
      constants: { c: x },
      target: 'n',
      nodes: [
        { opType: 'Neg', inputs: ['c'], outputs: ['n'] },
        { opType: 'Neg', inputs: ['x'], outputs: ['y'] },
      ],
    };
    expect(await failure(constant)).toContain("tensor 'n' does not depend on the input 'x'");
    const index: Case = { x, nodes: [{ opType: 'ArgMax', inputs: ['x'], outputs: ['y'] }] };
    expect(await failure(index)).toContain("tensor 'y' does not depend on the input 'x'");
  });

  it('is an input of a node for which its rule has no signal', async () => {
    const message = await failure({
      x: noise([3, 1, 1]),
      method: 'deconvnet',
      nodes: [{ opType: 'PRelu', inputs: ['x', 'x'], outputs: ['y'] }],
    });
    expect(message).toContain(
      "node 'prelu0' (PRelu, opset 17): a signal is wanted at its input 1 ('x'), and there is no backward rule for that input in the method deconvnet",
    );
  });

  it('is what reads an output for which the rule has no signal', async () => {
    const message = await failure({
      x,
      constants: { scale: f32([3], [1, 1, 1]), b: f32([3], [0, 0, 0]) },
      nodes: [
        { opType: 'LayerNormalization', inputs: ['x', 'scale', 'b'], outputs: ['n', 'mean'] },
        { opType: 'Mul', inputs: ['n', 'mean'], outputs: ['y'] },
      ],
    });
    expect(message).toContain("depends on its output 1 ('mean')");
  });
});

describe('the check of shapes', () => {
  it('names the node whose rule gave a signal of the wrong shape', async () => {
    const spec = two('Relu');
    const run = await forward(spec);
    const { graph } = projectionOf(spec, run);
    const node = run.graph.nodes[0];
    if (node === undefined) {
      throw new Error('the case has a node');
    }
    const value = graph.nodes[0]?.outputs[0] as ValueName;
    expect(() => {
      checkShapes(graph, [{ value, node, tensor: 'x' }], { ...run.shapes, staticShapeOf: () => [7] });
    }).toThrow(
      "the backward rule for Conv gave node 'conv0' a signal of shape [1, 3, 3] for 'x' of shape [7]",
    );
  });
});

/** A convolution and an activation. */
function two(activation: string): Case {
  return {
    x: noise([1, 2, 4]),
    constants: { w: noise([3, 2, 2]) },
    nodes: [
      { opType: 'Conv', inputs: ['x', 'w'], outputs: ['a'] },
      { opType: activation, inputs: ['a'], outputs: ['y'] },
    ],
  };
}
