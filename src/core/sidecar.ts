/** MODEL.unpool.json: what a person has told Unpool about a model. */

import { readFile, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { UserError } from './errors.js';
import { PRESETS } from './imaging/presets.js';
import { readLabels } from './labels.js';

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

export interface Sidecar {
  readonly file: string;
  readonly preprocess?: Preprocessing | undefined;
  readonly labels?: readonly string[] | undefined;
}

/** The sidecar of a model: `net.unpool.json` beside `net.onnx`. */
export function sidecarPath(modelFile: string): string {
  return join(dirname(modelFile), `${basename(modelFile).replace(/\.onnx$/i, '')}.unpool.json`);
}

/**
 * Reads the sidecar of a model; undefined where there is none.
 * @throws UserError naming the file and the field that is wrong
 */
export async function loadSidecar(modelFile: string): Promise<Sidecar | undefined> {
  const file = sidecarPath(modelFile);
  const content = await readJson(file);
  if (content === undefined) {
    return undefined;
  }
  const { preprocess, resize, labels } = content;
  const preprocessing = preprocess === undefined ? undefined : parsePreprocessing(preprocess, file, resize);
  return {
    file,
    ...(preprocessing && { preprocess: preprocessing }),
    ...(labels !== undefined && { labels: await parseLabels(labels, file) }),
  };
}

/** Stores the preprocessing in the model's sidecar; what else the file says stays. */
export async function savePreprocessing(modelFile: string, preprocessing: Preprocessing): Promise<void> {
  const file = sidecarPath(modelFile);
  const { resize, ...preprocess } = preprocessing;
  const content = { ...(await readJson(file)), preprocess, resize };
  await writeFile(`${file}.part`, `${JSON.stringify(content, undefined, 2)}\n`);
  await rename(`${file}.part`, file);
}

async function readJson(file: string): Promise<Record<string, unknown> | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw new UserError(`${file}: cannot be read (${String((error as NodeJS.ErrnoException).code)})`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UserError(`${file}: this is no JSON; mend or remove it`);
  }
  if (!isRecord(value)) {
    throw new UserError(`${file}: this should be a JSON object with preprocess and labels`);
  }
  return value;
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

async function parseLabels(value: unknown, file: string): Promise<readonly string[]> {
  if (typeof value === 'string') {
    return readLabels(join(dirname(file), value));
  }
  if (!Array.isArray(value) || !value.every((each): each is string => typeof each === 'string')) {
    throw new UserError(`${file}: "labels" should be a list of names or the name of a file`);
  }
  return value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
