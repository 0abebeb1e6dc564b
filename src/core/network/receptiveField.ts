/** How large a part of the image units see, and how far apart: receptive fields by arithmetic over the graph. */

import { imageSize } from './imageInput.js';
import type { ImageInput } from './imageInput.js';
import { atOnce, each } from '../steps.js';
import type { Steps } from '../steps.js';
import { axisLinks } from '../onnx/links/axisLinks.js';
import type { InputLinks } from '../onnx/links/link.js';
import type { GraphIndex } from '../onnx/graphIndex.js';
import type { ReceptiveField } from './layers.js';
import type { Node } from '../onnx/model.js';
import { capturesAny, pixelsSteps, readsElements } from './pixels.js';
import { receptiveWindows } from './receptiveWindow.js';
import type { PixelWindow } from './receptiveWindow.js';
import type { Shapes } from '../onnx/shapes.js';

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
  /** The window of the image that the units of a tensor at row y and column x see, all maps taken together. */
  windowOf(tensor: string, position: readonly [y: number, x: number]): PixelWindow;
}

/** Whether a field is larger than the image, so that what every unit sees of it is clipped at the border. */
export function exceedsImage(
  { size: [rows, columns] }: Pick<ReceptiveField, 'size'>,
  image: Pick<ImageInput, 'shape' | 'layout'>,
): boolean {
  const { height, width } = imageSize(image);
  return rows > height || columns > width;
}

export function positionsOf(index: GraphIndex, shapes: Shapes, image: ImageInput): Positions {
  return atOnce(positionsSteps(index, shapes, image, atOnce(pixelsSteps(index, shapes, image.name))));
}

/** The same in steps. @param pixels the tensors that depend on the image's pixels */
export function* positionsSteps(
  index: GraphIndex,
  shapes: Shapes,
  image: ImageInput,
  pixels: ReadonlySet<string>,
): Steps<Positions> {
  const { height, width } = imageSize(image);
  const axes = new Map<string, readonly [number, number]>();
  const fields = new Map<string, ReceptiveField>();
  const views = yield* viewsSteps(index, shapes, image, pixels);
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
  return { axes, fields, windowOf: receptiveWindows({ index, shapes, image, views }) };
}

function extent({ first, last }: AxisView, size: number): number {
  const length = last - first;
  return Number.isFinite(length) ? Math.ceil(length - TOLERANCE) + 1 : size;
}

function rounded(stride: number): number {
  return Math.round(stride * 1e6) / 1e6;
}

/** The views of every tensor that depends on the image's pixels. */
function* viewsSteps(
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
