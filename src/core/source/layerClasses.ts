/** PyTorch's layer classes, by the ONNX operators that exporters write for them. */

import type { Dimension } from '../onnx/model.js';
import { canonical } from './modules.js';
import type { Arguments, Instance, Value } from './values.js';
import { libraryClassOf, numberOf } from './values.js';

const CONVOLUTION = ['Conv', 'FusedConv', 'QLinearConv', 'ConvInteger'];
const PRODUCT = ['Gemm', 'FusedGemm', 'MatMul', 'FusedMatMul', 'MatMulInteger', 'QLinearMatMul'];

/** The vocabulary is closed: an object of another class is made of others, or of nothing that is known. */
export const LAYER_CLASSES: readonly (readonly [RegExp, readonly string[]])[] = Object.freeze([
  [/^(?:Lazy)?Conv[123]d$/, CONVOLUTION],
  [/^(?:Lazy)?ConvTranspose[123]d$/, ['ConvTranspose']],
  [/^(?:(?:Lazy|NonDynamicallyQuantizable)?Linear)$/, PRODUCT],
  [/^(?:Lazy|Sync)?BatchNorm(?:[123]d)?$/, ['BatchNormalization']],
  [/^(?:Lazy)?InstanceNorm[123]d$/, ['InstanceNormalization']],
  [/^GroupNorm$/, ['GroupNormalization', 'InstanceNormalization']],
  [/^LayerNorm$/, ['LayerNormalization']],
  [/^RMSNorm$/, ['RMSNormalization']],
  [/^PReLU$/, ['PRelu']],
  [/^(?:LSTM|GRU|RNN)$/, ['LSTM', 'GRU', 'RNN']],
  [/^ReLU$/, ['Relu']],
  [/^ReLU6$/, ['Clip']],
  [/^Hardtanh$/, ['Clip']],
  [/^LeakyReLU$/, ['LeakyRelu']],
  [/^ELU$/, ['Elu']],
  [/^CELU$/, ['Celu']],
  [/^SELU$/, ['Selu']],
  [/^GELU$/, ['Gelu', 'QuickGelu']],
  [/^SiLU$/, ['Swish', 'Mul']],
  [/^Mish$/, ['Mish']],
  [/^Hardswish$/, ['HardSwish']],
  [/^Hardsigmoid$/, ['HardSigmoid']],
  [/^Sigmoid$/, ['Sigmoid']],
  [/^Tanh$/, ['Tanh']],
  [/^Softplus$/, ['Softplus']],
  [/^Softsign$/, ['Softsign']],
  [/^Softmax$/, ['Softmax']],
  [/^LogSoftmax$/, ['LogSoftmax']],
  [/^(?:Adaptive)?MaxPool[123]d$/, ['MaxPool', 'GlobalMaxPool', 'ReduceMax']],
  [/^(?:Adaptive)?AvgPool[123]d$/, ['AveragePool', 'GlobalAveragePool', 'ReduceMean']],
  [/^LocalResponseNorm$/, ['LRN']],
  [/^(?:Alpha|Feature)?Dropout(?:[123]d)?$/, ['Dropout']],
  [/^Flatten$/, ['Flatten', 'Reshape']],
  [/^Upsample(?:ing\w*)?$/, ['Resize', 'Upsample']],
  [/^PixelShuffle$/, ['DepthToSpace']],
] as const);

/** Operators of layers that have weights, which exporters name after the module. */
const WEIGHTED: ReadonlySet<string> = new Set([
  ...CONVOLUTION,
  ...PRODUCT,
  ...['ConvTranspose', 'BatchNormalization', 'InstanceNormalization', 'GroupNormalization'],
  ...['LayerNormalization', 'RMSNormalization', 'PRelu', 'LSTM', 'GRU', 'RNN'],
]);

/** `Conv2d` of an object of `torch.nn.Conv2d`, or of a class that derives from it. */
export function torchClassOf(instance: Instance): string | undefined {
  return /^torch\.nn\.(\w+)$/.exec(canonical(libraryClassOf(instance.type) ?? ''))?.[1];
}

/** What exporters write for a module; undefined for modules that are made of others, and for classes not known. */
export function operatorsOf(instance: Instance): readonly string[] | undefined {
  const name = torchClassOf(instance);
  return name === undefined ? undefined : LAYER_CLASSES.find(([pattern]) => pattern.test(name))?.[1];
}

/** Whether a class of that name makes layers. */
export function isLayerClass(name: string): boolean {
  return LAYER_CLASSES.some(([pattern]) => pattern.test(name));
}

export function isWeighted(operators: readonly string[]): boolean {
  return operators.some((operator) => WEIGHTED.has(operator));
}

/** The shape of a layer's weights in PyTorch's order, as far as the call in the source says it. */
export function weightShapeOf(instance: Instance): readonly (number | undefined)[] | undefined {
  const args = instance.arguments;
  const name = torchClassOf(instance) ?? '';
  const spatial = Number(/(\d)d$/.exec(name)?.[1] ?? 0);
  if (args === undefined || args.isOpen || name.startsWith('Lazy')) {
    return undefined;
  }
  if (/^Conv[123]d$/.test(name)) {
    const [inputs, outputs] = [argument(args, 0, 'in_channels'), argument(args, 1, 'out_channels')];
    const groups = argument(args, 6, 'groups', 1);
    const perGroup = inputs === undefined || groups === undefined ? undefined : inputs / groups;
    return [outputs, perGroup, ...kernelOf(args.positional[2] ?? args.named.get('kernel_size'), spatial)];
  }
  if (/^ConvTranspose[123]d$/.test(name)) {
    const inputs = argument(args, 0, 'in_channels');
    return [inputs, undefined, ...kernelOf(args.positional[2] ?? args.named.get('kernel_size'), spatial)];
  }
  if (/Linear$/.test(name)) {
    return [argument(args, 1, 'out_features'), argument(args, 0, 'in_features')];
  }
  return /BatchNorm/.test(name) ? [argument(args, 0, 'num_features')] : undefined;
}

/** True where the call in the source says `bias=False`. */
export function deniesBias(instance: Instance): boolean {
  const args = instance.arguments;
  const name = torchClassOf(instance) ?? '';
  const place = /^Conv[123]d$/.test(name)
    ? 7
    : /^ConvTranspose[123]d$/.test(name)
      ? 8
      : /^Linear$/.test(name)
        ? 2
        : undefined;
  if (args === undefined || args.isOpen || place === undefined) {
    return false;
  }
  return argument(args, place, 'bias') === 0;
}

function argument(
  { positional, named }: Arguments,
  place: number,
  name: string,
  missing?: number,
): number | undefined {
  const value = positional[place] ?? named.get(name);
  return value === undefined ? missing : numberOf(value);
}

function kernelOf(value: Value | undefined, spatial: number): readonly (number | undefined)[] {
  return value?.kind === 'sequence' && !value.isOpen
    ? value.items.map(numberOf)
    : Array.from({ length: spatial }, () => numberOf(value));
}

/** False where a known number of the source differs from the file's. */
export function fits(
  expected: readonly (number | undefined)[] | undefined,
  actual: readonly Dimension[] | undefined,
): boolean {
  if (expected === undefined || actual === undefined) {
    return true;
  }
  const agrees = (order: readonly Dimension[]): boolean =>
    order.length === expected.length &&
    order.every((size, axis) => {
      const wanted = expected[axis];
      return wanted === undefined || typeof size !== 'number' || size === wanted;
    });
  // Matrices are stored either way round.
  return agrees(actual) || (actual.length === 2 && agrees([...actual].reverse()));
}
