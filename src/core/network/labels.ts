/** Class names. */

import { readFile } from 'node:fs/promises';

import { UserError } from '../errors.js';

/** Names by class index; empty where none are known. */
export type Labels = readonly string[];

/** The names the user points at, else the sidecar's, else none. */
export async function labelsOf({
  option,
  sidecar,
}: {
  option?: string | undefined;
  sidecar?: { readonly labels?: Labels | undefined } | undefined;
}): Promise<Labels> {
  return option === undefined ? (sidecar?.labels ?? []) : readLabels(option);
}

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
    return text
      .trimEnd()
      .split(/\r?\n/)
      .map((line) => line.split('\t').at(-1)?.trim() ?? '');
  }
  const labels = namesOf(parseJson(text, path));
  if (labels === undefined) {
    throw new UserError(
      `${path}: the class names should be a JSON list, or an object that gives a name to every class index`,
    );
  }
  return labels;
}

function namesOf(value: unknown): Labels | undefined {
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
