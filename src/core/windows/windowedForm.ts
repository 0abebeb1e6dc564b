/** How operators run on windows of their inputs: which can, what they read, and how their nodes are written then. */

import { axisLinks } from '../onnx/links/axisLinks.js';
import { intAttribute, stringAttribute } from '../onnx/attributes.js';
import type { Attribute, Node } from '../onnx/model.js';
import type { Shapes } from '../onnx/shapes.js';
import { ELEMENTWISE } from '../onnx/shapes/elementwise.js';
import { extentOf, roundsUp, windowsOf } from '../onnx/shapes/window.js';
import type { AxisWindow } from '../onnx/shapes/window.js';
import type { Slide } from './interval.js';

/** What a graph's tensors are, for an operator to say whether it can run on windows. */
export interface WindowContext {
  readonly shapes: Shapes;
  /** Axes of rows and columns of a tensor with positions. */
  readonly axesOf: (tensor: string) => readonly [rows: number, columns: number] | undefined;
  /** True for tensors that depend on the image's pixels. */
  readonly isPixels: (tensor: string) => boolean;
}

/** An input of which windows are read. */
export interface WindowRead {
  readonly input: number;
  readonly tensor: string;
  readonly rows: Slide;
  readonly columns: Slide;
  /** What lies beyond the tensor's borders. */
  readonly padding: number;
}

export interface WindowedForm {
  readonly reads: readonly WindowRead[];
  /** The node for inputs that are windows with their padding. */
  readonly node: Node;
  /**
   * For an average over what lies inside the tensor: the elements that each output's window has there, along both
   * axes; the node divides by all that it covers.
   */
  readonly inside?: { readonly rows: AxisCounts; readonly columns: AxisCounts };
}

/** A node that runs on windows. */
export interface WindowedNode {
  readonly node: Node;
  readonly output: string;
  readonly form: WindowedForm;
}

/** Elements of a window inside the tensor, for each output index; `covered` is their number far from borders. */
export interface AxisCounts {
  readonly counts: readonly number[];
  readonly covered: number;
}

type Former = (node: Node, context: WindowContext) => Omit<WindowedForm, 'reads'> & { padding: number };

/** Undefined where a node has to run on whole tensors. */
export function windowedForm(node: Node, context: WindowContext): WindowedForm | undefined {
  const former = node.domain === '' ? FORMERS.get(node.opType) : undefined;
  const [output = '', ...others] = node.outputs;
  const axes = context.axesOf(output);
  if (former === undefined || axes === undefined || others.some((name) => name !== '')) {
    return undefined;
  }
  if (!isPlane(output, context) || !isFit(node, context)) {
    return undefined;
  }
  const { padding, ...form } = former(node, context);
  const reads: WindowRead[] = [];
  for (const [input, tensor] of node.inputs.entries()) {
    if (!context.isPixels(tensor)) {
      continue;
    }
    const from = context.axesOf(tensor);
    const links = axisLinks(node, context.shapes, input, 0);
    const rows = from && slideOf(links?.[from[0]], axes[0]);
    const columns = from && slideOf(links?.[from[1]], axes[1]);
    if (rows === undefined || columns === undefined || !isPlane(tensor, context)) {
      return undefined;
    }
    reads.push({ input, tensor, rows, columns, padding });
  }
  return { ...form, reads };
}

/** Rows, columns and channels of one image in floats, the columns right behind the rows. */
function isPlane(tensor: string, { shapes, axesOf }: WindowContext): boolean {
  const axes = axesOf(tensor);
  const shape = shapes.staticShapeOf(tensor);
  return (
    axes?.[1] === (axes?.[0] ?? NaN) + 1 &&
    shape?.length === 4 &&
    shape[0] === 1 &&
    axes[0] > 0 &&
    shapes.typeOf(tensor) === 'float32'
  );
}

function slideOf(
  link: NonNullable<ReturnType<typeof axisLinks>>[number] | undefined,
  axis: number,
): Slide | undefined {
  if (link === undefined || link === 'all' || link === 'unknown' || link.axis !== axis) {
    return undefined;
  }
  const { step, first, last, divisor, border, isBound } = link;
  const isSlide = divisor === 1 && step > 0 && border === undefined && isBound !== true;
  return isSlide && Number.isFinite(first) && Number.isFinite(last) ? { step, first, last } : undefined;
}

