/** Reading a source file and what it imports. */

import { Budget } from './budget.js';
import type { SourceFiles } from './imports.js';
import { kerasLayers } from './keras.js';
import type { KerasLayer } from './keras.js';
import { moduleTrees } from './moduleTree.js';
import type { ModuleTree } from './moduleTree.js';
import type { PythonParser } from './syntax.js';

/** What a source file makes, whatever network it is. */
export interface Source {
  readonly trees: readonly ModuleTree[];
  /** Layers of each way to run the file. */
  readonly keras: readonly (readonly KerasLayer[])[];
  /** Texts of the file and those that it imports. */
  readonly texts: ReadonlyMap<string, string>;
  /** Why the file is not followed to its end; only its lines count then, which stack traces name. */
  readonly givenUp: string | undefined;
}

export interface ReadOptions {
  readonly budget?: Budget;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads a source file and the files of the workspace that it imports, as far as the budget goes.
 * @throws CancelledError after an abort
 */
export async function readSource(
  parser: PythonParser,
  files: SourceFiles,
  file: string,
  { budget = new Budget(), signal }: ReadOptions = {},
): Promise<Source> {
  const texts = new Map<string, string>();
  const noted: SourceFiles = {
    roots: files.roots,
    read(each) {
      const text = files.read(each);
      if (text !== undefined) {
        texts.set(each, text);
      }
      return text;
    },
  };
  const trees = await moduleTrees(parser, noted, file, budget, signal);
  const keras = kerasLayers(parser, noted, file, budget);
  // What was found until then may be a part that looks like a whole.
  return budget.isSpent
    ? { trees: [], keras: [], texts, givenUp: budget.reason(texts.size) }
    : { trees, keras, texts, givenUp: undefined };
}
