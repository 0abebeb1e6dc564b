/**
 * Does the first layer alias? Told from the spectra of its kernels.
 *
 * Zeiler & Fergus (2013, section 4.1) looked at AlexNet with their deconvnet and saw two defects: "The first layer
 * filters are a mix of extremely high and low frequency information, with little coverage of the mid frequencies.
 * Additionally, the 2nd layer visualization shows aliasing artifacts caused by the large stride 4 used in the 1st
 * layer convolutions." They mended both with 7x7 filters and stride 2. Here the two are measured:
 *
 * - A convolution with stride s samples its answer every s pixels, which keeps frequencies below the Nyquist
 *   frequency 1 / (2 s) on each axis; what the kernel answers above it is folded back. The spectrum of an answer is
 *   the kernel's times the photo's, and the power of natural photos falls as 1 / f^2 (Field 1987). A kernel aliases
 *   where more than half of the power of its answer to such photos lies above Nyquist: there is more alias than
 *   signal. The layer does where that holds for a quarter of its kernels.
 * - A kernel is tuned to the frequency where its spectrum is largest. Low is below one cycle across the kernel, high is
 *   a wavelength under four pixels, middle is between. There is a gap where both low and high hold a tenth of the
 *   kernels or more, and the middle less than half as many as the smaller of them. Kernels of white noise are tuned
 *   by chance, mostly high and hardly ever low, which is none.
 * - The second layer shows it where the first aliases and its own kernels' power is denser at high frequencies than
 *   below: they follow what changes from unit to unit.
 */

import type { Engine, RunOptions } from '../engine.js';
import { throwIfCancelled } from '../errors.js';
import type { Network } from '../network/network.js';
import { intsAttribute } from '../onnx/attributes.js';
import type { Layer } from '../network/layers.js';
import { firstConvolution, kernels } from '../analysis/weights/kernels.js';
import type { KernelSet } from '../analysis/weights/kernels.js';
import { problem } from './problem.js';
import type { Problem } from './problem.js';
import { listed } from './weightHealth.js';
import { atOnce, each, inTurns } from '../steps.js';
import type { Steps } from '../steps.js';

/** Points of the spectrum along an axis: cycles in this many pixels. */
const GRID = 64;
/** Share of a kernel's answer above Nyquist from which it is more alias than signal. */
export const ALIASED_SHARE = 0.5;
/** Share of aliasing kernels from which the layer is said to alias. */
export const ALIASING_KERNELS = 0.25;
/** Kernels tuned to the middle, over those on the smaller side, below which there is a gap. */
export const GAP_RATIO = 0.5;
/** Share of kernels on each side without which there is nothing for a gap to be between. */
const GAP_SIDES = 0.1;
/** Cycles a pixel above which a wavelength is under four pixels. */
const HIGH = 0.25;

/** Power for each unit of frequency area; 1 on the average over all frequencies. */
export interface BandDensities {
  readonly low: number;
  /** Undefined where a kernel is too small to have a middle. */
  readonly middle: number | undefined;
  readonly high: number;
}

/** Number of kernels tuned to each band. */
export interface TunedKernels {
  readonly low: number;
  /** Undefined where a kernel is too small to have a middle. */
  readonly middle: number | undefined;
  readonly high: number;
}

export interface KernelSpectra {
  /** Share of each kernel's answer to natural photos above the Nyquist frequency of the stride; NaN for a zero kernel. */
  readonly aliased: Float64Array;
  readonly bands: BandDensities;
  readonly tuned: TunedKernels;
  /** Cycles a pixel. */
  readonly nyquist: readonly [number, number];
}

/**
 * The spectra of a layer's kernels.
 * @param weights [outputs, inputs, height, width]
 */
export function kernelSpectra(
  weights: KernelSet['weights'],
  stride: readonly [number, number],
): KernelSpectra {
  return atOnce(spectraSteps(weights, stride));
}

