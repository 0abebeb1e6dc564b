/** Class names as files and models spell them. */

import { readFile } from 'node:fs/promises';

import { UserError } from '../errors.js';

/** Names by class index; empty where none are known. */
export type Labels = readonly string[];

/** What stands for ImageNet's names in a sidecar and for `--labels`. */
export const IMAGENET_NAMES = 'imagenet';

/**
 * Reads names: one class a line, of which a tab-separated line's last column is the name; a JSON list; or a JSON
 * object by class index, whose values are names or lists that end in the name (Keras' class index).
 * @throws UserError where the file cannot be read or holds no names
 */
export async function readLabels(path: string): Promise<Labels> {
  let text: string;
  try {
    text = (await readFile(path, 'utf8')).replace(/^\uFEFF/, '');
  } catch {
    throw new UserError(`${path}: the class names cannot be read; give a text file with one name a line`);
  }
  if (!path.toLowerCase().endsWith('.json')) {
    return linesOf(text);
  }
  const labels = namesOf(parseJson(text, path));
  if (labels === undefined) {
    throw new UserError(
      `${path}: the class names should be a JSON list, or an object that gives a name to every class index`,
    );
  }
  return labels;
}

/** One class a line, of which a tab-separated line's last column is the name. */
export function linesOf(text: string): Labels {
  return text
    .replace(/^\uFEFF/, '')
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => line.split('\t').at(-1)?.trim() ?? '');
}

/**
 * Names in a text that a model or a file beside it carries: JSON as above, a list or dictionary as Python prints it, one
 * name a line, or names divided by commas. Undefined for what is none of these.
 */
export function namesIn(text: string): Labels | undefined {
  const trimmed = text.trim();
  if (/^[[{]/.test(trimmed)) {
    try {
      return namesOf(JSON.parse(trimmed));
    } catch {
      return pythonNames(trimmed);
    }
  }
  const divider = trimmed.includes('\n') ? /\r?\n/ : /[,;]/;
  return trimmed === '' ? undefined : trimmed.split(divider).map((name) => name.trim());
}

/** `{0: 'cat', 1: "dog"}` or `['cat', 'dog']`, as YOLO's exporter and others leave them. */
function pythonNames(text: string): Labels | undefined {
  const entries = [...text.matchAll(/(?:(\d+)\s*:\s*)?(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g)];
  const names = entries.map(([, , single, double]) => (single ?? double ?? '').replaceAll(/\\(.)/g, '$1'));
  return text.startsWith('[')
    ? names
    : namesOf(Object.fromEntries(entries.map(([, index], place) => [index ?? '?', names[place]])));
}

/** Of a JSON list, or of an object by class index. */
export function namesOf(value: unknown): Labels | undefined {
  if (typeof value !== 'object' || value === null) {
    return undefined;
  }
  const entries = Object.entries(value);
  const names = Array<string>(entries.length).fill('');
  for (const [key, entry] of entries) {
    const name: unknown = Array.isArray(entry) ? entry.at(-1) : entry;
    const index = Number(key);
    if (typeof name !== 'string' || !(index in names)) {
      return undefined;
    }
    names[index] = name;
  }
  return names;
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UserError(`${path}: this is no JSON`);
  }
}
