/** Projections of many units of one layer: only what each unit sees is computed, many units at a time. */

import { buildProjection, PROJECTION, SIGNAL } from '../backward/project.js';
import type { Method, NormalizationMode } from '../backward/rule.js';
import type { Unit } from '../backward/seed.js';
import { startAt, windowedGraph } from '../backward/windowedGraph.js';
import type { Seen, Sight, WindowedGraph } from '../backward/windowedGraph.js';
import { WINDOWS } from '../engine.js';
import type { Engine, FromStep, Step } from '../engine.js';
import { throwIfCancelled, UserError } from '../errors.js';
import { toFloat32 } from '../floats.js';
import type { Network } from '../network.js';
import { chunks } from '../occlusion/incremental.js';
import { sizeIn, windowSource } from '../occlusion/windowPlan.js';
import type { WindowSource } from '../occlusion/windowPlan.js';
import { deriveForward } from '../onnx/derive.js';
import type { Layer } from '../onnx/layers.js';
import { elementCount, floatTensor } from '../tensor.js';
import type { FloatTensor, Tensor } from '../tensor.js';
import { featureMaps } from './featureMaps.js';
import { argMax } from './scores.js';
import { projectUnit } from './projection.js';

export interface UnitProjectionsRequest {
  readonly layer: Layer;
  /** The units, or the strongest one of every map. */
  readonly units: readonly Unit[] | 'strongestOfMaps';
  readonly method: Method;
  readonly normalization: NormalizationMode;
  readonly signal?: AbortSignal | undefined;
  /** Called for each unit as soon as it is there. */
  readonly onUnit?: ((projection: PartialProjection) => void) | undefined;
}

export interface PartialProjection {
  readonly unit: Unit;
  readonly activation: number;
  /** Row and column of the top-left pixel in the image. */
  readonly corner: readonly [number, number];
  /** [1, C, height, width]: the projection there; it is zero everywhere else. */
  readonly part: FloatTensor;
}

/** Bytes that the windows of one batch may take. */
const MEMORY_BOUND = 128 * 2 ** 20;
const LARGEST_BATCH = 64;

/**
 * Projects units of a layer back to the photo, each as `projectUnit` would.
 * @param input the network's input, [1, C, H, W] or NHWC
 * @throws UserError as `projectUnit` does; CancelledError
 */
export async function projectUnits(
  engine: Engine,
  network: Network,
  input: FloatTensor,
  request: UnitProjectionsRequest,
): Promise<readonly PartialProjection[]> {
  const { layer, method, normalization, signal, onUnit } = request;
  const { maps } = await featureMaps(engine, network, input, layer, { signal });
  const [, channels = 1, height = 1, width = 1] = maps.shape;
  const units =
    request.units === 'strongestOfMaps'
      ? Array.from({ length: channels }, (_, channel) => strongestOf(maps, channel, height, width))
      : request.units;
  const missing = units.find(
    ({ channel, y, x }) => !(isBelow(channel, channels) && isBelow(y, height) && isBelow(x, width)),
  );
  if (missing !== undefined) {
    throw new UserError(
      `layer '${layer.name}' has no unit (${missing.channel}, ${missing.y}, ${missing.x}): it has ${channels} maps of ${height}x${width}`,
    );
  }
  const activationOf = ({ channel, y, x }: Unit): number =>
    maps.data[(channel * height + y) * width + x] ?? NaN;

  const source = windowSource(network, network.model.graph, [layer.output]);
  const single = windowedGraph(source, layer.output, 1);
  if (single === undefined) {
    // Some operator on the way sees everything at once.
    const results: PartialProjection[] = [];
    for (const unit of units) {
      const { projection } = await projectUnit(engine, network, input, {
        layer,
        target: { kind: 'unit', ...unit },
        method,
        normalization,
        signal,
      });
      const result = { unit, activation: activationOf(unit), corner: [0, 0] as const, part: projection };
      results.push(result);
      onUnit?.(result);
    }
    return results;
  }

  const batch = batchFor(single, units.length);
  const graph = batch === 1 ? single : (windowedGraph(source, layer.output, batch) ?? single);
  const run = windowedRun(engine, source, graph, { method, normalization, input });
  const results: PartialProjection[] = [];
  for (const some of chunks(units, batch)) {
    throwIfCancelled(signal);
    const parts = await run(some, some.map(activationOf), signal);
    for (const part of parts) {
      results.push(part);
      onUnit?.(part);
    }
  }
  return results;
}

/** A part of a projection as a whole one, [1, C, H, W]. */
export function wholeProjection({ corner, part }: PartialProjection, shape: readonly number[]): FloatTensor {
  const [, channels = 1, height = 1, width = 1] = shape;
  const [, , rows = 1, columns = 1] = part.shape;
  const data = new Float32Array(elementCount(shape));
  for (let plane = 0; plane < channels * rows; plane++) {
    const [channel, row] = [Math.floor(plane / rows), plane % rows];
    const start = (channel * height + corner[0] + row) * width + corner[1];
    data.set(part.data.subarray(plane * columns, (plane + 1) * columns), start);
  }
  return floatTensor([1, channels, height, width], data);
}

interface RunSetting {
  readonly method: Method;
  readonly normalization: NormalizationMode;
  readonly input: FloatTensor;
}

type WindowedRun = (
  units: readonly Unit[],
  activations: readonly number[],
  signal: AbortSignal | undefined,
) => Promise<readonly PartialProjection[]>;

