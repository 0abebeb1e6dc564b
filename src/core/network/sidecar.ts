/** MODEL.unpool.json: what a person has told Unpool about a model. */

import { readFile, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { UserError } from '../errors.js';
import { parsePreprocessing } from './preprocessing.js';
import type { Preprocessing } from './preprocessing.js';
import { parseSize } from './imageInput.js';
import type { ImageSize } from './imageInput.js';
import { IMAGENET_NAMES, readLabels } from './labels.js';
import type { Labels } from './labels.js';
import { SCORE_KINDS } from './scoreKind.js';
import type { ScoreKind } from './scoreKind.js';

export interface Sidecar {
  readonly file: string;
  readonly preprocess?: Preprocessing | undefined;
  /** By class index; none where somebody says that there are no names. */
  readonly labels?: Labels | typeof IMAGENET_NAMES | undefined;
  /** Of images, where the model leaves their size open. */
  readonly size?: ImageSize | undefined;
  /** What the class scores are, where the graph does not show it. */
  readonly scores?: ScoreKind | undefined;
  readonly photoLabels?: PhotoLabels | undefined;
}

/** What labels of photo sets mean that no class is called by: the class's name or index, by label; null is no class. */
export type PhotoLabels = Readonly<Record<string, string | number | null>>;

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
  const { preprocess, resize, labels, scores, size, photoLabels } = content;
  const preprocessing = preprocess === undefined ? undefined : parsePreprocessing(preprocess, file, resize);
  return {
    file,
    ...(preprocessing && { preprocess: preprocessing }),
    ...(labels !== undefined && { labels: await parseLabels(labels, file) }),
    ...(scores !== undefined && { scores: parseScores(scores, file) }),
    ...(size !== undefined && { size: readSize(size, file) }),
    ...(photoLabels !== undefined && { photoLabels: parsePhotoLabels(photoLabels, file) }),
  };
}

/** Stores the preprocessing in the model's sidecar; what else the file says stays. */
export async function savePreprocessing(modelFile: string, preprocessing: Preprocessing): Promise<void> {
  const { resize, ...preprocess } = preprocessing;
  await save(modelFile, { preprocess, resize });
}

/** Stores the size of images in the model's sidecar, or takes it out. */
export async function saveSize(modelFile: string, size: ImageSize | undefined): Promise<void> {
  await save(modelFile, { size });
}

/** Stores class names, or the file beside the model that has them, in its sidecar, or takes them out. */
export async function saveLabels(modelFile: string, labels: Labels | string | undefined): Promise<void> {
  await save(modelFile, { labels });
}

/** Stores what labels of photo sets mean, beside what the sidecar says of others; undefined takes one out. */
export async function savePhotoLabels(
  modelFile: string,
  labels: Readonly<Record<string, string | number | null | undefined>>,
): Promise<void> {
  const photoLabels = { ...(await loadSidecar(modelFile))?.photoLabels, ...labels };
  await save(modelFile, { photoLabels });
}

/** Writes fields into the sidecar; those that are undefined go. */
async function save(modelFile: string, fields: Readonly<Record<string, unknown>>): Promise<void> {
  const file = sidecarPath(modelFile);
  const content = { ...(await readJson(file)), ...fields };
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

async function parseLabels(value: unknown, file: string): Promise<Labels | typeof IMAGENET_NAMES> {
  if (value === IMAGENET_NAMES) {
    return IMAGENET_NAMES;
  }
  if (typeof value === 'string') {
    return readLabels(join(dirname(file), value));
  }
  if (!Array.isArray(value) || !value.every((each): each is string => typeof each === 'string')) {
    throw new UserError(`${file}: "labels" should be a list of names, the name of a file, or "imagenet"`);
  }
  return value;
}

/** `64`, `"48x320"` or `[48, 320]`. */
function readSize(value: unknown, file: string): ImageSize {
  const size = parseSize(Array.isArray(value) ? value.join('x') : String(value));
  if (size === undefined) {
    throw new UserError(`${file}: "size" should be a number of pixels, or [height, width]`);
  }
  return size;
}

function parseScores(value: unknown, file: string): ScoreKind {
  const kind = SCORE_KINDS.find((each) => each === value);
  if (kind === undefined) {
    throw new UserError(`${file}: "scores" should be one of ${SCORE_KINDS.join(', ')}`);
  }
  return kind;
}

function parsePhotoLabels(value: unknown, file: string): PhotoLabels {
  const isClass = (each: unknown): each is string | number | null =>
    each === null || typeof each === 'string' || (Number.isInteger(each) && (each as number) >= 0);
  if (!isRecord(value) || !Object.values(value).every(isClass)) {
    throw new UserError(
      `${file}: "photoLabels" should be an object that gives the name or the index of a class for each label, or null to leave it out`,
    );
  }
  return value as PhotoLabels;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