/** The same in steps. */
function* spectraSteps(
  { shape, data }: KernelSet['weights'],
  stride: readonly [number, number],
): Steps<KernelSpectra> {
  const [outputs = 0, inputs = 0, height = 1, width = 1] = shape;
  const nyquist = [0.5 / stride[0], 0.5 / stride[1]] as const;
  const area = { low: 0, middle: 0, high: 0 };
  const power = { low: 0, middle: 0, high: 0 };
  const lowest = 1 / Math.max(height, width);
  const bandOf = (frequency: number): keyof typeof area =>
    frequency > HIGH ? 'high' : frequency < lowest ? 'low' : 'middle';
  const aliased = new Float64Array(outputs);
  const tuned = { low: 0, middle: 0, high: 0 };
  const transform = new Transform(height, width);
  const size = height * width;
  yield* each(Array(outputs).keys(), (output) => {
    const own = new Float64Array(GRID * GRID);
    for (let input = 0; input < inputs; input++) {
      const at = (output * inputs + input) * size;
      transform.addPower(data.subarray(at, at + size), own);
    }
    const total = own.reduce((sum, value) => sum + value, 0);
    let [above, all] = [0, 0];
    let [peak, peakFrequency] = [0, 0];
    for (let row = 0; row < GRID; row++) {
      for (let column = 0; column < GRID; column++) {
        const [y, x] = [frequencyOf(row), frequencyOf(column)];
        const squared = y * y + x * x;
        const value = own[row * GRID + column] ?? 0;
        if (value > peak) {
          [peak, peakFrequency] = [value, Math.sqrt(squared)];
        }
        if (squared === 0) {
          // Photos have no 1 / f^2 at zero; a constant neither aliases nor tells.
          continue;
        }
        all += value / squared;
        above += y > nyquist[0] || x > nyquist[1] ? value / squared : 0;
        if (total > 0) {
          power[bandOf(Math.sqrt(squared))] += value / total;
        }
      }
    }
    aliased[output] = all === 0 ? NaN : above / all;
    if (peak > 0) {
      tuned[bandOf(peakFrequency)]++;
    }
  });
  for (let row = 0; row < GRID; row++) {
    for (let column = 0; column < GRID; column++) {
      area[bandOf(Math.hypot(frequencyOf(row), frequencyOf(column)))]++;
    }
  }
  area.low--;
  const sum = power.low + power.middle + power.high;
  const density = (band: keyof typeof area): number =>
    area[band] === 0 || sum === 0 ? NaN : power[band] / sum / (area[band] / (GRID * GRID - 1));
  return {
    aliased,
    bands: {
      low: density('low'),
      middle: lowest < HIGH ? density('middle') : undefined,
      high: density('high'),
    },
    tuned: lowest < HIGH ? tuned : { ...tuned, middle: undefined },
    nyquist,
  };
}

/** Cycles a pixel of a row or column of the spectrum, without its sign. */
function frequencyOf(place: number): number {
  return Math.min(place, GRID - place) / GRID;
}

/** The discrete Fourier transform of small kernels in a large grid: rows first, then columns. */
class Transform {
  private readonly cosine: Float64Array;
  private readonly sine: Float64Array;

  constructor(
    private readonly height: number,
    private readonly width: number,
  ) {
    this.cosine = Float64Array.from({ length: GRID }, (_, at) => Math.cos((2 * Math.PI * at) / GRID));
    this.sine = Float64Array.from({ length: GRID }, (_, at) => Math.sin((2 * Math.PI * at) / GRID));
  }

  /** Adds |F(kernel)|^2 to `power`, [GRID, GRID]. */
  addPower(kernel: Float32Array, power: Float64Array): void {
    const { height, width } = this;
    const real = new Float64Array(height * GRID);
    const imaginary = new Float64Array(height * GRID);
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < GRID; column++) {
        let [re, im] = [0, 0];
        for (let x = 0; x < width; x++) {
          const value = kernel[row * width + x] ?? 0;
          const at = (column * x) % GRID;
          re += value * (this.cosine[at] ?? 0);
          im -= value * (this.sine[at] ?? 0);
        }
        real[row * GRID + column] = re;
        imaginary[row * GRID + column] = im;
      }
    }
    for (let row = 0; row < GRID; row++) {
      for (let column = 0; column < GRID; column++) {
        let [re, im] = [0, 0];
        for (let y = 0; y < height; y++) {
          const [a, b] = [real[y * GRID + column] ?? 0, imaginary[y * GRID + column] ?? 0];
          const [c, s] = [this.cosine[(row * y) % GRID] ?? 0, this.sine[(row * y) % GRID] ?? 0];
          re += a * c + b * s;
          im += b * c - a * s;
        }
        const at = row * GRID + column;
        power[at] = (power[at] ?? 0) + re * re + im * im;
      }
    }
  }
}

