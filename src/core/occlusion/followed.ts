/** What a sweep follows: the class scores, and the strength of one feature map, which is the sum over its positions. */

import type { Network } from '../network/network.js';
import { int, ints } from '../onnx/attributes.js';
import { codeOf } from '../onnx/dataTypes.js';
import { int64Constant } from '../onnx/derive.js';
import { makeNode } from '../onnx/makeNode.js';
import type { Constant, Graph, Node } from '../onnx/model.js';
import type { DataType } from '../tensor.js';

/** A graph with the tensors that are wanted at each position. */
export interface Followed {
  readonly graph: Graph;
  readonly outputs: readonly string[];
}

/** The network's graph with the strength of channel `map.channel` of `map.tensor` as a further output. */
export function followedGraph(
  { model: { graph, opsets }, shapes }: Pick<Network, 'model' | 'shapes'>,
  scores: string,
  map: { readonly tensor: string; readonly channel: number } | undefined,
): Followed {
  if (map === undefined) {
    return { graph, outputs: [scores] };
  }
  const one = `${map.tensor}:followed`;
  const channel = int64Constant(`${one}:channel`, [map.channel]);
  const shape = shapes.shapeOf(map.tensor) ?? [];
  const dtype = shapes.typeOf(map.tensor) ?? 'float32';
  const sum = summing(one, { dtype, rank: shape.length }, opsets.get('') ?? 1);
  return {
    graph: {
      ...graph,
      nodes: [
        ...graph.nodes,
        makeNode(one, 'Gather', [map.tensor, channel.name], [one], { axis: int(1) }),
        ...sum.nodes,
      ],
      outputs: [...graph.outputs, { name: sum.output, dtype: 'float32' }],
      constants: new Map([
        ...graph.constants,
        ...[channel, ...sum.constants].map((each) => [each.name, each] as const),
      ]),
    },
    outputs: [scores, sum.output],
  };
}

interface Summing {
  readonly nodes: readonly Node[];
  readonly constants: readonly Constant[];
  readonly output: string;
}

/** Nodes that sum `maps` over all axes behind the channels, in float32: halves do not reach far enough. */
function summing(
  maps: string,
  { dtype, rank }: { readonly dtype: DataType; readonly rank: number },
  opset: number,
): Summing {
  const output = `${maps}:sum`;
  const axes = Array.from({ length: Math.max(0, rank - 2) }, (_, axis) => axis + 2);
  const over = int64Constant(`${output}:axes`, axes);
  const isFloat = dtype === 'float32';
  const read = isFloat ? maps : `${maps}:float32`;
  const casting = isFloat ? [] : [makeNode(read, 'Cast', [maps], [read], { to: int(codeOf('float32')) })];
  // Without axes all of them would be summed over.
  const sum =
    axes.length === 0
      ? makeNode(output, 'Identity', [read], [output])
      : opset < 13
        ? makeNode(output, 'ReduceSum', [read], [output], { axes: ints(axes), keepdims: int(0) })
        : makeNode(output, 'ReduceSum', [read, over.name], [output], { keepdims: int(0) });
  const constants = sum.inputs.includes(over.name) ? [over] : [];
  return { nodes: [...casting, sum], constants, output };
}
