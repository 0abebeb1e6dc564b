/** Can two linear layers be written as one, exactly, and with how many parameters? Told without reading weights. */

import type { Network } from '../../network/network.js';
import { intAttribute } from '../../onnx/attributes.js';
import type { Node } from '../../onnx/model.js';
import { kernelOf } from '../../onnx/shapes/convolution.js';
import type { Shapes } from '../../onnx/shapes.js';
import { windowsOf } from '../../onnx/shapes/window.js';
import { elementCount } from '../../tensor.js';
import type { LinearPair } from './linearPairs.js';

/** A layer as a convolution of [outputs, inputs] channels; a matrix product is one of a single position. */
export interface LinearShape {
  readonly kind: 'convolution' | 'product';
  readonly outputs: number;
  readonly inputs: number;
  readonly groups: number;
  /** One entry a spatial axis, none for a product. */
  readonly axes: readonly AxisShape[];
  readonly hasBias: boolean;
}

export interface AxisShape {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly pads: readonly [number, number];
}

export interface MergePlan {
  readonly first: LinearShape;
  readonly second: LinearShape;
  /** The one layer that does what both do. */
  readonly merged: LinearShape;
  /** Weights and biases of the pair and what lies between, and of the merged layer. */
  readonly parametersNow: number;
  readonly parametersMerged: number;
  /** The merge is exact only where the first layer, with all that is added behind it, adds nothing. */
  readonly needsNoShift: boolean;
}

/** The plan, or why there is none, as the end of a sentence. */
export type Planned =
  | { readonly plan: MergePlan; readonly refusal?: undefined }
  | { readonly plan?: undefined; readonly refusal: string };

/** Plans the merge of a pair. */
export function planMerge({ shapes }: Pick<Network, 'shapes'>, pair: LinearPair): Planned {
  const [first, second] = [pair.first, pair.second].map((node) => linearShape(node, shapes));
  if (typeof first !== 'object' || typeof second !== 'object') {
    return { refusal: typeof first === 'string' ? first : String(second) };
  }
  if (first.kind !== second.kind) {
    return { refusal: 'one is a convolution and the other a matrix product' };
  }
  if (first.outputs !== second.inputs) {
    return {
      refusal: `'${pair.first.name}' gives ${first.outputs} channels and '${pair.second.name}' takes ${second.inputs}`,
    };
  }
  const inTheWay = pair.between.find(
    (node, place) =>
      !isChannelwise(node, (pair.between[place - 1] ?? pair.first).outputs[0] ?? '', first, shapes),
  );
  if (inTheWay !== undefined) {
    return { refusal: `'${inTheWay.name}' (${inTheWay.opType}), linear as it is, lies between them` };
  }
  const axes = first.axes.map((axis, place) => composeAxis(axis, second.axes[place] ?? axis));
  const padded = second.axes.some(({ pads }) => pads.some((pad) => pad > 0));
  const isPointwise = first.axes.every(
    ({ kernel, stride, pads }) => kernel === 1 && stride === 1 && pads.every((pad) => pad === 0),
  );
  if (padded && !isPointwise) {
    return {
      refusal: `'${pair.second.name}' pads the result of '${pair.first.name}' with zeros, so that at the border the two are not one convolution`,
    };
  }
  const shifts =
    first.hasBias || pair.between.some(({ opType }) => ['Add', 'Sub', 'BatchNormalization'].includes(opType));
  const merged: LinearShape = {
    kind: first.kind,
    outputs: second.outputs,
    inputs: first.inputs,
    groups: 1,
    axes,
    hasBias: second.hasBias || shifts,
  };
  const between = pair.between
    .flatMap(({ inputs }) => inputs.slice(1))
    .map((name) => shapes.staticShapeOf(name));
  const betweenCount = between.reduce((sum, shape) => sum + (shape ? elementCount(shape) : 0), 0);
  return {
    plan: {
      first,
      second,
      merged,
      parametersNow: parametersOf(first) + betweenCount + parametersOf(second),
      parametersMerged: parametersOf(merged),
      needsNoShift: padded && shifts,
    },
  };
}

