/** Follows `forward` of plain files by the interpreter, where nothing else tells what it calls. */

import { Budget } from './budget.js';
import { memberOf } from './definitions.js';
import type { SourceFiles } from './imports.js';
import type { Follow } from './plainTrees.js';
import { Run, scopeWithin } from './run.js';
import type { LoadedFiles } from './run.js';
import type { PythonParser } from './syntax.js';

/** Follows `forward` of a class of a file with objects of it that are there already. */
export function followingIn(parser: PythonParser, files: SourceFiles, file: string): Follow {
  const loaded: LoadedFiles = { trees: new Map(), scopes: new Map(), budget: new Budget() };
  return (type, root) => {
    const run = new Run(parser, files, loaded);
    return {
      mentions: run.mentions,
      follow(tracer, input) {
        const owner = scopeWithin(run, file)?.get(type);
        const method = owner && memberOf(owner, 'forward');
        const [site] = root.created;
        if (method?.kind === 'function' && site !== undefined) {
          run.follow(tracer, { kind: 'bound', receiver: root, method }, input, site);
        }
      },
    };
  };
}
