/** The backward pass through what units see alone, many units of a layer at a time. */

import { BoundedCache } from '../../boundedCache.js';
import { buildProjection, PROJECTION, SIGNAL } from '../../backward/project.js';
import { startAt, windowedGraph } from '../../backward/windowedGraph.js';
import type { Seen, Sight, WindowedGraph } from '../../backward/windowedGraph.js';
import { WINDOWS } from '../../engine.js';
import type { FromStep, Step } from '../../engine.js';
import type { Network } from '../../network/network.js';
import { sizeIn, windowSource } from '../../windows/windowSource.js';
import type { WindowSource } from '../../windows/windowSource.js';
import { forwardOf } from '../../network/forward.js';
import { readsOf } from '../../onnx/graphIndex.js';
import type { GraphIndex } from '../../onnx/graphIndex.js';
import type { Layer } from '../../network/layers.js';
import { multiplyAdds } from '../../onnx/multiplyAdds.js';
import type { Shapes } from '../../onnx/shapes.js';
import { elementCount, floatTensor } from '../../tensor.js';
import type { FloatTensor, Tensor } from '../../tensor.js';
import { sourceOf, wholePass } from './projectionPass.js';
import type { ProjectedPart, ProjectionPass, ProjectionSetting } from './projectionPass.js';

/** Bytes that the windows of one batch may take. */
const MEMORY_BOUND = 128 * 2 ** 20;
const LARGEST_BATCH = 64;
/** Windows pay below this share of the whole network's multiply-adds: cutting and masking them costs too. */
const PAYING_SHARE = 0.5;

/** Passes that were asked for last, by network: a person projects unit after unit of a layer or two. */
const lastPasses = new WeakMap<Network, BoundedCache<ProjectionPass>>();
const KEPT_PASSES = 8;

/**
 * The pass for single units of a layer that costs less: through windows, or through all of the network.
 * @param units how many there are to project
 * @throws UserError naming every node on the way whose operator has no backward rule
 */
export function passFor(network: Network, setting: ProjectionSetting, units: number): ProjectionPass {
  const { layer, method, normalization } = setting;
  const key = JSON.stringify([layer.output, method, normalization, units]);
  const kept = lastPasses.get(network) ?? new BoundedCache<ProjectionPass>(KEPT_PASSES);
  lastPasses.set(network, kept);
  const pass = kept.get(key) ?? makePass(network, setting, units);
  kept.set(key, pass);
  return pass;
}

function makePass(network: Network, setting: ProjectionSetting, units: number): ProjectionPass {
  const windows = windowsOf(network, setting.layer);
  return windows !== undefined && windows.share <= PAYING_SHARE
    ? windowedPass(network, setting, windows, units)
    : wholePass(network, setting);
}

/** What a unit of a layer sees. */
export interface UnitWindows {
  readonly source: WindowSource;
  readonly single: WindowedGraph;
  /** Multiply-adds of the forward graph of the windows to those of all that leads to the layer. */
  readonly share: number;
}

/** Undefined where an operator on the way does not run on windows. */
export function windowsOf(network: Network, layer: Layer): UnitWindows | undefined {
  const source = windowSource(network, network.model.graph, [layer.output]);
  const single = windowedGraph(source, layer.output, 1);
  return single && { source, single, share: costOf(single) / Math.max(1, costOf(source)) };
}

/** The pass through windows. @param units how many there are to project */
export function windowedPass(
  network: Network,
  { layer, method, normalization }: ProjectionSetting,
  { source, single }: UnitWindows,
  units: number,
): ProjectionPass {
  const batch = batchFor(single, units);
  const graph = batch === 1 ? single : (windowedGraph(source, layer.output, batch) ?? single);
  const { saved, backward } = buildProjection(
    { ...sourceOf(network), index: graph.index, shapes: graph.shapes },
    { image: graph.image, target: graph.target, method, normalization },
  );
  const fixed = new Set(saved.map(({ tensor }) => tensor).filter((tensor) => isFixed(graph, tensor)));
  const seen = saved.flatMap(({ tensor }) => graph.seen.get(tensor) ?? []);
  const wholes = new Set([...seen.map(({ tensor }) => tensor), ...fixed]);
  const reads = [...wholes].filter((tensor) => tensor !== graph.image);
  const channels = Number(graph.shapes.staticShapeOf(graph.target)?.[1] ?? 1);
  const [height, width] = sizeIn(source, graph.image);
  const imageSights = seenOf(graph, graph.image).sights;

  return {
    forward: forwardOf(network, [layer.output, ...reads]),
    reads,
    batch,
    steps: (input, seeds) => {
      // The model's batch is a fixed number: the last run repeats its first unit.
      const places = Array.from({ length: batch }, (_, entry): readonly [number, number] => {
        const { y = 0, x = 0 } = (seeds[entry] ?? seeds[0])?.unit ?? {};
        return [y, x];
      });
      const steps: Step[] = [];
      const feeds: Record<string, Tensor | FromStep> = {};
      for (const { input: name, tensor } of saved) {
        if (fixed.has(tensor)) {
          feeds[name] = { step: 0, output: tensor };
          continue;
        }
        const made = madeFeed(source, graph, tensor, places);
        if (made !== undefined) {
          feeds[name] = made;
          continue;
        }
        const { sights, padding, tensor: whole } = seenOf(graph, tensor);
        steps.push({
          base: whole === graph.image ? input : { step: 0, output: whole },
          rowAxis: 2,
          size: [sights[0].length, sights[1].length],
          corners: Int32Array.from(
            places.flatMap(([y, x]) => [startAt(sights[0], y), startAt(sights[1], x)]),
          ),
          padding,
          patches: [],
          fetch: [],
        });
        feeds[name] = { step: steps.length, output: WINDOWS };
      }
      const start = new Float32Array(batch * channels);
      seeds.forEach(({ unit, activation }, entry) => (start[entry * channels + unit.channel] = activation));
      feeds[SIGNAL] = floatTensor([batch, channels, 1, 1], start);
      return [...steps, { model: backward, feeds, fetch: [PROJECTION] }];
    },
    parts: ({ shape, data }, seeds) =>
      seeds.map(({ unit }, entry) => {
        const one = data.length / batch;
        const part = floatTensor([1, ...shape.slice(1)], data.subarray(entry * one, (entry + 1) * one));
        return cropped(
          [startAt(imageSights[0], unit.y), startAt(imageSights[1], unit.x)],
          part,
          height,
          width,
        );
      }),
  };
}

