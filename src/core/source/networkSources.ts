/** Which of some files are sources of networks, and which of them import another. */

import { basename } from 'node:path';

import type { SourceFiles } from './imports.js';

/** Sources of networks name one of these. */
const LIBRARY = /\b(?:torch|keras|tensorflow)\b/;

/** Whether a file uses a library of networks. */
export function isNetworkSource(files: SourceFiles, file: string): boolean {
  return LIBRARY.test(files.read(file) ?? '');
}

/** Sources of networks that import a file, or a file that does: the nearest first. */
export function importersOf(files: SourceFiles, file: string, among: readonly string[]): readonly string[] {
  const sources = among.filter((each) => each !== file && isNetworkSource(files, each));
  const found = new Set([file]);
  // What is added to a set is gone over, too.
  for (const imported of found) {
    const name = basename(imported, '.py').replace(/\W/g, '\\$&');
    const imports = new RegExp(`^\\s*(?:from|import)\\s.*\\b${name}\\b`, 'm');
    sources
      .filter((each) => imports.test(files.read(each) ?? ''))
      .forEach((each) => {
        found.add(each);
      });
  }
  found.delete(file);
  return [...found];
}