/** Kernel, stride and padding of one convolution behind another along one axis. */
function composeAxis(first: AxisShape, second: AxisShape): AxisShape {
  // Steps of the second kernel, in elements of the first one's input.
  const step = second.dilation * first.stride;
  const dilation = first.kernel === 1 ? step : second.kernel === 1 ? first.dilation : 1;
  const reach = (first.kernel - 1) * first.dilation + (second.kernel - 1) * step;
  return {
    kernel: reach / dilation + 1,
    stride: first.stride * second.stride,
    dilation: reach === 0 ? 1 : dilation,
    pads:
      first.kernel === 1
        ? (second.pads.map((pad, end) => pad + (first.pads[end] ?? 0)) as [number, number])
        : first.pads,
  };
}

function parametersOf({ outputs, inputs, groups, axes, hasBias }: LinearShape): number {
  const positions = axes.reduce((product, { kernel }) => product * kernel, 1);
  return (outputs * inputs * positions) / groups + (hasBias ? outputs : 0);
}

/** The shape of a layer, or why it cannot be merged. */
function linearShape(node: Node, shapes: Shapes): LinearShape | string {
  const weight = node.inputs[1] ?? '';
  const weights = shapes.staticShapeOf(weight);
  const data = shapes.staticShapeOf(node.inputs[0] ?? '');
  if (weights === undefined || data === undefined) {
    return `the shapes at '${node.name}' are not known`;
  }
  if (shapes.typeOf(weight) !== 'float32') {
    return `'${node.name}' has ${shapes.typeOf(weight) ?? 'unknown'} weights, and only float32 ones are merged`;
  }
  switch (node.opType) {
    case 'Conv': {
      const windows = windowsOf(node, data.slice(2), kernelOf(weights));
      const axes = windows?.map(({ kernel, stride, dilation, pads }) => ({
        kernel,
        stride,
        dilation,
        pads: pads ?? ([0, 0] as const),
      }));
      if (weights.length !== 4 || axes === undefined) {
        return `'${node.name}' is no two-dimensional convolution`;
      }
      const groups = intAttribute(node, 'group') ?? 1;
      const [outputs = 0, inputs = 0] = weights;
      return {
        kind: 'convolution',
        outputs,
        inputs: inputs * groups,
        groups,
        axes,
        hasBias: hasInput(node, 2),
      };
    }
    case 'Gemm': {
      if (intAttribute(node, 'transA') === 1) {
        return `'${node.name}' turns its input around (transA)`;
      }
      const [rows = 0, columns = 0] = weights;
      const [inputs, outputs] = intAttribute(node, 'transB') === 1 ? [columns, rows] : [rows, columns];
      return { kind: 'product', outputs, inputs, groups: 1, axes: [], hasBias: hasInput(node, 2) };
    }
    case 'MatMul': {
      const [inputs = 0, outputs = 0] = weights;
      if (weights.length !== 2 || data.at(-1) !== inputs) {
        return `'${node.name}' is no product of its data with one matrix on the right`;
      }
      return { kind: 'product', outputs, inputs, groups: 1, axes: [], hasBias: false };
    }
    default:
      return `'${node.name}' is a ${node.opType}`;
  }
}

function hasInput({ inputs }: Node, place: number): boolean {
  return (inputs[place] ?? '') !== '';
}

/** True where a node scales and shifts each channel of `data`, or leaves it as it is. */
function isChannelwise(node: Node, data: string, { kind, outputs }: LinearShape, shapes: Shapes): boolean {
  const [from, to] = [shapes.staticShapeOf(data), shapes.staticShapeOf(node.outputs[0] ?? '')];
  if (from === undefined || to === undefined || from.join() !== to.join()) {
    return false;
  }
  const axis = kind === 'convolution' ? 1 : from.length - 1;
  switch (node.opType) {
    case 'Identity':
    case 'Dropout':
      return true;
    case 'BatchNormalization':
      return axis === 1;
    // The result has the same shape, so nothing is moved.
    case 'Flatten':
    case 'Reshape':
    case 'Squeeze':
    case 'Unsqueeze':
      return true;
    case 'Add':
    case 'Sub':
    case 'Mul':
    case 'Div': {
      const other = shapes.staticShapeOf(node.inputs.find((name) => name !== data) ?? '');
      const aligned = other && [...Array<number>(from.length - other.length).fill(1), ...other];
      return aligned?.every((size, place) => size === 1 || (place === axis && size === outputs)) ?? false;
    }
    default:
      return false;
  }
}
