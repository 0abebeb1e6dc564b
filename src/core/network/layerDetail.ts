/** The setting of a layer's operator in a few words: `11x11, stride 4, pad 2, 2 groups`. */

import { floatAttribute, intAttribute } from '../onnx/attributes.js';
import type { Node } from '../onnx/model.js';
import { weightInput } from '../onnx/multiplyAdds.js';
import type { Shapes } from '../onnx/shapes.js';
import { kernelOf } from '../onnx/shapes/convolution.js';
import { roundsUp, transposedWindowsOf, windowsOf } from '../onnx/shapes/window.js';

/** What a person wants to know of the node beside its operator; '' where there is nothing to say. */
export function layerDetail(node: Node, shapes: Shapes): string {
  return (DETAILS.get(node.opType)?.(node, shapes) ?? []).filter((part) => part !== '').join(', ');
}

type Detail = (node: Node, shapes: Shapes) => readonly string[];

const convolution: Detail = (node, shapes) => [...windowParts(node, shapes), groups(node, shapes)];

const pool: Detail = (node, shapes) => [...windowParts(node, shapes), roundsUp(node) ? 'rounded up' : ''];

function windowParts(node: Node, shapes: Shapes): readonly string[] {
  const weights = shapes.shapeOf(node.inputs[weightInput(node)] ?? '');
  const sizes = shapes.shapeOf(node.inputs[0] ?? '')?.slice(2) ?? [];
  const windowing = node.opType === 'ConvTranspose' ? transposedWindowsOf : windowsOf;
  const windows = sizes.length === 0 ? [] : (windowing(node, sizes, kernelOf(weights)) ?? []);
  const strides = windows.map(({ stride }) => stride);
  const dilations = windows.map(({ dilation }) => dilation);
  return [
    windows.map(({ kernel }) => kernel).join('x'),
    unless(1, 'stride', strides),
    padding(windows.map(({ pads }) => pads)),
    unless(1, 'dilation', dilations),
  ];
}

/** `stride 2` or `stride 2x1`; nothing for the usual value. */
function unless(usual: number, word: string, values: readonly number[]): string {
  if (values.every((value) => value === usual)) {
    return '';
  }
  return `${word} ${alike(values) ? String(values[0]) : values.join('x')}`;
}

/** `pad 2`, or all of them in ONNX's order: the beginnings of the axes, then the ends. */
function padding(pads: readonly (readonly [number, number] | undefined)[]): string {
  if (!pads.every((pair) => pair !== undefined)) {
    return '';
  }
  const all = [...pads.map(([before]) => before), ...pads.map(([, after]) => after)];
  if (all.every((pad) => pad === 0)) {
    return '';
  }
  return `pad ${alike(all) ? String(all[0]) : all.join(' ')}`;
}

function alike(values: readonly number[]): boolean {
  return values.every((value) => value === values[0]);
}

function groups(node: Node, shapes: Shapes): string {
  const count = intAttribute(node, 'group') ?? 1;
  const isDepthwise = count > 1 && shapes.shapeOf(node.inputs[0] ?? '')?.[1] === count;
  return count === 1 ? '' : isDepthwise ? 'depthwise' : `${count} groups`;
}

const clip: Detail = (node, shapes) => {
  const [low, high] = clipBounds(node, shapes);
  return [low === undefined ? '' : `at least ${low}`, high === undefined ? '' : `at most ${high}`];
};

/** The bounds of a Clip node as far as they are known. */
export function clipBounds(
  node: Node,
  shapes: Shapes,
): readonly [low: number | undefined, high: number | undefined] {
  const bound = (name: string, index: number): number | undefined =>
    floatAttribute(node, name) ?? shapes.valuesOf(node.inputs[index] ?? '')?.[0];
  return [bound('min', 1), bound('max', 2)];
}

const product: Detail = (node, shapes) => {
  const inputs = shapes.shapeOf(node.inputs[0] ?? '')?.at(-1);
  const outputs = shapes.shapeOf(node.outputs[0] ?? '')?.at(-1);
  return typeof inputs === 'number' && typeof outputs === 'number' ? [`${inputs} to ${outputs}`] : [];
};

const dropout: Detail = (node, shapes) => {
  const ratio = floatAttribute(node, 'ratio') ?? shapes.valuesOf(node.inputs[1] ?? '')?.[0];
  return [`ratio ${shorten(ratio ?? 0.5)}`];
};

function shorten(value: number): string {
  return String(Number(value.toPrecision(4)));
}

const DETAILS: ReadonlyMap<string, Detail> = new Map<string, Detail>([
  ...['Conv', 'FusedConv', 'QLinearConv', 'ConvInteger', 'ConvTranspose', 'DeformConv'].map(
    (opType) => [opType, convolution] as const,
  ),
  ...['MaxPool', 'AveragePool', 'QLinearAveragePool', 'LpPool', 'MaxUnpool'].map(
    (opType) => [opType, pool] as const,
  ),
  ...['Gemm', 'MatMul', 'FusedGemm', 'FusedMatMul', 'MatMulInteger', 'QLinearMatMul', 'QGemm'].map(
    (opType) => [opType, product] as const,
  ),
  ['Clip', clip],
  ['Dropout', dropout],
  ['LRN', (node) => [`size ${intAttribute(node, 'size') ?? '?'}`]],
  ['LeakyRelu', (node) => [`slope ${shorten(floatAttribute(node, 'alpha') ?? 0.01)}`]],
  ['Concat', (node) => [`${node.inputs.length} inputs`]],
]);
