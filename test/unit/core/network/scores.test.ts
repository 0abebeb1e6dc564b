/** What the graph shows of a network's class scores. */

import { describe, expect, it } from 'vitest';

import { indexGraph } from '../../../../src/core/onnx/graphIndex.js';
import { scoresOf } from '../../../../src/core/network/scores.js';
import type { ScoreKind } from '../../../../src/core/network/scoreKind.js';
import type { Scores } from '../../../../src/core/network/scores.js';
import { graphOf, i64, infer, int } from '../onnx/build.js';
import type { NodeSpec } from '../onnx/build.js';

/** Scores of a network that begins with `shape` and ends in `nodes`. */
function scoresBehind(
  nodes: readonly NodeSpec[],
  { shape = [1, 10], opset = 17, declared }: { shape?: number[]; opset?: number; declared?: ScoreKind } = {},
): Scores | undefined {
  const graph = graphOf({ nodes, inputs: { x: shape }, constants: [i64('row', 1, -1)] });
  const opsets = new Map([['', opset]]);
  return scoresOf({ graph, opsets }, indexGraph(graph), infer(graph, opset), declared);
}

const node = (opType: string, input: string, name: string, axis?: number): NodeSpec => ({
  opType,
  inputs: [input],
  name,
  ...(axis !== undefined && { attributes: { axis: int(axis) } }),
});
const reshaped = (input: string): NodeSpec => ({
  opType: 'Reshape',
  inputs: [input, 'row'],
  name: 'reshaped',
});

describe('scoresOf', () => {
  it.each<[string, ScoreKind, NodeSpec[], { shape?: number[]; opset?: number }?]>([
    ['a linear layer', 'logits', [node('Identity', 'x', 'y')]],
    ['a rectifier', 'logits', [node('Relu', 'x', 'y')]],
    ['Softmax', 'softmax', [node('Softmax', 'x', 'y')]],
    ['Softmax and what passes it on', 'softmax', [node('Softmax', 'x', 's'), reshaped('s')]],
    ['Softmax over maps of 1x1', 'softmax', [node('Softmax', 'x', 'y', 1)], { shape: [1, 10, 1, 1] }],
    ['Softmax of an old opset', 'softmax', [node('Softmax', 'x', 'y')], { shape: [1, 10, 1, 1], opset: 11 }],
    [
      'five Softmaxes of two classes',
      'sigmoid',
      [node('Softmax', 'x', 's', 2), reshaped('s')],
      { shape: [1, 5, 2] },
    ],
    ['LogSoftmax', 'log-softmax', [node('LogSoftmax', 'x', 'y')]],
    ['the logarithm of Softmax', 'log-softmax', [node('Softmax', 'x', 's'), node('Log', 's', 'y')]],
    ['Sigmoid', 'sigmoid', [node('Sigmoid', 'x', 'y')]],
    ['HardSigmoid and what passes it on', 'sigmoid', [node('HardSigmoid', 'x', 's'), reshaped('s')]],
    ['a Sigmoid of one class', 'sigmoid', [node('Sigmoid', 'x', 'y')], { shape: [1, 1] }],
  ])('reads %s', (_, kind, nodes, setting) => {
    expect(scoresBehind(nodes, setting)).toMatchObject({ kind, isDeclared: false });
  });

  it('believes what is declared', () => {
    expect(scoresBehind([node('Relu', 'x', 'y')], { declared: 'multilabel-logits' })).toEqual({
      tensor: 'y',
      classes: 10,
      kind: 'multilabel-logits',
      isDeclared: true,
    });
  });

  it('finds none in a single number that is no probability', () => {
    expect(scoresBehind([node('Relu', 'x', 'y')], { shape: [1, 1] })).toBeUndefined();
  });
});
