/**
 * The part of a network that a single unit sees, as a graph of its own: every tensor is the window that the unit
 * reads of it, so that a backward pass through this graph costs no more than the unit's receptive field.
 */

import { ints } from '../onnx/attributes.js';
import { indexGraph } from '../onnx/graphIndex.js';
import type { GraphIndex } from '../onnx/graphIndex.js';
import { shapesFor } from '../onnx/derive.js';
import { makeNode } from '../onnx/makeNode.js';
import type { Attribute, Node } from '../onnx/model.js';
import type { Shapes } from '../onnx/shapes.js';
import { hull, lengthOf, readBy } from '../windows/interval.js';
import type { Interval } from '../windows/interval.js';
import type { AxisCounts, WindowedNode } from '../windows/windowedForm.js';
import { slideOf } from '../windows/windowGeometry.js';
import type { Axis } from '../windows/windowGeometry.js';
import type { WindowSource } from '../windows/windowSource.js';

/** The rows (or columns) of a tensor that the unit at row y sees: from y * jump + start on, `length` of them. */
export interface Sight {
  readonly jump: number;
  readonly start: number;
  readonly length: number;
}

/** A tensor of the windowed graph that holds a window of one of the network's. */
export interface Seen {
  readonly tensor: string;
  readonly sights: readonly [rows: Sight, columns: Sight];
  /** What stands beyond the tensor's borders. */
  readonly padding: number;
}

export interface WindowedGraph {
  readonly index: GraphIndex;
  readonly shapes: Shapes;
  /** Name of the image's window, which is the graph's first input. */
  readonly image: string;
  readonly target: string;
  /** What each tensor holds that a backward rule may ask for. */
  readonly seen: ReadonlyMap<string, Seen>;
  /** Inputs that are 1 where a window lies inside its tensor and 0 beyond, by name. */
  readonly masks: ReadonlyMap<string, Seen>;
  /** Inputs that correct averages at the borders, by name. */
  readonly corrections: ReadonlyMap<
    string,
    { readonly of: Seen; readonly inside: { readonly rows: AxisCounts; readonly columns: AxisCounts } }
  >;
}

/**
 * The graph that `batch` units of the tensor `target` see.
 * @param source whose outputs are [target]
 * @returns undefined where an operator on the way does not run on windows of float32, or the ways to a tensor differ
 * in stride
 */
