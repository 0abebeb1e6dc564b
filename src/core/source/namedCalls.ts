/** Which call of `forward` makes each layer, as stack traces and the names of modules tell without following it. */

import type { Network } from '../network/network.js';
import type { TracedCall } from './forward.js';
import type { ForwardCall } from './forwardCalls.js';
import { operatorsOfFunction } from './functions.js';
import { isWeighted, operatorsOf } from './layerClasses.js';
import type { SourceMatch } from './match.js';
import { pathsIn } from './moduleTree.js';
import type { ModuleTree } from './moduleTree.js';
import type { SourceRange } from './positions.js';

/**
 * The call of every layer: the only one of its module, or the only one in the line of its stack trace that makes
 * such a node. Undefined where that leaves one open.
 * @param lines what stack traces tell, by layer
 */
export function namedCalls(
  network: Network,
  { modules, paths }: SourceMatch,
  { forward, root }: ModuleTree,
  lines: ReadonlyMap<string, SourceRange>,
): readonly TracedCall[] | undefined {
  // A layer that the exporter folded away went into the one before, which only following tells.
  const found = new Set(modules.values());
  const isFolded = [...pathsIn(root).keys()].some(
    (instance) => isWeighted(operatorsOf(instance) ?? []) && !found.has(instance),
  );
  if (forward === undefined || isFolded) {
    return undefined;
  }
  const calls: TracedCall[] = [];
  const functions = new Set<ForwardCall>();
  for (const { name: layer, node } of network.layers) {
    const line = lines.get(layer);
    const [attribute = ''] = paths.get(layer)?.split('.') ?? [];
    const isOfModule = ({ name, isOwn }: ForwardCall): boolean => isOwn && name === attribute;
    const isFunction = (call: ForwardCall): boolean =>
      line !== undefined && !call.isOwn && operatorsOfFunction(call.name)?.includes(node.opType) === true;
    const [call, ...others] = forward.calls
      .filter(({ range }) => line === undefined || isIn(line, range))
      .filter(attribute === '' ? isFunction : isOfModule);
    if (call === undefined || others.length > 0 || functions.has(call)) {
      return undefined;
    }
    if (!call.isOwn) {
      functions.add(call);
    }
    calls.push({ range: call.range, layer });
  }
  return calls;
}

function isIn({ file, start }: SourceRange, range: SourceRange): boolean {
  return file === range.file && start.line >= range.start.line && start.line <= range.end.line;
}
