/** Source files for tests: those on disk, or texts. */

import { readFileSync } from 'node:fs';

import type { SourceFiles } from '../../../../src/core/source/imports.js';

export const FIXTURES = 'test/fixtures/sources';

/** Files as they are on disk, read once. */
export function diskFiles(...roots: string[]): SourceFiles {
  const texts = new Map<string, string | undefined>();
  return {
    roots,
    read(file) {
      if (!texts.has(file)) {
        texts.set(file, readText(file));
      }
      return texts.get(file);
    },
  };
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Texts by path. */
export function textFiles(texts: Readonly<Record<string, string>>): SourceFiles {
  return { roots: ['/project'], read: (file) => texts[file] };
}
