/** A CSV of paths and labels: a photo set whose photos lie anywhere below the list, or beside it. */

import { readFile } from 'node:fs/promises';
import { dirname, relative, resolve, sep } from 'node:path';

import { UserError } from '../errors.js';
import { csvRows } from './csv.js';
import type { CsvRow } from './csv.js';
import { filesSet, withSizes } from './folder.js';
import { inOrder, notEmpty, unreadable } from './photo.js';
import type { ListedPhoto, PhotoSet } from './photo.js';

/** Names of columns, as people head them. */
const PATH = ['path', 'file', 'filename', 'image'];
const LABEL = ['label', 'class'];

/**
 * Reads a list whose first line names its columns: `path` (or file, filename, image), relative to the list's folder, and
 * `label` (or class), which may be left out or empty.
 * @throws UserError naming the line that is at fault
 */
export async function listedSet(file: string): Promise<PhotoSet> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw unreadable(file, error);
  });
  const folder = dirname(resolve(file));
  const photos = inOrder(await withSizes(folder, photosOf(text, file, folder)));
  return filesSet('list', file, folder, notEmpty(file, photos));
}

function photosOf(text: string, file: string, folder: string): readonly Omit<ListedPhoto, 'bytes'>[] {
  const rows = csvRows(text, file);
  const first = rows.next();
  const heads = first.done === true ? [] : first.value.fields.map((head) => head.trim().toLowerCase());
  const pathColumn = heads.findIndex((head) => PATH.includes(head));
  const labelColumn = heads.findIndex((head) => LABEL.includes(head));
  if (pathColumn < 0) {
    throw new UserError(
      `${file}: the first line should name the columns path and label; it has ${heads.map((head) => `'${head}'`).join(', ') || 'nothing'}`,
    );
  }
  const lines = new Map<string, number>();
  return Array.from(rows, ({ line, fields }: CsvRow) => {
    if (fields.length !== heads.length) {
      throw new UserError(
        `${file}: line ${line}: ${fields.length} fields, where the first line names ${heads.length}`,
      );
    }
    const given = fields[pathColumn]?.trim() ?? '';
    if (given === '') {
      throw new UserError(`${file}: line ${line}: there is no path`);
    }
    const path = relative(folder, resolve(folder, given)).split(sep).join('/');
    const before = lines.get(path);
    if (before !== undefined) {
      throw new UserError(`${file}: line ${line}: '${path}' is listed before, on line ${before}`);
    }
    lines.set(path, line);
    return { path, label: fields[labelColumn]?.trim() || undefined };
  });
}
