/** Which names a network's classes have: as asked for, else the sidecar's, else as exporters leave them, else assumed. */

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { UserError } from '../errors.js';
import type { ChosenLabels } from './chosenLabels.js';
import { IMAGENET_NAMES, linesOf, namesIn, namesOf, readLabels } from './labels.js';
import type { Labels } from './labels.js';
import type { Network } from './network.js';

const NONE: ChosenLabels = { names: [], origin: 'none', from: '' };

/** @throws UserError where a file that is pointed at cannot be read or holds no names */
export async function chooseLabels(
  network: Pick<Network, 'model' | 'scores' | 'sidecar'>,
  option?: string,
): Promise<ChosenLabels> {
  const { model, sidecar } = network;
  const classes = network.scores?.classes ?? 0;
  if (option !== undefined) {
    const names = option === IMAGENET_NAMES ? await imagenet(classes, '--labels') : await readLabels(option);
    return { names, origin: 'asked', from: option };
  }
  if (sidecar?.labels !== undefined) {
    const { labels, file } = sidecar;
    const names = labels === IMAGENET_NAMES ? await imagenet(classes, file) : labels;
    return { names, origin: 'sidecar', from: basename(file) };
  }
  if (classes === 0) {
    return NONE;
  }
  return (
    inMetadata(model.metadata, classes) ??
    (await beside(model.folder, model.baseName, classes)) ??
    (hasImagenetNames(classes) ? { names: await imagenet(classes, ''), origin: 'assumed', from: '' } : NONE)
  );
}

/** In words, for the command line and reports; undefined where no names are known. */
export function labelsText({ origin, from }: ChosenLabels): string | undefined {
  switch (origin) {
    case 'asked':
    case 'sidecar':
      return `from ${from}`;
    case 'metadata':
      return `from the model's metadata (${from})`;
    case 'file':
      return `from ${from} beside the model`;
    case 'assumed':
      return "ImageNet's (assumed: nothing names the classes of this model)";
    case 'none':
      return undefined;
  }
}

/** Properties of a model's metadata that hold names: Ultralytics' and other exporters'. */
const PROPERTIES = ['names', 'classes', 'class_names', 'class_labels', 'labels', 'id2label'];

function inMetadata(metadata: ReadonlyMap<string, string>, classes: number): ChosenLabels | undefined {
  for (const [from, text] of metadata) {
    const names = PROPERTIES.includes(from.toLowerCase()) ? namesIn(text) : undefined;
    if (names?.length === classes) {
      return { names, origin: 'metadata', from };
    }
  }
  return undefined;
}

/** Names in a file beside the model that has one for each class; files of other models may lie there, too. */
async function beside(folder: string, model: string, classes: number): Promise<ChosenLabels | undefined> {
  for (const from of labelFiles(model)) {
    const text = await readFile(join(folder, from), 'utf8').catch(() => undefined);
    const names = text === undefined ? undefined : from.endsWith('.json') ? idToLabel(text) : linesOf(text);
    if (names?.length === classes) {
      return { names, origin: 'file', from };
    }
  }
  return undefined;
}

/** Names of files, relative to the model's folder, that are looked into for class names. */
export function labelFiles(model: string): readonly string[] {
  const name = model.replace(/\.onnx$/i, '');
  // Hugging Face's repositories keep models in a folder `onnx` and what is said of them one above.
  return [`${name}.labels.txt`, 'labels.txt', 'classes.txt', 'config.json', '../config.json'];
}

/** `id2label` of a Transformers configuration; those that it makes up (`LABEL_0`) are none. */
function idToLabel(text: string): Labels | undefined {
  try {
    const config = JSON.parse(text) as { id2label?: unknown; label_names?: unknown };
    const names = namesOf(config.id2label ?? config.label_names);
    return names?.every((name, index) => name === `LABEL_${index}`) === true ? undefined : names;
  } catch {
    return undefined;
  }
}

/** True where ImageNet's names fit: for its 1,000 classes, and for these behind a background class. */
export function hasImagenetNames(classes: number): boolean {
  return classes === 1000 || classes === 1001;
}

async function imagenet(classes: number, source: string): Promise<Labels> {
  if (!hasImagenetNames(classes)) {
    throw new UserError(
      `${source}: ImageNet names 1000 classes (1001 with a background), this model has ${classes}`,
    );
  }
  const names = await readLabels(imagenetFile());
  return classes === 1001 ? ['background', ...names] : names;
}

/** WordNet ids (`n01440764`) by class index of a network of as many classes as ImageNet's have; empty for others. */
export async function wordNetIds(classes: number): Promise<readonly string[]> {
  if (!hasImagenetNames(classes)) {
    return [];
  }
  const lines = (await readFile(imagenetFile(), 'utf8')).trimEnd().split(/\r?\n/);
  const ids = lines.map((line) => line.split('\t')[0] ?? '');
  return classes === 1001 ? ['', ...ids] : ids;
}

function imagenetFile(): string {
  // Beside the bundle's folder, or above the sources'.
  const places = ['../media', '../../../media'].map((place) => join(__dirname, place, 'labels/imagenet.tsv'));
  const file = places.find(existsSync);
  if (file === undefined) {
    throw new Error('labels/imagenet.tsv is missing from this installation of Unpool');
  }
  return file;
}
