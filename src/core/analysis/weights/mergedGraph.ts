/** The graph with one layer in place of two linear ones. */

import type { Engine, RunOptions } from '../../engine.js';
import type { Network } from '../../network/network.js';
import { int, ints } from '../../onnx/attributes.js';
import { codeOf } from '../../onnx/dataTypes.js';
import { cutGraph } from '../../onnx/derive.js';
import { makeNode } from '../../onnx/makeNode.js';
import type { Constant, Graph, Node } from '../../onnx/model.js';
import { floatTensor } from '../../tensor.js';
import type { FloatTensor } from '../../tensor.js';
import { composeKernels } from './kernelComposition.js';
import { affineOf, biasOf, denseWeights } from './linearLayer.js';
import type { LinearPair } from './linearPairs.js';
import type { MergePlan } from './mergePlan.js';

export async function mergedGraph(
  engine: Engine,
  network: Network,
  pair: LinearPair,
  plan: MergePlan,
  options: RunOptions,
): Promise<Graph> {
  const { graph } = network.model;
  const { weights, shift } = await affineOf(engine, network, pair, plan.first, options);
  const outer = await denseWeights(engine, network, pair.second, plan.second);
  const kernel = await composeKernels(engine, weights, outer, plan, options);
  const bias = await biasOf(engine, network, pair.second, plan.second);
  const row = outer.data.length / plan.second.outputs;
  const positions = row / plan.second.inputs;
  bias.forEach((value, output) => {
    let sum = value;
    for (let at = 0; at < row; at++) {
      sum += (outer.data[output * row + at] ?? 0) * (shift[Math.floor(at / positions)] ?? 0);
    }
    bias[output] = sum;
  });
  const { nodes, constants } = mergedNodes(network, pair, plan, kernel, Float32Array.from(bias));
  const gone = new Set<Node>([pair.first, ...pair.between]);
  const changed: Graph = {
    ...graph,
    nodes: graph.nodes.flatMap((node) => (node === pair.second ? nodes : gone.has(node) ? [] : [node])),
    constants: new Map([...graph.constants, ...constants.map((each) => [each.name, each] as const)]),
  };
  // Leaves out what only the merged layers read.
  const { nodes: left, constants: read } = cutGraph(
    changed,
    changed.outputs.map(({ name }) => name),
    new Map(),
    network.shapes,
  );
  const made = new Set(left.flatMap(({ outputs }) => outputs));
  const valueInfo = new Map([...graph.valueInfo].filter(([name]) => made.has(name)));
  return { ...changed, nodes: left, constants: read, valueInfo };
}

function mergedNodes(
  { model: { graph }, shapes, index }: Network,
  { first, second }: LinearPair,
  { merged }: MergePlan,
  kernel: FloatTensor,
  bias: Float32Array,
): { nodes: readonly Node[]; constants: readonly Constant[] } {
  const isFree = (name: string): boolean => !graph.constants.has(name) && index.producer(name) === undefined;
  const fresh = (wanted: string): string => {
    let name = wanted;
    for (let count = 2; !isFree(name); count++) {
      name = `${wanted}_${count}`;
    }
    return name;
  };
  const [data = '', output = ''] = [first.inputs[0], second.outputs[0]];
  const constants: Constant[] = [];
  const add = (part: string, { shape, data: values }: FloatTensor): string => {
    const name = fresh(`${second.name}.merged.${part}`);
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    constants.push({
      name,
      dtype: 'float32',
      typeCode: codeOf('float32'),
      shape,
      data: { kind: 'inline', bytes },
    });
    return name;
  };
  const biasTensor = floatTensor([merged.outputs], bias);
  if (merged.kind === 'convolution') {
    const inputs = [data, add('weight', kernel), ...(merged.hasBias ? [add('bias', biasTensor)] : [])];
    const { axes } = merged;
    const attributes = {
      kernel_shape: ints(axes.map((axis) => axis.kernel)),
      strides: ints(axes.map((axis) => axis.stride)),
      dilations: ints(axes.map((axis) => axis.dilation)),
      pads: ints([...axes.map(({ pads }) => pads[0]), ...axes.map(({ pads }) => pads[1])]),
      group: int(1),
    };
    return {
      nodes: [makeNode(second.name, 'Conv', inputs, [output], attributes, second.metadata)],
      constants,
    };
  }
  const isMatrix = shapes.shapeOf(data)?.length === 2;
  if (isMatrix && merged.hasBias) {
    const inputs = [data, add('weight', kernel), add('bias', biasTensor)];
    return {
      nodes: [makeNode(second.name, 'Gemm', inputs, [output], { transB: int(1) }, second.metadata)],
      constants,
    };
  }
  const turned = add('weight', transposed(kernel));
  if (!merged.hasBias) {
    return {
      nodes: [makeNode(second.name, 'MatMul', [data, turned], [output], {}, second.metadata)],
      constants,
    };
  }
  const product = fresh(`${second.name}.merged.product`);
  return {
    nodes: [
      makeNode(`${second.name}.merged.product`, 'MatMul', [data, turned], [product], {}, second.metadata),
      makeNode(second.name, 'Add', [product, add('bias', biasTensor)], [output], {}, second.metadata),
    ],
    constants,
  };
}

function transposed({ shape: [rows = 0, columns = 0], data }: FloatTensor): FloatTensor {
  const turned = Float32Array.from(
    { length: data.length },
    (_, at) => data[(at % rows) * columns + Math.floor(at / rows)] ?? 0,
  );
  return floatTensor([columns, rows], turned);
}
