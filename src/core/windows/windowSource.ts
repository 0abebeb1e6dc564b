/** What of a network can run on windows, before it is decided how far they go. */

import type { Network } from '../network/network.js';
import { pixelTensors } from '../network/pixels.js';
import { positionsOf } from '../network/receptiveField.js';
import { cutGraph, shapesFor } from '../onnx/derive.js';
import { indexGraph } from '../onnx/graphIndex.js';
import type { GraphIndex } from '../onnx/graphIndex.js';
import type { Graph, Model } from '../onnx/model.js';
import type { Shapes } from '../onnx/shapes.js';
import { elementCount } from '../tensor.js';
import type { Interval } from './interval.js';
import { windowedForm } from './windowedForm.js';
import type { WindowedNode } from './windowedForm.js';
import { windowGeometry } from './windowGeometry.js';
import type { WindowGeometry } from './windowGeometry.js';

/** The network's graph with outputs to follow, seen as something windows can run through. */
export interface WindowSource {
  readonly network: Network;
  readonly model: Model;
  readonly index: GraphIndex;
  readonly shapes: Shapes;
  readonly outputs: readonly string[];
  /** Nodes that can run on windows, in topological order, each behind the image or others of them. */
  readonly candidates: readonly WindowedNode[];
  readonly axesOf: (tensor: string) => readonly [number, number] | undefined;
  readonly isPixels: (tensor: string) => boolean;
}

/** Finds what can run on windows on the way to `outputs` of `graph`, which may have more nodes than the network's. */
export function windowSource(network: Network, graph: Graph, outputs: readonly string[]): WindowSource {
  const { input } = network;
  const inputShapes = new Map([[input.name, input.shape]]);
  const whole: Model = { ...network.model, graph };
  const shapes = shapesFor(whole, inputShapes);
  const model: Model = { ...whole, graph: cutGraph(graph, outputs, inputShapes, shapes) };
  const index = indexGraph(model.graph);
  const axes = positionsOf(index, shapes, input).axes;
  const pixels = pixelTensors(index, shapes, input.name);
  const context = {
    shapes,
    axesOf: (tensor: string) => axes.get(tensor),
    isPixels: (tensor: string) => pixels.has(tensor),
  };
  const reached = new Set([input.name]);
  const candidates: WindowedNode[] = [];
  for (const node of model.graph.nodes) {
    const form = windowedForm(node, context);
    const [output = ''] = node.outputs;
    if (
      form !== undefined &&
      form.reads.length > 0 &&
      form.reads.every(({ tensor }) => reached.has(tensor))
    ) {
      reached.add(output);
      candidates.push({ node, output, form });
    }
  }
  return { network, model, index, outputs, candidates, ...context };
}

/** The axes of rows and columns of a windowed tensor or the image. */
export function axesIn({ network, axesOf }: WindowSource, tensor: string): readonly [number, number] {
  const { name, layout } = network.input;
  const own = layout === 'NCHW' ? ([2, 3] as const) : ([1, 2] as const);
  return tensor === name ? own : (axesOf(tensor) ?? own);
}

/** Rows and columns of a windowed tensor or the image. */
export function sizeIn(source: WindowSource, tensor: string): readonly [number, number] {
  const shape = source.shapes.staticShapeOf(tensor) ?? [];
  const [row, column] = axesIn(source, tensor);
  return [shape[row] ?? 1, shape[column] ?? 1];
}

/** How windows spread through `nodes` of the source's candidates. */
export function geometryOf(
  source: WindowSource,
  nodes: readonly WindowedNode[],
  probes: readonly [readonly Interval[], readonly Interval[]],
): WindowGeometry {
  return windowGeometry(
    nodes,
    source.network.input.name,
    (tensor) => sizeIn(source, tensor),
    (tensor) => elementCount(source.shapes.staticShapeOf(tensor) ?? []),
    probes,
  );
}

/** What the nodes that are not `windowed` read of the image and of those that are, and outputs among these. */
export function tailInputsOf(source: WindowSource, windowed: readonly WindowedNode[]): readonly string[] {
  const { network, index, outputs } = source;
  const onWindows = new Set(windowed.map(({ node }) => node));
  const computed = new Set([network.input.name, ...windowed.map(({ output }) => output)]);
  const read = index.graph.nodes.filter((node) => !onWindows.has(node)).flatMap(({ inputs }) => inputs);
  return [...new Set([...read, ...outputs])].filter((name) => computed.has(name));
}
