/** What a sweep follows: the class scores, and one feature map. */

import { int } from '../onnx/attributes.js';
import { int64Constant } from '../onnx/derive.js';
import { makeNode } from '../onnx/makeNode.js';
import type { Graph } from '../onnx/model.js';

/** A graph with the tensors that are wanted at each position. */
export interface Followed {
  readonly graph: Graph;
  readonly outputs: readonly string[];
}

/** The graph with one channel of `map.tensor` as a further output, so that no more of it leaves the engine. */
export function followedGraph(
  graph: Graph,
  scores: string,
  map: { readonly tensor: string; readonly channel: number } | undefined,
): Followed {
  if (map === undefined) {
    return { graph, outputs: [scores] };
  }
  const output = `${map.tensor}:followed`;
  const channel = int64Constant(`${output}:channel`, [map.channel]);
  const node = makeNode(output, 'Gather', [map.tensor, channel.name], [output], { axis: int(1) });
  return {
    graph: {
      ...graph,
      nodes: [...graph.nodes, node],
      outputs: [...graph.outputs, { name: output, dtype: 'float32' }],
      constants: new Map([...graph.constants, [channel.name, channel]]),
    },
    outputs: [scores, output],
  };
}
