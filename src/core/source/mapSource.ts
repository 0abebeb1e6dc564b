/** Finds what connects a source file and the layers of a network. */

import type { Network } from '../network/network.js';
import { traceForward } from './forward.js';
import type { Trace } from './forward.js';
import { rangeIn } from './interpreter.js';
import type { Mention } from './interpreter.js';
import { isWeighted, operatorsOf } from './layerClasses.js';
import { matchKeras } from './keras.js';
import { matchTrees, namedLayers } from './match.js';
import type { SourceMatch } from './match.js';
import { childrenOf, isModule } from './modules.js';
import { pathsIn } from './moduleTree.js';
import type { ModuleTree } from './moduleTree.js';
import { namedCalls } from './namedCalls.js';
import { rangeKey } from './positions.js';
import type { SourceRange } from './positions.js';
import type { Source } from './readSource.js';
import { sourceMapOf } from './sourceMap.js';
import type { Anchor, FoldedPlace, SourceMap, Way } from './sourceMap.js';
import { tracedLines } from './stackTraces.js';
import type { Instance } from './values.js';

/**
 * Connects a network with a source; undefined where that makes another network.
 * @param made what found the trees
 */
export function mapSource(
  network: Network,
  { trees, keras, texts }: Pick<Source, 'trees' | 'keras' | 'texts'>,
  made: Way = 'interpreter',
): SourceMap | undefined {
  const match = matchTrees(trees, namedLayers(network));
  const [tree] = match?.trees ?? [];
  const lines = tracedLines(network, texts);
  if (match === undefined || tree === undefined) {
    const named = matchKeras(network, keras);
    if (named !== undefined) {
      const created = new Map([...named.places].map(([layer, range]) => [layer, [range]] as const));
      const places = [...named.places].map(([layer, range]): Anchor => ({
        range,
        role: 'creation',
        layers: [layer],
        outputs: [layer],
        isLeaf: true,
      }));
      return sourceMapOf(network, {
        ways: { made: 'interpreter', called: 'traces' },
        coverage: named.coverage,
        created,
        anchors: places,
        lines,
      });
    }
    return lines.size > 0
      ? sourceMapOf(network, {
          ways: { made: undefined, called: 'traces' },
          coverage: 0,
          created: new Map(),
          anchors: [],
          lines,
        })
      : undefined;
  }
  return mapMatch(network, match, tree, lines, made);
}

function mapMatch(
  network: Network,
  match: SourceMatch,
  tree: ModuleTree,
  lines: ReadonlyMap<string, SourceRange>,
  made: Way,
): SourceMap {
  const named = namedCalls(network, match, tree, lines);
  const trace: Trace = named
    ? { calls: named, ofModule: new Map(), folded: new Map() }
    : traceForward(network, match, tree);
  const mentions = [...tree.mentions, ...(named ? usesIn(tree) : [])];
  const layersOf = layersOfModules(match, trace, tree);
  return sourceMapOf(network, {
    ways: { made, called: named === undefined ? 'interpreter' : lines.size > 0 ? 'traces' : 'query' },
    coverage: match.coverage,
    owner: ownerOf(tree),
    created: createdBy(layersOf, tree),
    anchors: [...ofMentions(mentions, tree, layersOf, trace, network), ...ofCalls(trace)],
    folded: foldedPlaces(mentions, tree, trace),
    lines,
  });
}

/** Where `forward` names modules. */
function usesIn({ forward, root }: ModuleTree): readonly Mention[] {
  return (forward?.uses ?? []).flatMap(({ name, range }): readonly Mention[] => {
    const instance = root.attributes.get(name);
    return isModule(instance) ? [{ instance, range, role: 'use' }] : [];
  });
}

function ownerOf({ root }: ModuleTree): SourceRange | undefined {
  return root.type.kind === 'class' ? rangeIn(root.type.file, root.type.node) : root.created.at(-1);
}

