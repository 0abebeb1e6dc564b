/** Where imported files are. */

import { dirname, join } from 'node:path';

export interface SourceFiles {
  /** The text of a file, as the editor has it or as it is on disk; undefined where there is none. */
  read(file: string): string | undefined;
  /** Folders that absolute imports are looked for in, besides the importing file's own. */
  readonly roots: readonly string[];
}

/**
 * The file of a Python module, where the workspace has it.
 * @param level number of leading dots: 0 is absolute
 * @param from the importing file
 */
export function importedFile(
  files: SourceFiles,
  name: string,
  level: number,
  from: string,
): string | undefined {
  let folder = dirname(from);
  for (let up = 1; up < level; up++) {
    folder = dirname(folder);
  }
  const parts = name === '' ? [] : name.split('.');
  const folders = level > 0 ? [folder] : [folder, ...files.roots];
  for (const root of folders) {
    const path = join(root, ...parts);
    const candidates = [...(parts.length > 0 ? [`${path}.py`] : []), join(path, '__init__.py')];
    const found = candidates.find((file) => file !== from && files.read(file) !== undefined);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}
