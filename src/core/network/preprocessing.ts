/** How a network wants its photos: preprocessings that trained networks commonly expect, and those of JSON files. */

import { basename } from 'node:path';

import { UserError } from '../errors.js';

/** How a photo becomes the model's input: input = (pixel / scale - mean) / std, per channel of the input. */
export interface Preprocessing {
  /** `imagenet`, `caffe`, `tf`, `unit`, or the file it came from. */
  readonly name: string;
  readonly channels: 'RGB' | 'BGR' | 'grey';
  readonly scale: number;
  readonly mean: readonly number[];
  readonly std: readonly number[];
  /**
   * `crop`: short side to the input size, then the centre; `margin`: short side to 256 pixels for an input of 224, and
   * so on, then the centre, as ImageNet networks are tested; `squash`: both sides to the input size.
   */
  readonly resize: 'crop' | 'margin' | 'squash';
}

/** torchvision's ImageNet models; what is assumed where nothing is said. */
export const IMAGENET: Preprocessing = {
  name: 'imagenet',
  channels: 'RGB',
  scale: 255,
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
  resize: 'margin',
};

/** Caffe's reference models: blue first, the mean pixel subtracted, no scaling. */
const CAFFE: Preprocessing = {
  name: 'caffe',
  channels: 'BGR',
  scale: 1,
  mean: [104, 117, 123],
  std: [1, 1, 1],
  resize: 'margin',
};

/** TensorFlow's Inception and MobileNet: -1 to 1. */
const TF: Preprocessing = {
  name: 'tf',
  channels: 'RGB',
  scale: 127.5,
  mean: [1, 1, 1],
  std: [1, 1, 1],
  resize: 'margin',
};

const UNIT: Preprocessing = {
  name: 'unit',
  channels: 'RGB',
  scale: 255,
  mean: [0, 0, 0],
  std: [1, 1, 1],
  resize: 'crop',
};

/** By name. */
export const PRESETS: ReadonlyMap<string, Preprocessing> = new Map(
  [IMAGENET, CAFFE, TF, UNIT].map((preset) => [preset.name, preset]),
);

/** Name of the preset that scales photos the same way, however they are fitted; undefined where none does. */
export function presetOf({ channels, scale, mean, std }: Preprocessing): string | undefined {
  const isSame = (some: readonly number[], others: readonly number[]): boolean =>
    some.length === others.length && some.every((value, at) => value === others[at]);
  return [...PRESETS.values()].find(
    (preset) =>
      preset.channels === channels &&
      preset.scale === scale &&
      isSame(preset.mean, mean) &&
      isSame(preset.std, std),
  )?.name;
}

/**
 * A preprocessing as JSON files spell it: a preset's name, or channels, scale, mean and std.
 * @throws UserError naming the file and the field that is wrong
 */
export function parsePreprocessing(value: unknown, file: string, resize?: unknown): Preprocessing {
  const wrong = (field: string, expected: string): UserError =>
    new UserError(`${file}: "${field}" should be ${expected}`);
  if (typeof value === 'string') {
    const preset = PRESETS.get(value);
    if (preset === undefined) {
      throw wrong('preprocess', `one of ${[...PRESETS.keys()].join(', ')}, or an object`);
    }
    return { ...preset, resize: parseResize(resize ?? preset.resize, wrong) };
  }
  if (!isRecord(value)) {
    throw wrong('preprocess', 'a name or an object with channels, scale, mean and std');
  }
  const { name, channels = 'RGB', scale = 255, mean, std } = value;
  if (channels !== 'RGB' && channels !== 'BGR' && channels !== 'grey') {
    throw wrong('channels', '"RGB", "BGR" or "grey"');
  }
  if (typeof scale !== 'number' || !Number.isFinite(scale) || scale === 0) {
    throw wrong('scale', 'a number such as 255');
  }
  const depth = channels === 'grey' ? 1 : 3;
  return {
    name: typeof name === 'string' ? name : basename(file),
    channels,
    scale,
    mean: parseNumbers(mean ?? Array<number>(depth).fill(0), depth, wrong, 'mean'),
    std: parseNumbers(std ?? Array<number>(depth).fill(1), depth, wrong, 'std'),
    resize: parseResize(value['resize'] ?? resize ?? 'crop', wrong),
  };
}

type Complaint = (field: string, expected: string) => UserError;

function parseResize(value: unknown, wrong: Complaint): Preprocessing['resize'] {
  if (value !== 'crop' && value !== 'margin' && value !== 'squash') {
    throw wrong('resize', '"crop", "margin" or "squash"');
  }
  return value;
}

function parseNumbers(value: unknown, count: number, wrong: Complaint, field: string): readonly number[] {
  const isNumber = (each: unknown): each is number =>
    typeof each === 'number' && Number.isFinite(each) && (field !== 'std' || each !== 0);
  if (!Array.isArray(value) || value.length !== count || !value.every(isNumber)) {
    throw wrong(field, `a list of ${count} ${field === 'std' ? 'non-zero ' : ''}numbers`);
  }
  return value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
