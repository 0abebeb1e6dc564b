/** Runs of neighbouring nodes that one module of the exporter made. */

import { entriesOf } from '../decode.js';
import { modulePath } from '../modulePath.js';
import type { NodeProto } from '../proto/messages.js';

/** A module, as the range [first, end) of its nodes. */
export interface ModuleRun {
  readonly path: string;
  readonly first: number;
  readonly end: number;
  readonly inner: readonly ModuleRun[];
}

/** Runs of at least two nodes, nested as the modules are: `features` around `features.0`. */
export function moduleRuns(nodes: readonly NodeProto[]): readonly ModuleRun[] {
  const paths = nodes.map(({ name, metadataProps }) => {
    const path = modulePath({ name, metadata: entriesOf(metadataProps) });
    return path === undefined || path === '' ? [] : path.split('.');
  });
  return runsOf(paths, 0, nodes.length, 0);
}

function runsOf(
  paths: readonly (readonly string[])[],
  from: number,
  to: number,
  depth: number,
): readonly ModuleRun[] {
  const runs: ModuleRun[] = [];
  for (let first = from; first < to;) {
    const name = paths[first]?.[depth];
    let end = first + 1;
    while (end < to && paths[end]?.[depth] === name) {
      end++;
    }
    if (name !== undefined && end - first > 1) {
      const path = paths[first]?.slice(0, depth + 1).join('.') ?? name;
      const inner = runsOf(paths, first, end, depth + 1);
      const [only] = inner;
      // A module that has but one module in it is told by the inner one.
      const isSame = only !== undefined && only.first === first && only.end === end;
      runs.push(isSame ? only : { path, first, end, inner });
    }
    first = end;
  }
  return runs;
}
