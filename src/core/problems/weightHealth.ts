/** Are the weights sound? NaN and infinities, denormals, tensors and channels that hold one number. */

import type { Engine, RunOptions } from '../engine.js';
import { throwIfCancelled } from '../errors.js';
import type { Network } from '../network/network.js';
import type { Node } from '../onnx/model.js';
import { elementCount } from '../tensor.js';
import type { DataType } from '../tensor.js';
import { problem } from './problem.js';
import type { Problem } from './problem.js';
import { readWeight } from '../analysis/weights/weights.js';

export interface WeightHealth {
  readonly count: number;
  readonly nan: number;
  readonly infinite: number;
  /** Numbers other than zero below the smallest normal float32. */
  readonly denormal: number;
  /** True where all values are equal. */
  readonly isConstant: boolean;
  /** Output channels whose weights are all the same number, other than zero. */
  readonly constantChannels: readonly number[];
}

/** The smallest normal number of IEEE 754 binary32. */
const SMALLEST_NORMAL = 2 ** -126;
const REAL: readonly (DataType | undefined)[] = ['float16', 'float32', 'float64'];
/** Names listed in a message. */
const LISTED = 5;

/**
 * Looks at one weight tensor.
 * @param channels number of slices along the first axis, or 0 where that is no axis of output channels
 */
export function weightHealth(values: Float32Array, channels: number): WeightHealth {
  let [nan, infinite, denormal] = [0, 0, 0];
  for (const value of values) {
    if (Number.isNaN(value)) {
      nan++;
    } else if (!Number.isFinite(value)) {
      infinite++;
    } else if (value !== 0 && Math.abs(value) < SMALLEST_NORMAL) {
      denormal++;
    }
  }
  const length = channels > 0 ? values.length / channels : 0;
  const constantChannels =
    length < 2
      ? []
      : Array.from({ length: channels }, (_, channel) => channel).filter((channel) => {
          const start = channel * length;
          const [first = 0] = values.subarray(start, start + 1);
          return first !== 0 && values.subarray(start, start + length).every((value) => value === first);
        });
  const isConstant = values.length > 1 && values.every((value) => value === values[0]);
  return { count: values.length, nan, infinite, denormal, isConstant, constantChannels };
}

/** The weights that layers read, each once, with the first node that reads it. */
export function weightsOf({
  index,
  shapes,
  pixels,
}: Network): readonly { readonly name: string; readonly node: Node }[] {
  const seen = new Set<string>();
  return index.graph.nodes.flatMap((node) => {
    const isRunning = node.outputs.some((output) => pixels.has(output));
    const names = isRunning ? node.inputs.filter((name) => name !== '' && !pixels.has(name)) : [];
    return names.flatMap((name) => {
      const isWeight =
        !seen.has(name) &&
        REAL.includes(shapes.typeOf(name)) &&
        elementCount(shapes.staticShapeOf(name) ?? [0]) > 0;
      seen.add(name);
      return isWeight ? [{ name, node }] : [];
    });
  });
}

/** Layers whose weight tensor has the output channels first. */
const CHANNELS_FIRST: readonly string[] = ['Conv', 'FusedConv'];
/** Layers whose weights are many numbers by nature; scales and shifts are often all 1 or all 0. */
const WEIGHTED: readonly string[] = ['Conv', 'FusedConv', 'ConvTranspose', 'Gemm', 'MatMul', 'FusedMatMul'];

/** Findings on every weight of a network. Reads all of them, one at a time. */
export async function weightProblems(
  engine: Engine,
  network: Network,
  { signal, onProgress }: RunOptions & { readonly onProgress?: (share: number) => void } = {},
): Promise<readonly Problem[]> {
  const found: Problem[] = [];
  const weights = weightsOf(network);
  for (const [place, { name, node }] of weights.entries()) {
    throwIfCancelled(signal);
    onProgress?.(place / weights.length);
    const isKernel = WEIGHTED.includes(node.opType) && node.inputs[1] === name;
    const { shape, data } = await readWeight(engine, network, name);
    const rows = isKernel && CHANNELS_FIRST.includes(node.opType) ? (shape[0] ?? 0) : 0;
    found.push(...problemsOf(name, node, isKernel, weightHealth(data, rows)));
  }
  return found;
}

function problemsOf(name: string, node: Node, isKernel: boolean, health: WeightHealth): Problem[] {
  const { count, nan, infinite, denormal, isConstant, constantChannels } = health;
  const of = `of the ${count.toLocaleString('en')} values of '${name}' (node '${node.name}', ${node.opType})`;
  const details = { node: node.name, figures: { tensor: name, ...health } };
  const found: Problem[] = [];
  if (nan + infinite > 0) {
    const parts = [nan > 0 ? `${nan} NaN` : '', infinite > 0 ? `${infinite} infinite` : ''].filter(Boolean);
    found.push(
      problem(
        'not-finite-weights',
        `${parts.join(' and ')} ${of}; export the model again from a sound checkpoint`,
        details,
      ),
    );
  }
  if (denormal > 0) {
    found.push(
      problem('denormal-weights', `${denormal.toLocaleString('en')} ${of} are denormal numbers`, details),
    );
  }
  if (isKernel && isConstant && count > 1) {
    found.push(problem('constant-weights', `all ${of.slice('of the '.length)} are the same number`, details));
  } else if (constantChannels.length > 0) {
    found.push(
      problem(
        'constant-channels',
        `${constantChannels.length} filters of node '${node.name}' (${node.opType}) have weights of a single number: ${listed(constantChannels)}`,
        details,
      ),
    );
  }
  return found;
}

/** The first few of some numbers. */
export function listed(numbers: readonly number[]): string {
  const rest = numbers.length - LISTED;
  return `${numbers.slice(0, LISTED).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