/** What the operators' own conditions are. */
function isFit(node: Node, context: WindowContext): boolean {
  const { shapes, isPixels } = context;
  const shapeOf = (tensor: string): readonly number[] | undefined => shapes.staticShapeOf(tensor);
  const [output = ''] = node.outputs;
  const axes = context.axesOf(output) ?? [2, 3];
  switch (node.opType) {
    case 'Conv':
      return node.inputs.slice(1).every((tensor) => !isPixels(tensor));
    case 'BatchNormalization':
      return (
        intAttribute(node, 'training_mode') !== 1 && node.inputs.slice(1).every((name) => !isPixels(name))
      );
    case 'AveragePool':
      // Runtimes disagree about padding that is counted where the last window reaches even beyond it.
      return intAttribute(node, 'count_include_pad') !== 1 || !roundsUp(node);
    case 'LRN':
      return isOnnxWindow(node);
    case 'MaxPool':
    case 'Transpose':
      return true;
    case 'Concat': {
      const axis = intAttribute(node, 'axis') ?? 1;
      return !axes.includes(axis < 0 ? axis + 4 : axis) && node.inputs.every(isPixels);
    }
    case 'Gather': {
      const [, indices = ''] = node.inputs;
      const axis = intAttribute(node, 'axis') ?? 0;
      return (
        !axes.includes(axis < 0 ? axis + 4 : axis) && !isPixels(indices) && shapeOf(indices)?.length === 1
      );
    }
    case 'Pad':
      return (
        (stringAttribute(node, 'mode') ?? 'constant') === 'constant' &&
        node.inputs.slice(1).every((tensor) => tensor === '' || shapes.valuesOf(tensor) !== undefined) &&
        shapeOf(output)?.every(
          (size, axis) => axes.includes(axis) || size === shapeOf(node.inputs[0] ?? '')?.[axis],
        ) === true
      );
    default:
      // Elementwise: everything else that is read has to be the same at every position.
      return node.inputs.every((tensor) => {
        const shape = tensor === '' ? [] : shapeOf(tensor);
        if (isPixels(tensor)) {
          return axes.every((axis) => shape?.[axis] === shapeOf(output)?.[axis]);
        }
        return shape !== undefined && axes.every((axis) => (shape[axis + shape.length - 4] ?? 1) === 1);
      });
  }
}

const asItIs: Former = (node) => ({ node, padding: 0 });

function withAttributes(node: Node, changed: Record<string, Attribute>, ...dropped: string[]): Node {
  const kept = [...node.attributes].filter(([name]) => !dropped.includes(name));
  return { ...node, attributes: new Map([...kept, ...Object.entries(changed)]) };
}

/** Its padding is cut with the window. */
function unpadded(node: Node): Node {
  return withAttributes(node, {}, 'pads', 'auto_pad', 'ceil_mode');
}

const convolution: Former = (node) => ({ node: unpadded(node), padding: 0 });
const maxPool: Former = (node) => ({ node: unpadded(node), padding: -Infinity });

const averagePool: Former = (node, { shapes }) => {
  const from = shapes.staticShapeOf(node.inputs[0] ?? '')?.slice(2) ?? [];
  const to = shapes.staticShapeOf(node.outputs[0] ?? '')?.slice(2) ?? [];
  const plain = withAttributes(unpadded(node), {}, 'count_include_pad');
  const [rows, columns] = (windowsOf(node, from) ?? []).map((window, axis) =>
    countsOf(window, from[axis] ?? 1, to[axis] ?? 1),
  );
  const isPadCounted = intAttribute(node, 'count_include_pad') === 1;
  return rows === undefined ||
    columns === undefined ||
    isPadCounted ||
    [rows, columns].every(isEverywhereWhole)
    ? { node: plain, padding: 0 }
    : { node: plain, padding: 0, inside: { rows, columns } };
};

function countsOf(window: AxisWindow, from: number, to: number): AxisCounts {
  const [before] = window.pads ?? [0, 0];
  const counts = Array.from({ length: to }, (_, index) => {
    const start = index * window.stride - before;
    let count = 0;
    for (let at = start; at < start + extentOf(window); at += window.dilation) {
      count += at >= 0 && at < from ? 1 : 0;
    }
    return count;
  });
  return { counts, covered: window.kernel };
}

function isEverywhereWhole({ counts, covered }: AxisCounts): boolean {
  return counts.every((count) => count === covered);
}

/** What it pads is cut with the window, so that nothing is left to do. */
const pad: Former = (node, { shapes }) => ({
  node: {
    ...withAttributes(node, {}, ...node.attributes.keys()),
    opType: 'Identity',
    inputs: node.inputs.slice(0, 1),
  },
  padding: shapes.valuesOf(node.inputs[2] ?? '')?.[0] ?? padValue(node),
});

function padValue(node: Node): number {
  const value = node.attributes.get('value');
  return value?.type === 'float' ? value.value : 0;
}

/** How many channels lie in front of the one that is normalised: a composite says so, ONNX's operator cannot. */
const BEFORE = 'before';

function isOnnxWindow(node: Node): boolean {
  const before = intAttribute(node, BEFORE);
  return before === undefined || before === Math.floor(((intAttribute(node, 'size') ?? 1) - 1) / 2);
}

/** Exporters' spelled-out normalisations fix the batch size; the operator that they stand for does not. */
const lrn: Former = (node) => ({
  node: {
    name: node.name,
    opType: node.opType,
    domain: '',
    inputs: node.inputs,
    outputs: node.outputs,
    attributes: new Map([...node.attributes].filter(([name]) => name !== BEFORE)),
    metadata: node.metadata,
  },
  padding: 0,
});

const FORMERS: ReadonlyMap<string, Former> = new Map<string, Former>([
  ...Object.keys(ELEMENTWISE).map((opType) => [opType, asItIs] as const),
  ['Conv', convolution],
  ['MaxPool', maxPool],
  ['AveragePool', averagePool],
  ['BatchNormalization', asItIs],
  ['LRN', lrn],
  ['Concat', asItIs],
  ['Gather', asItIs],
  ['Transpose', asItIs],
  ['Pad', pad],
]);
