/** Are the weights sound? NaN and infinities, denormals, tensors and channels that hold one number. */

import { throwIfCancelled } from '../errors.js';
import type { JobContext } from '../jobs/job.js';
import type { Network } from '../network/network.js';
import type { Node } from '../onnx/model.js';
import { elementCount } from '../tensor.js';
import type { DataType } from '../tensor.js';
import { problem } from './problem.js';
import type { Problem } from './problem.js';
import { weightParts } from '../analysis/weights/weights.js';

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

/** Looks at one weight tensor, part by part. */
export class WeightTally {
  private counted = 0;
  private nan = 0;
  private infinite = 0;
  private denormal = 0;
  private readonly channelLength: number;
  /** The first value of the tensor, and that of the channel that is being looked at. */
  private first = NaN;
  private channelFirst = NaN;
  private isChannelConstant = true;
  private isConstant = true;
  private readonly constantChannels: number[] = [];

  /**
   * @param count number of all values
   * @param channels number of slices along the first axis, or 0 where that is no axis of output channels
   */
  constructor(
    private readonly count: number,
    private readonly channels: number,
  ) {
    this.channelLength = channels > 0 ? count / channels : count;
  }

  /** @param values the next ones, row by row */
  add(values: Float32Array): void {
    for (let start = 0; start < values.length;) {
      const within = this.counted % this.channelLength;
      const end = Math.min(values.length, start + this.channelLength - within);
      if (within === 0) {
        this.beginChannel(values[start] ?? NaN);
      }
      this.addToChannel(values, start, end);
      this.counted += end - start;
      start = end;
      if (this.counted % this.channelLength === 0) {
        this.endChannel();
      }
    }
  }

  get health(): WeightHealth {
    const { count, nan, infinite, denormal, isConstant, constantChannels } = this;
    return { count, nan, infinite, denormal, isConstant: isConstant && count > 1, constantChannels };
  }

  private beginChannel(first: number): void {
    this.channelFirst = first;
    this.isChannelConstant = true;
    if (this.counted === 0) {
      this.first = first;
    }
  }

  private addToChannel(values: Float32Array, start: number, end: number): void {
    const { channelFirst } = this;
    let isSame = this.isChannelConstant;
    for (let place = start; place < end; place++) {
      const value = values[place] as number;
      const size = Math.abs(value);
      // NaN is not between the two either.
      if (!(size >= SMALLEST_NORMAL && size < Infinity) && value !== 0) {
        this.nan += Number.isNaN(value) ? 1 : 0;
        this.infinite += size === Infinity ? 1 : 0;
        this.denormal += size < SMALLEST_NORMAL ? 1 : 0;
      }
      isSame &&= value === channelFirst;
    }
    this.isChannelConstant = isSame;
  }

  private endChannel(): void {
    this.isConstant &&= this.isChannelConstant && this.channelFirst === this.first;
    const isTelling = this.channels > 0 && this.channelLength > 1 && this.channelFirst !== 0;
    if (isTelling && this.isChannelConstant) {
      this.constantChannels.push(this.counted / this.channelLength - 1);
    }
  }
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

/** Findings on every weight of a network. Reads all of them, part by part. */
export async function weightProblems(
  { engine, signal, report }: JobContext<never>,
  network: Network,
): Promise<readonly Problem[]> {
  const found: Problem[] = [];
  const weights = weightsOf(network);
  for (const [place, { name, node }] of weights.entries()) {
    throwIfCancelled(signal);
    report('weights', place / weights.length, { done: place, of: weights.length, unit: 'weights' });
    const isKernel = WEIGHTED.includes(node.opType) && node.inputs[1] === name;
    const shape = network.shapes.staticShapeOf(name) ?? [];
    const rows = isKernel && CHANNELS_FIRST.includes(node.opType) ? (shape[0] ?? 0) : 0;
    const tally = new WeightTally(elementCount(shape), rows);
    for await (const part of weightParts(engine, network, name, { signal })) {
      throwIfCancelled(signal);
      tally.add(part);
    }
    found.push(...problemsOf(name, node, isKernel, tally.health));
  }
  return found;
}

function problemsOf(name: string, node: Node, isKernel: boolean, health: WeightHealth): Problem[] {
  const { count, nan, infinite, denormal, isConstant, constantChannels } = health;
  const of = `of the ${count.toLocaleString('en')} values of '${name}' (node '${node.name}', ${node.opType})`;
  const details = { node: node.name, evidence: { tensor: name, ...health } };
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