/** Layers of every module, those of its children included. */
function layersOfModules(
  match: SourceMatch,
  trace: Trace,
  { root }: ModuleTree,
): ReadonlyMap<Instance, ReadonlySet<string>> {
  const layers = new Map<Instance, Set<string>>();
  const add = (instance: Instance, layer: string): void => {
    layers.set(instance, (layers.get(instance) ?? new Set()).add(layer));
  };
  match.modules.forEach((instance, layer) => {
    add(instance, layer);
  });
  trace.ofModule.forEach((names, instance) => {
    names.forEach((layer) => {
      add(instance, layer);
    });
  });
  const collected = new Set<Instance>();
  const collect = (instance: Instance): ReadonlySet<string> => {
    if (!collected.has(instance)) {
      collected.add(instance);
      for (const [, child] of childrenOf(instance)) {
        collect(child).forEach((layer) => {
          add(instance, layer);
        });
      }
    }
    return layers.get(instance) ?? new Set();
  };
  collect(root);
  return layers;
}

function ofMentions(
  mentions: readonly Mention[],
  { root, entry }: ModuleTree,
  layersOf: ReadonlyMap<Instance, ReadonlySet<string>>,
  trace: Trace,
  network: Network,
): readonly Anchor[] {
  const paths = pathsIn(root);
  const order = network.layers.map(({ name }) => name);
  const callsAt = new Map<string, Set<string>>();
  for (const { range, layer } of trace.calls) {
    const key = startKey(range);
    callsAt.set(key, (callsAt.get(key) ?? new Set()).add(layer));
  }
  return mentions.flatMap((mention): readonly Anchor[] => {
    const { instance, range, role } = mention;
    // The class or function that was called to see what it makes is no call of the source.
    const isEntry = instance === root && role === 'creation' && entry !== '';
    const layers = isEntry || !paths.has(instance) ? undefined : layersAt(mention, layersOf, callsAt);
    if (layers === undefined || layers.size === 0) {
      return [];
    }
    const isLeaf = operatorsOf(instance) !== undefined;
    const last = order.findLast((name) => layers.has(name));
    const outputs = isLeaf || last === undefined ? [...layers] : [last];
    return [{ range, role, layers: [...layers], outputs, isLeaf }];
  });
}

/** Where normalisations are made and named that have no layer, because they went into others. */
function foldedPlaces(
  mentions: readonly Mention[],
  { root }: ModuleTree,
  { folded }: Trace,
): readonly FoldedPlace[] {
  const paths = pathsIn(root);
  const places = new Map<string, FoldedPlace>();
  for (const { instance, range, role } of mentions) {
    const into = paths.has(instance) ? folded.get(instance) : undefined;
    if (into !== undefined) {
      const key = `${role} ${rangeKey(range)}`;
      const known = places.get(key)?.into ?? [];
      places.set(key, { range, role, into: [...new Set([...known, ...into])] });
    }
  }
  return [...places.values()];
}

/** A module without weights is often used several times: `self.relu` means what it makes there. */
function layersAt(
  { instance, range, role }: Mention,
  layersOf: ReadonlyMap<Instance, ReadonlySet<string>>,
  callsAt: ReadonlyMap<string, ReadonlySet<string>>,
): ReadonlySet<string> | undefined {
  const operators = operatorsOf(instance);
  const isShared = operators !== undefined && !isWeighted(operators) && role === 'use';
  return (isShared ? callsAt.get(startKey(range)) : undefined) ?? layersOf.get(instance);
}

function startKey({ file, start }: SourceRange): string {
  return `${file}:${start.line}:${start.column}`;
}

function ofCalls({ calls }: Trace): readonly Anchor[] {
  return calls.map(({ range, layer }) => ({
    range,
    role: 'call',
    layers: [layer],
    outputs: [layer],
    isLeaf: true,
  }));
}

/** Where the modules of layers were made, without the call that only we made. */
function createdBy(
  layersOf: ReadonlyMap<Instance, ReadonlySet<string>>,
  { entry }: ModuleTree,
): ReadonlyMap<string, readonly SourceRange[]> {
  const created = new Map<string, readonly SourceRange[]>();
  for (const [instance, layers] of layersOf) {
    if (operatorsOf(instance) !== undefined) {
      layers.forEach((layer) => {
        created.set(layer, instance.created.slice(entry === '' ? 0 : 1));
      });
    }
  }
  return created;
}
