/** LocalResponseNorm as PyTorch exports it: some twenty nodes, among them an `If` on the batch size. */

import { float, int, intsAttribute } from '../attributes.js';
import type { Node } from '../model.js';
import { operands, through } from './pattern.js';
import type { GraphView, Match, Pattern } from './pattern.js';

/** Operators that only relabel axes between the pool over channels and the arithmetic. */
const RESHAPES = ['Reshape', 'Squeeze', 'Unsqueeze', 'Identity'];

/** x / (k + alpha * AveragePool over channels of x^2) ^ beta; ONNX's alpha is divided by size, as here. */
export const lrn: Pattern = {
  opType: 'LRN',
  anchor: 'Div',
  match(anchor, view) {
    const [input, divisor] = anchor.inputs;
    const power = divisor === undefined ? undefined : view.producer(divisor);
    if (input === undefined || power?.opType !== 'Pow') {
      return undefined;
    }
    const [base = '', exponent = ''] = power.inputs;
    const beta = view.scalar(exponent);
    for (const [scaled, bias] of operands(view.producer(base), 'Add')) {
      for (const [mean, scale] of operands(view.producer(scaled), 'Mul')) {
        const k = view.scalar(bias);
        const alpha = view.scalar(scale);
        const window = k === undefined || alpha === undefined ? undefined : windowOf(mean, input, view);
        if (beta !== undefined && k !== undefined && alpha !== undefined && window !== undefined) {
          return match(input, window, alpha, beta, k);
        }
      }
    }
    return undefined;
  },
};

/** Channels that a mean is taken over. */
interface Window {
  readonly size: number;
  /** How many of them lie in front of the channel itself. */
  readonly before: number;
}

function match(input: string, { size, before }: Window, alpha: number, beta: number, bias: number): Match {
  const attributes = new Map([
    ['size', int(size)],
    ['before', int(before)],
    ['alpha', float(alpha)],
    ['beta', float(beta)],
    ['bias', float(bias)],
  ] as const);
  return { input, attributes };
}

/**
 * The window of the mean over neighbouring channels of `input` squared that `tensor` holds. Of an even window
 * PyTorch puts the extra channel in front, ONNX's own LRN behind.
 */
function windowOf(tensor: string, input: string, view: GraphView): Window | undefined {
  const pool = view.producer(withoutReshapes(tensor, view));
  const kernel = pool?.opType === 'AveragePool' ? intsAttribute(pool, 'kernel_shape') : undefined;
  const [size, ...rest] = kernel ?? [];
  const strides = pool && intsAttribute(pool, 'strides');
  if (
    pool === undefined ||
    size === undefined ||
    rest.some((k) => k !== 1) ||
    strides?.some((s) => s !== 1)
  ) {
    return undefined;
  }
  const padded = pool.inputs[0] ?? '';
  const unpadded = withoutPads(padded, view);
  const square = view.producer(withoutReshapes(unpadded, view));
  if (square === undefined || !isSquareOf(square, input, view)) {
    return undefined;
  }
  // PyTorch pads in nodes of their own, whose amounts the exporter may leave to be computed.
  const before = unpadded === padded ? (intsAttribute(pool, 'pads')?.[0] ?? 0) : Math.floor(size / 2);
  return { size, before };
}

/** Up to opset 10 the exporter writes two Pads, the second of zeros. */
function withoutPads(tensor: string, view: GraphView): string {
  const inner = through(tensor, 'Pad', view);
  return inner === undefined ? tensor : withoutPads(inner, view);
}

function withoutReshapes(tensor: string, view: GraphView): string {
  for (let name = tensor; ;) {
    const node = view.producer(name);
    if (node !== undefined && RESHAPES.includes(node.opType)) {
      name = node.inputs[0] ?? '';
    } else if (node?.opType === 'If') {
      name = branchInput(node) ?? '';
    } else {
      return name;
    }
  }
}

/** The outer tensor that both branches of the exporter's `If` pass on. */
function branchInput(node: Node): string | undefined {
  const inputs = ['then_branch', 'else_branch'].map((name) => {
    const branch = node.attributes.get(name);
    const last = branch?.type === 'graph' ? branch.value.nodes.at(-1) : undefined;
    return last !== undefined && RESHAPES.includes(last.opType) ? last.inputs[0] : undefined;
  });
  return inputs[0] === inputs[1] ? inputs[0] : undefined;
}

function isSquareOf(node: Node, input: string, view: GraphView): boolean {
  return node.opType === 'Mul'
    ? node.inputs.every((name) => name === input)
    : node.opType === 'Pow' && node.inputs[0] === input && view.scalar(node.inputs[1] ?? '') === 2;
}
