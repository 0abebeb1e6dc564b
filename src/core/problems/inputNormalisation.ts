/** Does the graph normalise its input itself, and does the preprocessing then do it twice? */

import { imageSize } from '../network/imageInput.js';
import type { Network } from '../network/network.js';
import { floatAttribute } from '../onnx/attributes.js';
import type { Node } from '../onnx/model.js';
import type { Preprocessing } from '../network/preprocessing.js';
import { problem } from './problem.js';
import type { Problem } from './problem.js';

/** What the nodes right behind the input do to each of its channels: y = factor * x + term. */
export interface InputNormalisation {
  /** The nodes that scale or shift, in order. */
  readonly nodes: readonly Node[];
  readonly factor: readonly number[];
  readonly term: readonly number[];
  /** The running statistics, where the first of the nodes is a BatchNormalization. */
  readonly trained: { readonly mean: readonly number[]; readonly deviation: readonly number[] } | undefined;
}

/** Pass values on as they are. */
const PASSING: readonly string[] = ['Identity', 'Cast', 'Transpose', 'Dropout'];
const LEVELS = 255;

/** The scaling at the head of a graph; undefined where it begins with a layer. */
export function inputNormalisation({ index, shapes, input }: Network): InputNormalisation | undefined {
  const { channels } = imageSize(input);
  const factor = Array<number>(channels).fill(1);
  const term = Array<number>(channels).fill(0);
  const nodes: Node[] = [];
  let trained: InputNormalisation['trained'];
  const perChannel = (name: string | undefined): readonly number[] | undefined => {
    const values = shapes.valuesOf(name ?? '');
    return values?.length === 1
      ? Array<number>(channels).fill(values[0] ?? 0)
      : values?.length === channels
        ? values
        : undefined;
  };
  for (let tensor = input.name; ;) {
    const [node, ...others] = index.consumers(tensor);
    if (node === undefined || others.length > 0) {
      break;
    }
    if (!PASSING.includes(node.opType)) {
      const isFirst = node.inputs[0] === tensor;
      if (node.opType === 'BatchNormalization') {
        const [gamma, beta, mean, variance] = [1, 2, 3, 4].map((at) => perChannel(node.inputs[at]));
        if (gamma === undefined || beta === undefined || mean === undefined || variance === undefined) {
          break;
        }
        const epsilon = floatAttribute(node, 'epsilon') ?? 1e-5;
        if (nodes.length === 0) {
          trained = { mean, deviation: variance.map(Math.sqrt) };
        }
        for (let channel = 0; channel < channels; channel++) {
          const scale = (gamma[channel] ?? 1) / Math.sqrt((variance[channel] ?? 1) + epsilon);
          factor[channel] = (factor[channel] ?? 1) * scale;
          term[channel] = ((term[channel] ?? 0) - (mean[channel] ?? 0)) * scale + (beta[channel] ?? 0);
        }
      } else {
        const other = perChannel(node.inputs[isFirst ? 1 : 0]);
        const step = other && stepOf(node.opType, isFirst);
        if (other === undefined || step === undefined) {
          break;
        }
        for (let channel = 0; channel < channels; channel++) {
          [factor[channel], term[channel]] = step(
            factor[channel] ?? 1,
            term[channel] ?? 0,
            other[channel] ?? 0,
          );
        }
      }
      nodes.push(node);
    }
    tensor = node.outputs[0] ?? '';
  }
  return nodes.length === 0 ? undefined : { nodes, factor, term, trained };
}

type Step = (factor: number, term: number, other: number) => [factor: number, term: number];

function stepOf(opType: string, isFirst: boolean): Step | undefined {
  switch (opType) {
    case 'Add':
      return (factor, term, other) => [factor, term + other];
    case 'Sub':
      return isFirst
        ? (factor, term, other) => [factor, term - other]
        : (factor, term, other) => [-factor, other - term];
    case 'Mul':
      return (factor, term, other) => [factor * other, term * other];
    case 'Div':
      return isFirst ? (factor, term, other) => [factor / other, term / other] : undefined;
    default:
      return undefined;
  }
}

/** Factors this small bring levels of 0 to 255 to about 1. */
const SMALL_FACTOR = 1 / 50;
/** Running statistics contradict inputs whose mean or spread is out by this factor of the inputs' range. */
const OUT = 1;

/**
 * Findings on a graph that normalises what is normalised already.
 * @param isDeclared whether somebody said so, as against what is taken where nothing is said
 */
export function inputNormalisationProblems(
  network: Network,
  { preprocessing, isDeclared }: { readonly preprocessing: Preprocessing; readonly isDeclared: boolean },
): readonly Problem[] {
  const found = inputNormalisation(network);
  if (found === undefined) {
    return [];
  }
  const [first] = found.nodes;
  const { name, scale, mean, std } = preprocessing;
  const which = `the preprocessing '${name}'${isDeclared ? '' : ', which is assumed,'}`;
  const details = {
    node: first?.name ?? '',
    severity: isDeclared ? ('warning' as const) : ('information' as const),
    evidence: { factor: found.factor, term: found.term, preprocessing },
  };
  const at = `node '${first?.name ?? ''}' (${first?.opType ?? ''})`;
  if (found.trained !== undefined) {
    return trainedProblems(found.trained, preprocessing, at, which, details);
  }
  const scalesTwice =
    found.factor.every((factor) => Math.abs(factor) <= SMALL_FACTOR) && scale > 1 / SMALL_FACTOR;
  const shiftsTwice =
    found.term.some((term) => term !== 0) &&
    (mean.some((value) => value !== 0) || std.some((value) => value !== 1));
  if (!scalesTwice && !shiftsTwice) {
    return [];
  }
  const what = scalesTwice
    ? `divides the photo's levels by about ${Math.round(1 / Math.abs(found.factor[0] ?? 1))} again`
    : 'shifts the input again';
  return [
    problem(
      'double-normalisation',
      `${at} ${what} after ${which} has: the network sees a photo normalised twice`,
      details,
    ),
  ];
}

function trainedProblems(
  { mean: means, deviation: deviations }: NonNullable<InputNormalisation['trained']>,
  { scale, mean, std }: Preprocessing,
  at: string,
  which: string,
  details: Partial<Problem>,
): readonly Problem[] {
  const contradicts = means.some((trainedMean, channel) => {
    const at = (level: number): number => (level / scale - (mean[channel] ?? 0)) / (std[channel] ?? 1);
    const [low, high] = [at(0), at(LEVELS)];
    const range = high - low;
    const outside = trainedMean < low - OUT * range || trainedMean > high + OUT * range;
    const deviation = deviations[channel] ?? 1;
    // No values between two bounds deviate by more than half their distance.
    return outside || deviation > range / 2 + OUT * range || deviation < range / 100;
  });
  if (!contradicts) {
    return [];
  }
  const numbers = (values: readonly number[]): string =>
    values.map((value) => Number(value.toPrecision(3))).join(' ');
  return [
    problem(
      'contradicting-normalisation',
      `${at} was trained on inputs of mean ${numbers(means)} and deviation ${numbers(deviations)}, which ${which} does not make`,
      details,
    ),
  ];
}
