/** Class names. */

import { readFile } from 'node:fs/promises';

import { UserError } from './errors.js';
import type { Sidecar } from './sidecar.js';

/** Names by class index; empty where none are known. */
export type Labels = readonly string[];

/** The names the user points at, else the sidecar's, else none. */
export async function labelsOf({
  option,
  sidecar,
}: {
  option?: string | undefined;
  sidecar?: Sidecar | undefined;
}): Promise<Labels> {
  return option === undefined ? (sidecar?.labels ?? []) : readLabels(option);
}

/**
 * Reads names: a JSON list, or one class a line, of which a tab-separated line's last column is the name.
 * @throws UserError where the file cannot be read or holds no list
 */
export async function readLabels(path: string): Promise<Labels> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    throw new UserError(`${path}: the class names cannot be read; give a text file with one name a line`);
  }
  if (!path.toLowerCase().endsWith('.json')) {
    return text
      .trimEnd()
      .split(/\r?\n/)
      .map((line) => line.split('\t').at(-1)?.trim() ?? '');
  }
  const value = parseJson(text, path);
  if (!Array.isArray(value) || !value.every((each): each is string => typeof each === 'string')) {
    throw new UserError(`${path}: the class names should be a JSON list of strings`);
  }
  return value;
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UserError(`${path}: this is no JSON`);
  }
}