export function windowedGraph(
  source: WindowSource,
  target: string,
  batch: number,
): WindowedGraph | undefined {
  const { network, model, index, shapes, candidates, isPixels, axesOf } = source;
  const image = network.input.name;
  const byNode = new Map(candidates.map((each) => [each.node, each]));
  const path = index.graph.nodes.filter((node) => node.outputs.some(isPixels));
  const nodes = path.flatMap((node) => byNode.get(node) ?? []);
  const isPlain = (tensor: string): boolean =>
    axesOf(tensor)?.join() === '2,3' && shapes.typeOf(tensor) === 'float32';
  if (
    path.length === 0 ||
    nodes.length < path.length ||
    network.input.layout !== 'NCHW' ||
    !nodes.every(({ output }) => isPlain(output))
  ) {
    return undefined;
  }
  const sights = sightsOf(nodes, target);
  if (sights === undefined) {
    return undefined;
  }
  const seenOf = (tensor: string, padding = 0): Seen => {
    const found = sights.get(tensor);
    if (found === undefined) {
      throw new Error(`the unit does not see '${tensor}'`);
    }
    return { tensor, sights: found, padding };
  };

  const written: Node[] = [];
  const seen = new Map<string, Seen>([[image, seenOf(image)]]);
  const masks = new Map<string, Seen>();
  const corrections = new Map<string, { of: Seen; inside: { rows: AxisCounts; columns: AxisCounts } }>();
  const emit = (
    opType: string,
    inputs: string[],
    output: string,
    attributes: Record<string, Attribute> = {},
  ): void => {
    written.push(makeNode(output, opType, inputs, [output], attributes));
  };
  for (const each of nodes) {
    const { form, output, node } = each;
    const inputs = [...form.node.inputs];
    for (const read of form.reads) {
      const whole = seenOf(read.tensor);
      const own = ([0, 1] as const).map((axis) => readOf(read, axis, seenOf(output))) as [Sight, Sight];
      const isAll = own.every((sight, axis) => isSame(sight, whole.sights[axis as Axis]));
      // The padding of a pool is part of what decides its switches, so it has a tensor to itself.
      if (!isAll || node.opType === 'MaxPool') {
        const name = `${node.name}:read:${read.input}`;
        const starts = own.map(({ start }, axis) => start - whole.sights[axis as Axis].start);
        const ends = own.map(({ length }, axis) => (starts[axis] ?? 0) + length);
        emit(
          isAll ? 'Identity' : 'Slice',
          [read.tensor],
          name,
          isAll ? {} : { starts: ints(starts), ends: ints(ends), axes: ints([2, 3]) },
        );
        seen.set(name, { tensor: read.tensor, sights: own, padding: read.padding });
        inputs[read.input] = name;
      }
    }
    const place = seenOf(output);
    seen.set(output, place);
    const isTarget = output === target;
    const raw = isTarget ? output : `${output}:beyond`;
    if (form.inside === undefined) {
      written.push({ ...form.node, inputs, outputs: [raw] });
    } else {
      const name = `${output}:inside`;
      corrections.set(name, { of: place, inside: form.inside });
      written.push({ ...form.node, inputs, outputs: [`${output}:covered`] });
      emit('Mul', [`${output}:covered`, name], raw);
    }
    if (!isTarget) {
      // Beyond the borders there are no units: no signal may pass there.
      const name = `${output}:mask`;
      masks.set(name, place);
      emit('Mul', [raw, name], output);
      seen.set(raw, place);
    }
  }

  const shapeOf = (of: Seen, channels: number): number[] => [
    batch,
    channels,
    ...of.sights.map(({ length }) => length),
  ];
  const channelsOf = (tensor: string): number => shapes.staticShapeOf(tensor)?.[1] ?? 1;
  const float = { dtype: 'float32' } as const;
  const inputs = [
    { name: image, shape: shapeOf(seenOf(image), channelsOf(image)), ...float },
    ...[...masks].map(([name, of]) => ({ name, shape: shapeOf(of, 1), ...float })),
    ...[...corrections].map(([name, { of }]) => ({ name, shape: shapeOf(of, 1), ...float })),
  ];
  const constant = index.graph.nodes.filter((node) => !node.outputs.some(isPixels));
  const graph = {
    ...model.graph,
    nodes: [...constant, ...written],
    inputs,
    outputs: [{ name: target, ...float }],
  };
  return {
    index: indexGraph(graph),
    shapes: shapesFor({ ...model, graph }, new Map(inputs.map(({ name, shape }) => [name, shape]))),
    image,
    target,
    seen,
    masks,
    corrections,
  };
}

/** What the unit sees of every tensor; undefined where two ways to one have another stride. */
function sightsOf(
  nodes: readonly WindowedNode[],
  target: string,
): ReadonlyMap<string, readonly [Sight, Sight]> | undefined {
  const unit = { jump: 1, start: 0, length: 1 };
  const sights = new Map<string, readonly [Sight, Sight]>([[target, [unit, unit]]]);
  for (const each of nodes.toReversed()) {
    const place = sights.get(each.output);
    if (place === undefined) {
      continue;
    }
    for (const read of each.form.reads) {
      const known = sights.get(read.tensor);
      const both = ([0, 1] as const).map((axis) => {
        const own = readOf(read, axis, { sights: place });
        return known === undefined ? own : united(known[axis], own);
      });
      const [rows, columns] = both;
      if (rows === undefined || columns === undefined) {
        return undefined;
      }
      sights.set(read.tensor, [rows, columns]);
    }
  }
  return sights;
}

function readOf(
  read: WindowedNode['form']['reads'][number],
  axis: Axis,
  { sights }: Pick<Seen, 'sights'>,
): Sight {
  const { jump, start, length } = sights[axis];
  const slide = slideOf(read, axis);
  const interval = readBy({ start, end: start + length }, slide);
  return { jump: jump * slide.step, start: interval.start, length: lengthOf(interval) };
}

function united(a: Sight, b: Sight): Sight | undefined {
  const both: Interval = hull(intervalOf(a), intervalOf(b));
  return a.jump === b.jump ? { jump: a.jump, start: both.start, length: lengthOf(both) } : undefined;
}

const intervalOf = ({ start, length }: Sight): Interval => ({ start, end: start + length });

function isSame(a: Sight, b: Sight): boolean {
  return a.start === b.start && a.length === b.length;
}

/** The row (or column) at which a unit's window begins in a tensor. */
export const startAt = ({ jump, start }: Sight, position: number): number => position * jump + start;
