/** A folder of checkpoints: which files they are, and in which order. */

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { UserError } from '../../errors.js';

/** A file of a time line. */
export interface CheckpointFile {
  readonly file: string;
  /** Of the file, without its ending. */
  readonly name: string;
  /** The number in the name by which they are in order, such as the epoch; the place from 1 where no number tells them apart. */
  readonly epoch: number;
}

export interface CheckpointFiles {
  /** The earliest first. */
  readonly files: readonly CheckpointFile[];
  /** Names of files and folders that are no .onnx and belong to none. */
  readonly leftOut: readonly string[];
}

const ENDING = '.onnx';

/** Numbers in names count as numbers: `epoch-2` comes before `epoch-10`, whatever the system's language. */
const NATURAL = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** @throws UserError for a folder that cannot be read or has fewer than two .onnx files */
export async function checkpointFiles(folder: string): Promise<CheckpointFiles> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    throw new UserError(
      error.code === 'ENOENT'
        ? `${folder}: there is no such folder`
        : `${folder}: is no folder of checkpoints (${error.code ?? error.message})`,
    );
  });
  const shown = entries.filter(({ name }) => !name.startsWith('.'));
  const isModel = (name: string): boolean => name.toLowerCase().endsWith(ENDING);
  const names = shown
    .filter((entry) => !entry.isDirectory() && isModel(entry.name))
    .map(({ name }) => name.slice(0, -ENDING.length))
    .sort((a, b) => NATURAL.compare(a, b) || (a < b ? -1 : 1));
  if (names.length < 2) {
    throw new UserError(
      `${folder}: has ${names.length === 0 ? 'no .onnx file' : 'one .onnx file alone'}; a time line needs two checkpoints of one network or more`,
    );
  }
  const endings = new Map(
    shown.filter(({ name }) => isModel(name)).map(({ name }) => [name.slice(0, -5), name]),
  );
  const epochs = epochsOf(names);
  return {
    files: names.map((name, place) => ({
      file: join(folder, endings.get(name) ?? ''),
      name,
      epoch: epochs[place] ?? place + 1,
    })),
    // Sidecars and weights that lie outside of a model begin with its name.
    leftOut: shown
      .map(({ name }) => name)
      .filter((name) => !isModel(name) && !names.some((own) => name.startsWith(`${own}.`)))
      .sort(NATURAL.compare),
  };
}

/** The first of the numbers in the names that rises from each name to the next; undefined where none does. */
function epochsOf(names: readonly string[]): readonly (number | undefined)[] {
  const numbers = names.map((name) => Array.from(name.matchAll(/\d+/g), ([digits]) => Number(digits)));
  const places = [...(numbers[0]?.keys() ?? [])];
  const rising = places.find((place) =>
    numbers.every((own, at) => at === 0 || (own[place] ?? NaN) > (numbers[at - 1]?.[place] ?? NaN)),
  );
  return numbers.map((own) => (rising === undefined ? undefined : own[rising]));
}