function seenOf(graph: WindowedGraph, tensor: string): Seen {
  const seen = graph.seen.get(tensor);
  if (seen === undefined) {
    throw new Error(`the backward model asks for '${tensor}', which the windowed graph does not have`);
  }
  return seen;
}

/** True for a tensor that is computed from weights alone, and so is the same for every window. */
function isFixed({ index }: WindowedGraph, tensor: string): boolean {
  const inputs = new Set(index.graph.inputs.map(({ name }) => name));
  const readsInput = index.ancestors([tensor]).some((node) => readsOf(node).some((read) => inputs.has(read)));
  return !inputs.has(tensor) && !readsInput;
}

/** What the windowed graph reads that is no value of the network: masks, and corrections of averages. */
function madeFeed(
  source: WindowSource,
  { masks, corrections }: WindowedGraph,
  tensor: string,
  places: readonly (readonly [number, number])[],
): FloatTensor | undefined {
  const mask = masks.get(tensor);
  if (mask !== undefined) {
    const size = sizeIn(source, mask.tensor);
    return filled(mask, places, (axis, index) => (index >= 0 && index < size[axis] ? 1 : 0));
  }
  const correction = corrections.get(tensor);
  return (
    correction &&
    filled(correction.of, places, (axis, index) => {
      const { counts, covered } = axis === 0 ? correction.inside.rows : correction.inside.columns;
      // Beyond the borders there is no average, and a mask behind it.
      return covered / (counts[index] ?? covered);
    })
  );
}

/** [batch, 1, rows, columns] of products of a value by row and one by column of a tensor. */
function filled(
  { sights: [rows, columns] }: Seen,
  places: readonly (readonly [number, number])[],
  valueAt: (axis: 0 | 1, index: number) => number,
): FloatTensor {
  const along = (sight: Sight, axis: 0 | 1, position: number): number[] =>
    Array.from({ length: sight.length }, (_, index) => valueAt(axis, startAt(sight, position) + index));
  const data = new Float32Array(places.length * rows.length * columns.length);
  let at = 0;
  for (const [y, x] of places) {
    const across = along(columns, 1, x);
    for (const vertical of along(rows, 0, y)) {
      for (const horizontal of across) {
        data[at++] = vertical * horizontal;
      }
    }
  }
  return floatTensor([places.length, 1, rows.length, columns.length], data);
}

/** What of a part lies inside the image. */
function cropped(
  [top, left]: readonly [number, number],
  part: FloatTensor,
  height: number,
  width: number,
): ProjectedPart {
  const [, channels = 1, rows = 1, columns = 1] = part.shape;
  const [first, start] = [Math.max(0, top), Math.max(0, left)];
  const [bottom, right] = [Math.min(height, top + rows), Math.min(width, left + columns)];
  const [kept, across] = [bottom - first, right - start];
  const data = new Float32Array(channels * kept * across);
  for (let plane = 0; plane < channels * kept; plane++) {
    const [channel, row] = [Math.floor(plane / kept), plane % kept];
    const from = (channel * rows + row + first - top) * columns + start - left;
    data.set(part.data.subarray(from, from + across), plane * across);
  }
  return { corner: [first, start], part: floatTensor([1, channels, kept, across], data) };
}

function costOf({ index, shapes }: { readonly index: GraphIndex; readonly shapes: Shapes }): number {
  return index.graph.nodes.reduce((sum, node) => sum + (multiplyAdds(node, shapes) ?? 0), 0);
}

function batchFor({ index, shapes }: WindowedGraph, units: number): number {
  const elements = index.graph.nodes
    .flatMap(({ outputs }) => outputs)
    .reduce((sum, name) => sum + elementCount(shapes.staticShapeOf(name) ?? [0]), 0);
  return Math.max(1, Math.min(units, LARGEST_BATCH, Math.floor(MEMORY_BOUND / (4 * Math.max(1, elements)))));
}
