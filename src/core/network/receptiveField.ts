/** What part of the image a unit sees: receptive fields by interval arithmetic over the graph. */

import type { ImageInput } from './imageInput.js';
import { atOnce, each } from '../steps.js';
import type { Steps } from '../steps.js';
import { axisLinks } from '../onnx/links/axisLinks.js';
import type { AxisLink, InputLinks } from '../onnx/links/link.js';
import type { GraphIndex } from '../onnx/graphIndex.js';
import type { ReceptiveField } from './layers.js';
import type { Node } from '../onnx/model.js';
import { capturesAny, followingPixels, readsElements } from './pixels.js';
import type { Shapes } from '../onnx/shapes.js';

/** A window of the image in pixels; bottom and right are excluded. */
export interface PixelWindow {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

/**
 * How a tensor looks at one axis of the image: index i of its `axis` sees the pixels from i * stride + first
 * to i * stride + last. Without an axis every element sees the whole of it.
 */
interface AxisView {
  readonly axis: number | undefined;
  readonly stride: number;
  readonly first: number;
  readonly last: number;
  /** True where an element may see less than that. */
  readonly isBound: boolean;
}

/** A tensor's views of the image's rows and columns. */
interface View {
  readonly rows: AxisView;
  readonly columns: AxisView;
}

const WHOLE: AxisView = { axis: undefined, stride: 0, first: -Infinity, last: Infinity, isBound: false };

/** Tolerance against rounding in strides that are fractions. */
const TOLERANCE = 1e-3;

/** Which tensors have rows and columns of the image, and what their units see of it. */
export interface Positions {
  /** The axes that hold rows and columns, of every tensor that has both. */
  readonly axes: ReadonlyMap<string, readonly [rows: number, columns: number]>;
  /**
   * The receptive fields of all tensors that have one: those with a row and a column axis. The size is the
   * theoretical one, not clipped at the image's borders, and the image's own where a global operator lies between.
   * Left out where it differs from unit to unit or cannot be followed.
   */
  readonly fields: ReadonlyMap<string, ReceptiveField>;
}

export function positionsOf(index: GraphIndex, shapes: Shapes, image: ImageInput): Positions {
  return atOnce(followingPositions(index, shapes, image, atOnce(followingPixels(index, shapes, image.name))));
}

/** The same in steps. @param pixels the tensors that depend on the image's pixels */
export function* followingPositions(
  index: GraphIndex,
  shapes: Shapes,
  image: ImageInput,
  pixels: ReadonlySet<string>,
): Steps<Positions> {
  const { height, width } = sizeOf(image);
  const axes = new Map<string, readonly [number, number]>();
  const fields = new Map<string, ReceptiveField>();
  const views = yield* followingViews(index, shapes, image, pixels);
  yield* each(views, ([tensor, { rows, columns }]) => {
    if (rows.axis === undefined || columns.axis === undefined || rows.axis === columns.axis) {
      return;
    }
    axes.set(tensor, [rows.axis, columns.axis]);
    if (!rows.isBound && !columns.isBound) {
      fields.set(tensor, {
        size: [extent(rows, height), extent(columns, width)],
        stride: [rounded(rows.stride), rounded(columns.stride)],
      });
    }
  });
  return { axes, fields };
}

/** The receptive field of one tensor's units; undefined for a tensor without rows and columns. */
export function receptiveFieldOf(
  index: GraphIndex,
  shapes: Shapes,
  image: ImageInput,
  tensor: string,
): ReceptiveField | undefined {
  return positionsOf(index, shapes, image).fields.get(tensor);
}

/**
 * The window of the image that the units at position [y, x] of `tensor` see, all maps taken together, clipped to
 * the image. A tensor without rows and columns sees the whole image, one that does not depend on it nothing.
 */
export function receptiveWindow(
  index: GraphIndex,
  shapes: Shapes,
  image: ImageInput,
  tensor: string,
  [y, x]: readonly [number, number],
): PixelWindow {
  const { height, width } = sizeOf(image);
  const pixels = atOnce(followingPixels(index, shapes, image.name));
  const views = atOnce(followingViews(index, shapes, image, pixels));
  const whole: PixelWindow = { top: 0, left: 0, bottom: height, right: width };
  const view = views.get(tensor);
  if (view === undefined) {
    return { top: 0, left: 0, bottom: 0, right: 0 };
  }
  const shape = shapes.staticShapeOf(tensor);
  if (shape === undefined || !hasPositions(view)) {
    return whole;
  }
  const unit = shape.map((size, axis): Interval =>
    axis === view.rows.axis ? [y, y + 1] : axis === view.columns.axis ? [x, x + 1] : [0, size],
  );
  const seen = boxesBehind(index, shapes, views, tensor, unit);
  if (seen === 'unknown') {
    return whole;
  }
  const box = seen.get(image.name);
  const [rows, columns] = image.layout === 'NCHW' ? [box?.[2], box?.[3]] : [box?.[1], box?.[2]];
  return { top: rows?.[0] ?? 0, left: columns?.[0] ?? 0, bottom: rows?.[1] ?? 0, right: columns?.[1] ?? 0 };
}

/** True for a tensor with one axis of rows and another of columns. */
function hasPositions({ rows, columns }: View): boolean {
  return rows.axis !== undefined && columns.axis !== undefined && rows.axis !== columns.axis;
}

function sizeOf({ shape, layout }: ImageInput): { height: number; width: number } {
  const [, second = 1, third = 1, fourth = 1] = shape;
  return layout === 'NCHW' ? { height: third, width: fourth } : { height: second, width: third };
}

function extent({ first, last }: AxisView, size: number): number {
  const length = last - first;
  return Number.isFinite(length) ? Math.ceil(length - TOLERANCE) + 1 : size;
}

function rounded(stride: number): number {
  return Math.round(stride * 1e6) / 1e6;
}

/** The views of every tensor that depends on the image's pixels. */
function* followingViews(
  index: GraphIndex,
  shapes: Shapes,
  image: ImageInput,
  pixels: ReadonlySet<string>,
): Steps<ReadonlyMap<string, View>> {
  const [row, column] = image.layout === 'NCHW' ? [2, 3] : [1, 2];
  const pixel = { stride: 1, first: 0, last: 0, isBound: false };
  const views = new Map<string, View>([
    [image.name, { rows: { axis: row, ...pixel }, columns: { axis: column, ...pixel } }],
  ]);
  yield* each(index.graph.nodes, (node) => {
    for (const [output, tensor] of node.outputs.entries()) {
      const view = pixels.has(tensor) ? viewThrough(node, output, views, shapes) : undefined;
      if (view !== undefined) {
        views.set(tensor, view);
      }
    }
  });
  return views;
}

/** What an output sees through all inputs of its node. */
function viewThrough(
  node: Node,
  output: number,
  views: ReadonlyMap<string, View>,
  shapes: Shapes,
): View | undefined {
  if (capturesAny(node, views)) {
    return { rows: WHOLE, columns: WHOLE };
  }
  let seen: View | undefined;
  for (const [input, tensor] of node.inputs.entries()) {
    const view = readsElements(node, input) ? views.get(tensor) : undefined;
    if (view !== undefined) {
      const links = axisLinks(node, shapes, input, output);
      const [rows, columns] = [through(view.rows, links), through(view.columns, links)];
      seen =
        seen === undefined
          ? { rows, columns }
          : { rows: united(seen.rows, rows), columns: united(seen.columns, columns) };
    }
  }
  return seen;
}

/** What an output sees through an input that sees `view`. */
function through(view: AxisView, links: InputLinks | undefined): AxisView {
  const link = view.axis === undefined ? 'all' : (links?.[view.axis] ?? 'unknown');
  if (link === 'all' || link === 'unknown') {
    return { ...WHOLE, isBound: view.isBound || link === 'unknown' };
  }
  const { axis, step, first, last, divisor, isBound = false } = link;
  const ends = [(view.stride * first) / divisor, (view.stride * last) / divisor];
  return {
    axis,
    stride: (view.stride * step) / divisor,
    first: view.first + Math.min(...ends),
    last: view.last + Math.max(...ends),
    isBound: view.isBound || isBound,
  };
}

function united(a: AxisView, b: AxisView): AxisView {
  const isWhole = [a, b].some(({ last, isBound }) => last === Infinity && !isBound);
  const isBound = !isWhole && (a.isBound || b.isBound);
  if (a.axis === undefined || b.axis === undefined) {
    const { axis, stride } = a.axis === undefined ? b : a;
    return { ...WHOLE, axis, stride, isBound };
  }
  if (a.axis !== b.axis || Math.abs(a.stride - b.stride) > TOLERANCE) {
    return { ...WHOLE, isBound: !isWhole };
  }
  return { ...a, first: Math.min(a.first, b.first), last: Math.max(a.last, b.last), isBound };
}

/** Indices along an axis, the second excluded. */
type Interval = readonly [number, number];

/** The part of a tensor that is read: an interval per axis. */
type Box = readonly Interval[];

/** What `unit` of `tensor` reads of every tensor before it; 'unknown' where a shape on the way is. */
function boxesBehind(
  index: GraphIndex,
  shapes: Shapes,
  views: ReadonlyMap<string, View>,
  tensor: string,
  unit: Box,
): ReadonlyMap<string, Box> | 'unknown' {
  const boxes = new Map<string, Box>([[tensor, unit]]);
  for (const node of index.ancestors([tensor]).toReversed()) {
    if (capturesAny(node, views)) {
      return 'unknown';
    }
    for (const [input, name] of node.inputs.entries()) {
      if (!views.has(name) || !readsElements(node, input)) {
        continue;
      }
      for (const [output, made] of node.outputs.entries()) {
        const box = boxes.get(made);
        if (box === undefined) {
          continue;
        }
        const links = axisLinks(node, shapes, input, output);
        const shape = shapes.staticShapeOf(name);
        if (links === undefined || shape === undefined) {
          return 'unknown';
        }
        const read = shape.map((size, axis) => readBy(box, links[axis] ?? 'all', size));
        if (read.every(([start, end]) => start < end)) {
          boxes.set(name, hull(boxes.get(name), read));
        }
      }
    }
  }
  return boxes;
}

/** The indices of an input's axis that an output box reads, clipped to the axis. */
function readBy(box: Box, link: AxisLink, size: number): Interval {
  if (link === 'all' || link === 'unknown') {
    return [0, size];
  }
  const { step, first, last, divisor, spacing = 1, border } = link;
  const [start, end] = box[link.axis] ?? [0, 0];
  const [low, high] = step < 0 ? [end - 1, start] : [start, end - 1];
  const from = Math.floor((low * step + first) / divisor);
  const to = Math.floor((high * step + last) / divisor);
  if (border !== undefined) {
    return folded(from, to, size, border);
  }
  // The elements of a dilated window that lie outside are left out, not moved to the border.
  const before = spacing > 1 && low === high ? Math.ceil(Math.max(0, -from) / spacing) * spacing : 0;
  const after = spacing > 1 && low === high ? Math.ceil(Math.max(0, to - size + 1) / spacing) * spacing : 0;
  return [Math.max(0, from + before), Math.min(size, to + 1 - after)];
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

function hull(a: Box | undefined, b: Box): Box {
  return a === undefined
    ? b
    : b.map(([start, end], axis): Interval => {
        const [otherStart, otherEnd] = a[axis] ?? [start, end];
        return [Math.min(start, otherStart), Math.max(end, otherEnd)];
      });
}
