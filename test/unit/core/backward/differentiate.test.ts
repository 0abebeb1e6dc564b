import { describe, expect, it } from 'vitest';

import { UserError } from '../../../../src/core/errors.js';
import { expectClose } from './expectClose.js';
import { backwardGraphOf, f32, forward, gradientError, int, noise, signalsAt } from './harness.js';
import type { Case } from './harness.js';

// y = 3·relu(x + b), z = w·relu(x + b)
const spec: Case = {
  x: f32([1, 3], [1, -2, 3]),
  constants: { b: f32([3], [1, 1, -1]), three: f32([], [3]), w: f32([1], [5]) },
  nodes: [
    { opType: 'Add', inputs: ['x', 'b'], outputs: ['sum'] },
    { opType: 'Relu', inputs: ['sum'], outputs: ['map'] },
    { opType: 'Mul', inputs: ['map', 'three'], outputs: ['y'] },
    { opType: 'Mul', inputs: ['w', 'map'], outputs: ['z'] },
    { opType: 'Sin', inputs: ['z'], outputs: ['behind'] },
  ],
};
const [one, tens] = [f32([1, 3], [1, 1, 2]), f32([1, 3], [10, 20, 30])];

describe('signals', () => {
  it('start at several tensors and add up where their ways meet', async () => {
    const [x] = await signalsAt(spec, { y: one, z: tens }, ['x']);
    expectClose(x?.data ?? [], [3 + 50, 0, 6 + 150]);
  });

  it.each([false, true])('are wanted at inputs, maps and weights at once; fixed: %s', async (fixed) => {
    const wanted = ['w', 'map', 'b', 'x', 'y'];
    const [w, map, b, x, y] = await signalsAt(spec, { y: one, z: tens }, wanted, fixed);
    // The map is (2, 0, 2).
    expectClose(w?.data ?? [], [10 * 2 + 30 * 2]);
    expectClose(map?.data ?? [], [3 + 50, 3 + 100, 6 + 150]);
    expectClose(b?.data ?? [], [53, 0, 156]);
    expectClose(x?.data ?? [], [53, 0, 156]);
    expectClose(y?.data ?? [], [1, 1, 2]);
    expect([w?.shape, map?.shape, b?.shape, x?.shape]).toEqual([[1], [1, 3], [3], [1, 3]]);
  });

  it('start at a tensor that others behind it start at too', async () => {
    const [x] = await signalsAt(spec, { map: tens, y: one }, ['x']);
    expectClose(x?.data ?? [], [10 + 3, 0, 30 + 6]);
  });

  it('are the derivatives of the weighted sum of what they start at', async () => {
    expect(await gradientError({ ...spec, target: 'z' }, 1e-2, ['x', 'b', 'w'])).toBeLessThan(1e-3);
  });
});

describe('nothing is computed or read that no wanted signal needs:', () => {
  const graphFor = async (start: string, wanted: readonly string[]): Promise<string[]> => {
    const run = await forward(spec);
    const cotangents = new Map([[start, { kind: 'input', name: 's' } as const]]);
    const { graph, saved } = backwardGraphOf(spec, run, cotangents, wanted);
    return [...graph.nodes.map(({ opType }) => opType), ...saved.map(({ tensor }) => tensor)];
  };

  it('a weight needs its node alone', async () => {
    expect(await graphFor('z', ['w'])).toEqual(['Mul', 'ReduceSum', 'Reshape', 'Identity', 'map']);
  });

  it('a map needs what is behind it', async () => {
    expect(await graphFor('y', ['map'])).toEqual(['Mul', 'Identity']);
  });
});

describe('what has no way is refused:', () => {
  const failure = async (
    starts: readonly string[],
    wanted: readonly string[],
    other = spec,
  ): Promise<string> => {
    const run = await forward(other);
    const cotangents = new Map(starts.map((tensor) => [tensor, { kind: 'input', name: tensor } as const]));
    try {
      backwardGraphOf(other, run, cotangents, wanted);
    } catch (error) {
      expect(error).toBeInstanceOf(UserError);
      return (error as UserError).message;
    }
    throw new Error('nothing was thrown');
  };

  it('a wanted tensor of which no start depends', async () => {
    expect(await failure(['y'], ['x', 'w'])).toBe(
      "model.onnx: tensor 'y' does not depend on tensor 'w' by a path of real-valued operators",
    );
  });

  it('a start that depends on no wanted tensor', async () => {
    expect(await failure(['z', 'y'], ['w'])).toBe(
      "model.onnx: tensor 'y' does not depend on tensor 'w' by a path of real-valued operators",
    );
  });

  it('an input of a node for which its rule has no signal', async () => {
    const resized: Case = {
      x: noise([1, 1, 2, 2]),
      constants: { roi: f32([0], []), scales: f32([4], [1, 1, 2, 2]) },
      nodes: [
        {
          opType: 'Resize',
          inputs: ['x', 'roi', 'scales'],
          outputs: ['y'],
          attributes: { antialias: int(0) },
        },
      ],
      opset: 18,
    };
    expect(await failure(['y'], ['scales'], resized)).toContain(
      "node 'resize0' (Resize, opset 18): a signal is wanted at its input 2 ('scales'), and there is no backward rule",
    );
  });
});