/** Findings on the first layer's spectra, and on the second's where the first aliases. */
export async function aliasingProblems(
  engine: Engine,
  network: Network,
  { signal }: RunOptions = {},
): Promise<readonly Problem[]> {
  const first = firstConvolution(network);
  if (first === undefined) {
    return [];
  }
  const spectra = await spectraOf(engine, network, first);
  if (spectra === undefined) {
    return [];
  }
  const found: Problem[] = [];
  const { aliased, tuned, nyquist } = spectra;
  const [, strideX] = stridesOf(first);
  const about = { node: first.node.name, layer: first.name };
  const aliasing = [...aliased.keys()].filter((kernel) => (aliased[kernel] ?? 0) > ALIASED_SHARE);
  const isAliasing = aliasing.length >= ALIASING_KERNELS * aliased.length;
  if (aliasing.length > 0) {
    found.push(
      problem(
        'first-layer-aliasing',
        `${aliasing.length} of the ${aliased.length} filters of layer '${first.name}' answer natural photos mostly above ${round(Math.min(...nyquist))} cycles a pixel, which stride ${strideX} aliases: ${listed(aliasing)}`,
        {
          ...about,
          severity: isAliasing ? 'warning' : 'information',
          evidence: { aliasing, share: [...aliased].map(round), nyquist, threshold: ALIASED_SHARE },
        },
      ),
    );
  }
  if (hasGap(tuned)) {
    found.push(
      problem(
        'mid-frequency-gap',
        `the filters of layer '${first.name}' are tuned to low (${tuned.low}) and high frequencies (${tuned.high}), hardly to those between (${tuned.middle ?? 0})`,
        { ...about, evidence: { tuned, threshold: GAP_RATIO } },
      ),
    );
  }
  throwIfCancelled(signal);
  const second = isAliasing ? secondConvolution(network, first) : undefined;
  const secondBands = second && (await spectraOf(engine, network, second))?.bands;
  if (second !== undefined && secondBands !== undefined && isRough(secondBands)) {
    found.push(
      problem(
        'second-layer-aliasing',
        `the filters of layer '${second.name}' are denser at high frequencies (${round(secondBands.high)}) than below, behind the aliasing layer '${first.name}'`,
        { node: second.node.name, layer: second.name, evidence: { bands: secondBands } },
      ),
    );
  }
  return found;
}

/** True where few kernels are tuned to what lies between those of many. */
export function hasGap({ low, middle, high }: TunedKernels): boolean {
  const sides = Math.min(low, high);
  return middle !== undefined && sides >= GAP_SIDES * (low + middle + high) && middle < GAP_RATIO * sides;
}

function isRough({ low, middle, high }: BandDensities): boolean {
  return high > low && high > (middle ?? 0);
}

/** Undefined where the kernels are no images, or all one number: a topology without weights. */
async function spectraOf(engine: Engine, network: Network, layer: Layer): Promise<KernelSpectra | undefined> {
  if (network.shapes.staticShapeOf(layer.node.inputs[1] ?? '')?.length !== 4) {
    return undefined;
  }
  const { weights } = await kernels(engine, network, layer);
  const isPicture = (weights.shape[2] ?? 1) > 1 || (weights.shape[3] ?? 1) > 1;
  const isUsable =
    weights.data.every(Number.isFinite) && weights.data.some((value) => value !== weights.data[0]);
  return isPicture && isUsable ? inTurns(spectraSteps(weights, stridesOf(layer))) : undefined;
}

function stridesOf({ node }: Layer): readonly [number, number] {
  const [y = 1, x = y] = intsAttribute(node, 'strides') ?? [];
  return [y, x];
}

/** The next convolution with kernels larger than one position. */
function secondConvolution({ layers, shapes }: Network, first: Layer): Layer | undefined {
  return layers.slice(layers.indexOf(first) + 1).find(({ node }) => {
    const shape = shapes.staticShapeOf(node.inputs[1] ?? '');
    return ['Conv', 'FusedConv'].includes(node.opType) && shape?.length === 4 && (shape[2] ?? 1) > 1;
  });
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}
