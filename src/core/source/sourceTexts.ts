/** Python sources as the editor has them, and the others as they are on disk. */

import { readFileSync, statSync } from 'node:fs';

import type { SourceFiles } from './imports.js';

/** A larger file is no source that a person wrote. */
const SIZE_LIMIT = 2_000_000;

/** What the editor knows of sources: plain data, which goes from thread to thread. */
export interface EditedSources {
  /** Folders of the workspace, which absolute imports are looked for in. */
  readonly roots: readonly string[];
  /** Texts by path, unsaved changes included. */
  readonly texts: ReadonlyMap<string, string>;
}

/** Reads files for one look at a source, each once. */
export class SourceTexts implements SourceFiles {
  /** What was read; undefined for files that were looked for in vain. */
  readonly reads = new Map<string, string | undefined>();

  constructor(private readonly edited: EditedSources) {}

  get roots(): readonly string[] {
    return this.edited.roots;
  }

  read(file: string): string | undefined {
    if (!this.reads.has(file)) {
      this.reads.set(file, this.edited.texts.get(file) ?? textOnDisk(file));
    }
    return this.reads.get(file);
  }
}

function textOnDisk(file: string): string | undefined {
  try {
    return statSync(file).size > SIZE_LIMIT ? undefined : readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
