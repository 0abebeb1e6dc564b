import { describe, expect, it } from 'vitest';

import { decodedModelSteps } from '../../../../src/core/onnx/decodeModel.js';
import { decodeModelProto } from '../../../../src/core/onnx/schema.js';
import type { WrittenGraph } from './modelFile.js';
import { atOnce } from '../../../../src/core/steps.js';
import { ints, modelBytes, node, smallGraph, value, weight } from './modelFile.js';

/** A graph of some 600 kB, which is decoded in several pieces. */
function largeGraph(): WrittenGraph {
  const chain = Array.from({ length: 2000 }, (_, at) =>
    node('Conv', [`t${at}`, `w${at}`], [`t${at + 1}`], [ints('pads', [at, 1, 1, 1])]),
  );
  return {
    name: 'large',
    node: chain,
    initializer: chain.map((_, at) => weight(`w${at}`, [3, 3, 1, 1])),
    input: [value('t0', [1, 3, 8, 8])],
    output: [value('t2000')],
    valueInfo: chain.map((_, at) => value(`t${at + 1}`, ['N', 3, 8, 8])),
    docString: 'a chain',
  };
}

describe('decodingModel', () => {
  it.each([
    ['a small graph', smallGraph()],
    ['a graph in pieces', largeGraph()],
  ])('gives what decoding %s as a whole gives', (_, graph) => {
    const bytes = modelBytes(graph, { docString: 'a model', functions: [] });
    const decoded = atOnce(decodedModelSteps(bytes));
    // As plain values: a buffer and an array of the same bytes are the same data.
    expect(JSON.parse(JSON.stringify(decoded))).toEqual(JSON.parse(JSON.stringify(decodeModelProto(bytes))));
    expect(decoded.graph?.node).toHaveLength(graph.node.length);
    expect(decoded.graph?.name).toBe(graph.name);
  });

  it('finds no graph where there is none', () => {
    expect(atOnce(decodedModelSteps(new Uint8Array(0))).graph).toBeNull();
  });

  it('does not take data that end too soon', () => {
    const bytes = modelBytes(largeGraph());
    expect(() => atOnce(decodedModelSteps(bytes.subarray(0, bytes.length / 2)))).toThrow(RangeError);
  });
});
