/** Which pixels a unit sees: its receptive field clipped at the borders of every tensor on the way. */

import { axisLinks } from '../onnx/links/axisLinks.js';
import type { AxisLink } from '../onnx/links/link.js';
import type { GraphIndex } from '../onnx/graphIndex.js';
import type { Node } from '../onnx/model.js';
import type { Shapes } from '../onnx/shapes.js';
import { imageSize } from './imageInput.js';
import type { ImageInput } from './imageInput.js';
import { capturesAny, readsElements } from './pixels.js';

/** A window of the image in pixels; bottom and right are excluded. */
export interface PixelWindow {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

/** What windows are told from. `views` has the tensors that depend on the image's pixels. */
interface Source {
  readonly index: GraphIndex;
  readonly shapes: Shapes;
  readonly image: ImageInput;
  readonly views: ReadonlyMap<string, View>;
}

/** The axes of a tensor along which its units see different rows and columns of the image, where there are such. */
interface View {
  readonly rows: { readonly axis: number | undefined };
  readonly columns: { readonly axis: number | undefined };
}

/** Indices along an axis, the second excluded. */
type Interval = readonly [number, number];

/** What nothing is seen through: padding, say. */
const NOTHING: Interval = [Infinity, -Infinity];

/** For every index along `axis` of a tensor the pixels that it sees along one side of the image; one for all without. */
interface Sights {
  readonly axis: number | undefined;
  readonly intervals: readonly Interval[];
}

/**
 * Tells the window of any unit. A tensor's windows are found in one pass over the graph before it when it is first
 * asked for, and kept. A tensor without rows and columns sees the whole image, one that does not depend on it nothing.
 */
export function receptiveWindows(
  source: Source,
): (tensor: string, position: readonly [y: number, x: number]) => PixelWindow {
  const { views, image } = source;
  const { height, width } = imageSize(image);
  const whole: PixelWindow = { top: 0, left: 0, bottom: height, right: width };
  const none: PixelWindow = { top: 0, left: 0, bottom: 0, right: 0 };
  const kept = new Map<string, readonly [Sights, Sights] | undefined>();
  return (tensor, [y, x]) => {
    const view = views.get(tensor);
    if (view === undefined) {
      return none;
    }
    if (!hasPositions(view)) {
      return whole;
    }
    if (!kept.has(tensor)) {
      kept.set(tensor, sightsOf(source, tensor));
    }
    const sights = kept.get(tensor);
    if (sights === undefined) {
      return whole;
    }
    const [rows, columns] = [sights[0].intervals[y], sights[1].intervals[x]];
    return rows === undefined || columns === undefined || isEmpty(rows) || isEmpty(columns)
      ? none
      : { top: rows[0], left: columns[0], bottom: rows[1], right: columns[1] };
  };
}

/** True for a tensor with one axis of rows and another of columns. */
function hasPositions({ rows, columns }: View): boolean {
  return rows.axis !== undefined && columns.axis !== undefined && rows.axis !== columns.axis;
}

/** What the units of a tensor see along rows and columns; undefined where a node on the way does not tell. */
function sightsOf(
  { index, shapes, image, views }: Source,
  tensor: string,
): readonly [rows: Sights, columns: Sights] | undefined {
  const nodes = index.ancestors([tensor]);
  if (nodes.some((node) => capturesAny(node, views))) {
    return undefined;
  }
  const { height, width } = imageSize(image);
  const [row, column] = image.layout === 'NCHW' ? [2, 3] : [1, 2];
  const seen = (
    [
      ['rows', row, height],
      ['columns', column, width],
    ] as const
  ).map(([side, axis, size]) => {
    const pixels = Array.from({ length: size }, (_, at): Interval => [at, at + 1]);
    const sights = new Map<string, Sights>([[image.name, { axis, intervals: pixels }]]);
    for (const node of nodes) {
      for (const [output, name] of node.outputs.entries()) {
        const through = views.has(name) ? sightsThrough(node, output, shapes, sights) : undefined;
        if (through === 'unknown') {
          return undefined;
        }
        if (through !== undefined) {
          sights.set(name, along(views.get(name)?.[side].axis, through));
        }
      }
    }
    return sights.get(tensor);
  });
  const [rows, columns] = seen;
  return rows === undefined || columns === undefined ? undefined : [rows, columns];
}

/** What an output sees through all inputs of its node; undefined where through none. */
function sightsThrough(
  node: Node,
  output: number,
  shapes: Shapes,
  sights: ReadonlyMap<string, Sights>,
): Sights | 'unknown' | undefined {
  let united: Sights | undefined;
  for (const [input, name] of node.inputs.entries()) {
    const before = sights.get(name);
    if (before === undefined || !readsElements(node, input)) {
      continue;
    }
    const links = axisLinks(node, shapes, input, output);
    const from = shapes.staticShapeOf(name);
    const to = shapes.staticShapeOf(node.outputs[output] ?? '');
    if (links === undefined || from === undefined || to === undefined) {
      return 'unknown';
    }
    // Where no index along some axis is inside the input, nothing of it is read.
    const isRead = from.every((size, axis) => {
      const link = links[axis] ?? 'all';
      return (
        typeof link === 'string' ||
        intervalsRead(link, size, to[link.axis] ?? 1).some((read) => !isEmpty(read))
      );
    });
    if (isRead) {
      const link = before.axis === undefined ? 'all' : (links[before.axis] ?? 'all');
      const through = throughLink(before, link, to);
      united = united === undefined ? through : union(united, through);
    }
  }
  return united;
}

function throughLink({ axis, intervals }: Sights, link: AxisLink, to: readonly number[]): Sights {
  if (axis === undefined || typeof link === 'string') {
    return { axis: undefined, intervals: [intervals.reduce(hull, NOTHING)] };
  }
  const reads = intervalsRead(link, intervals.length, to[link.axis] ?? 1);
  return {
    axis: link.axis,
    intervals: reads.map(([from, end]) => intervals.slice(from, end).reduce(hull, NOTHING)),
  };
}

/** What each index along the output's axis reads of an input's axis of `size`. */
function intervalsRead(link: Exclude<AxisLink, string>, size: number, count: number): readonly Interval[] {
  return Array.from({ length: count }, (_, at) => readBy(at, link, size));
}

/** Sights in which indices along `axis` are told apart, as long as any are. */
function along(axis: number | undefined, sights: Sights): Sights {
  return axis === sights.axis || sights.axis === undefined
    ? sights
    : { axis: undefined, intervals: [sights.intervals.reduce(hull, NOTHING)] };
}

function union(a: Sights, b: Sights): Sights {
  if (a.axis === b.axis) {
    return { ...a, intervals: a.intervals.map((each, at) => hull(each, b.intervals[at] ?? NOTHING)) };
  }
  const [wide, single] = a.axis === undefined ? [b, a] : [a, b];
  const all = single.intervals.reduce(hull, NOTHING);
  return single.axis === undefined
    ? { ...wide, intervals: wide.intervals.map((each) => hull(each, all)) }
    : { axis: undefined, intervals: [wide.intervals.reduce(hull, all)] };
}

/** The indices of an input's axis that one output index reads, clipped to the axis; empty where all lie outside. */
function readBy(
  at: number,
  { step, first, last, divisor, spacing = 1, border }: Exclude<AxisLink, string>,
  size: number,
): Interval {
  const from = Math.floor((at * step + first) / divisor);
  const to = Math.floor((at * step + last) / divisor);
  if (border !== undefined) {
    return folded(from, to, size, border);
  }
  // The elements of a dilated window that lie outside are left out, not moved to the border.
  const before = spacing > 1 ? Math.ceil(Math.max(0, -from) / spacing) * spacing : 0;
  const after = spacing > 1 ? Math.ceil(Math.max(0, to - size + 1) / spacing) * spacing : 0;
  return [Math.max(0, from + before), Math.max(0, Math.min(size, to + 1 - after))];
}

/** Where the indices from `from` to `to` come to lie when those outside are clamped or mirrored. */
function folded(from: number, to: number, size: number, border: 'edge' | 'reflect'): Interval {
  const last = size - 1;
  const fold = (index: number): number =>
    border === 'edge'
      ? Math.min(Math.max(index, 0), last)
      : index < 0
        ? -index
        : index > last
          ? 2 * last - index
          : index;
  // Between the ends and the borders, folding keeps or reverses the order.
  const turns = [from, to, ...[0, last].filter((index) => index > from && index < to)].map(fold);
  return [Math.min(...turns), Math.max(...turns) + 1];
}

function isEmpty([start, end]: Interval): boolean {
  return start >= end;
}

function hull(a: Interval, b: Interval): Interval {
  return isEmpty(b) ? a : isEmpty(a) ? b : [Math.min(a[0], b[0]), Math.max(a[1], b[1])];
}