function windowedRun(
  engine: Engine,
  source: WindowSource,
  graph: WindowedGraph,
  { method, normalization, input }: RunSetting,
): WindowedRun {
  const { network, model } = source;
  const { folder, file, irVersion, opsets } = model;
  const { saved, backward } = buildProjection(
    { index: graph.index, shapes: graph.shapes, opsets, irVersion, folder, file },
    { image: graph.image, target: graph.target, method, normalization },
  );
  const [batch = 1, channels = 1] = graph.shapes.staticShapeOf(graph.target) ?? [];
  const read = saved.flatMap(({ tensor }) => graph.seen.get(tensor) ?? []);
  const base = [...new Set(read.map(({ tensor }) => tensor))].filter((tensor) => tensor !== graph.image);
  const forward =
    base.length === 0
      ? undefined
      : deriveForward(model, base, new Map([[graph.image, network.input.shape]]), source.shapes);
  const [height, width] = sizeIn(source, graph.image);

  return async (units, activations, signal) => {
    // The model's batch is a fixed number: the last one repeats its first unit.
    const places = Array.from({ length: batch }, (_, index): readonly [number, number] => {
      const { y = 0, x = 0 } = units[index] ?? units[0] ?? {};
      return [y, x];
    });
    const steps: Step[] =
      forward === undefined
        ? []
        : [{ model: forward, feeds: { [graph.image]: input }, fetch: [], memo: true }];
    const feeds: Record<string, Tensor | FromStep> = {};
    for (const { input: name, tensor } of saved) {
      const seen = graph.seen.get(tensor);
      const mask = graph.masks.get(tensor);
      const correction = graph.corrections.get(tensor);
      if (mask !== undefined) {
        feeds[name] = filled(mask, places, (axis, index) => {
          const size = sizeIn(source, mask.tensor)[axis];
          return index >= 0 && index < size ? 1 : 0;
        });
      } else if (correction !== undefined) {
        feeds[name] = filled(correction.of, places, (axis, index) => {
          const { counts, covered } = axis === 0 ? correction.inside.rows : correction.inside.columns;
          // Beyond the borders there is no average, and a mask behind it.
          return covered / (counts[index] ?? covered);
        });
      } else if (seen !== undefined) {
        feeds[name] = { step: steps.length, output: WINDOWS };
        steps.push({
          base: seen.tensor === graph.image ? input : { step: 0, output: seen.tensor },
          rowAxis: 2,
          size: [seen.sights[0].length, seen.sights[1].length],
          corners: cornersOf(seen.sights, places),
          padding: seen.padding,
          patches: [],
          fetch: [],
        });
      } else {
        throw new Error(`the backward model asks for '${tensor}', which the windowed graph does not have`);
      }
    }
    const start = new Float32Array(batch * channels);
    units.forEach(({ channel }, index) => (start[index * channels + channel] = activations[index] ?? NaN));
    feeds[SIGNAL] = floatTensor([batch, channels, 1, 1], start);
    steps.push({ model: backward, feeds, fetch: [PROJECTION] });
    const results = await engine.run(steps, { signal });
    const projected = results.at(-1)?.[PROJECTION];
    const sights = graph.seen.get(graph.image)?.sights;
    if (projected === undefined || sights === undefined) {
      throw new Error(`the engine gave no '${PROJECTION}'`);
    }
    const whole = toFloat32(projected, PROJECTION);
    return units.map((unit, index) => {
      const corner = [startAt(sights[0], unit.y), startAt(sights[1], unit.x)] as const;
      const one = whole.data.length / batch;
      const data = whole.data.subarray(index * one, (index + 1) * one);
      const part = floatTensor([1, ...whole.shape.slice(1)], data);
      return { unit, activation: activations[index] ?? NaN, ...cropped(corner, part, height, width) };
    });
  };
}

/** [batch, 1, rows, columns] of products of a value by row and one by column of a tensor. */
function filled(
  { sights }: Seen,
  places: readonly (readonly [number, number])[],
  valueAt: (axis: 0 | 1, index: number) => number,
): FloatTensor {
  const [rows, columns] = [sights[0].length, sights[1].length];
  const data = new Float32Array(places.length * rows * columns);
  places.forEach(([y, x], entry) => {
    const [top, left] = [startAt(sights[0], y), startAt(sights[1], x)];
    for (let row = 0; row < rows; row++) {
      const vertical = valueAt(0, top + row);
      for (let column = 0; column < columns; column++) {
        data[(entry * rows + row) * columns + column] = vertical * valueAt(1, left + column);
      }
    }
  });
  return floatTensor([places.length, 1, rows, columns], data);
}

function cornersOf(
  [rows, columns]: readonly [Sight, Sight],
  places: readonly (readonly [number, number])[],
): Int32Array {
  return Int32Array.from(places.flatMap(([y, x]) => [startAt(rows, y), startAt(columns, x)]));
}

/** What of a part lies inside the image. */
function cropped(
  [top, left]: readonly [number, number],
  part: FloatTensor,
  height: number,
  width: number,
): Pick<PartialProjection, 'corner' | 'part'> {
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

function batchFor({ index, shapes }: WindowedGraph, units: number): number {
  const elements = index.graph.nodes
    .flatMap(({ outputs }) => outputs)
    .reduce((sum, name) => sum + elementCount(shapes.staticShapeOf(name) ?? [0]), 0);
  return Math.max(1, Math.min(units, LARGEST_BATCH, Math.floor(MEMORY_BOUND / (4 * Math.max(1, elements)))));
}

function strongestOf(maps: FloatTensor, channel: number, height: number, width: number): Unit {
  const size = height * width;
  const best = argMax(maps.data.subarray(channel * size, (channel + 1) * size));
  return { channel, y: Math.floor(best / width), x: best % width };
}

const isBelow = (index: number, count: number): boolean =>
  Number.isInteger(index) && index >= 0 && index < count;
