/** What connects source files and the layers of a network, both ways. */

import type { Network } from '../network/network.js';
import { traceForward } from './forward.js';
import type { Trace } from './forward.js';
import { rangeIn } from './interpreter.js';
import type { Mention } from './interpreter.js';
import { isWeighted, operatorsOf } from './layerClasses.js';
import { matchKeras } from './keras.js';
import { matchTrees, namedLayers } from './match.js';
import type { SourceMatch } from './match.js';
import { childrenOf } from './modules.js';
import { pathsIn } from './moduleTree.js';
import type { ModuleTree } from './moduleTree.js';
import type { Source } from './readSource.js';
import { tracedLines } from './stackTraces.js';
import { contains } from './syntax.js';
import type { Position } from './syntax.js';
import type { Instance, SourceRange } from './values.js';
import { rangeKey } from './values.js';

/** Why a place belongs to layers. */
export type AnchorRole =
  /** The call that makes the module: `nn.Conv2d(...)`. */
  | 'creation'
  /** What it is assigned to: `self.conv1`. */
  | 'target'
  /** A name of it elsewhere: `self.conv1`, `self.features[0]`. */
  | 'use'
  /** A call in `forward` that makes a node: `F.relu(x)`. */
  | 'call'
  /** A line that the exporter's stack trace names. */
  | 'line';

/** A place in a source file, and the layers it is about, in the network's order. */
export interface Anchor {
  readonly range: SourceRange;
  readonly layers: readonly string[];
  /** Those of them whose outputs come out: the last of each module that is made of others. */
  readonly outputs: readonly string[];
  readonly role: AnchorRole;
  /** True where the place is about one module, false where it is about several within one: `nn.Sequential(...)`. */
  readonly isLeaf: boolean;
}

/** A place that makes or names batch normalisations which the exporter folded away. */
export interface FoldedPlace {
  readonly range: SourceRange;
  readonly role: Mention['role'];
  /** The layers whose weights they went into. */
  readonly into: readonly string[];
}

/** Where a layer comes from. */
export interface LayerSource {
  /** Calls that make the module, the innermost, which names its class, last; empty for functions in `forward`. */
  readonly created: readonly SourceRange[];
  /** Calls in `forward` that use it. */
  readonly calls: readonly SourceRange[];
}

export interface SourceMap {
  /** Share of the network's layers with weights that the source makes. */
  readonly coverage: number;
  /** True where the source makes all of them, with the sizes that the file has. */
  readonly isExact: boolean;
  /** Files that layers come from. */
  readonly files: readonly string[];
  /** The class of the network, or the call that makes it; undefined where only stack traces tell of it. */
  readonly owner: SourceRange | undefined;
  anchorsIn(file: string): readonly Anchor[];
  foldedIn(file: string): readonly FoldedPlace[];
  sourceOf(layer: string): LayerSource | undefined;
}

/** Connects a network with a source; undefined where that makes another network. */
export function mapSource(
  network: Network,
  { trees, keras, texts }: Pick<Source, 'trees' | 'keras' | 'texts'>,
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
      return new Connections(network, created, places, lines, named.coverage);
    }
    return lines.size > 0 ? new Connections(network, new Map(), [], lines, 0) : undefined;
  }
  const trace = traceForward(network, match, tree);
  const layersOf = layersOfModules(match, trace, tree);
  const anchors = [...ofMentions(tree, layersOf, trace, network), ...ofCalls(trace)];
  const created = createdBy(layersOf, tree);
  const folded = foldedPlaces(tree, trace);
  return new Connections(network, created, anchors, lines, match.coverage, ownerOf(tree), folded);
}

function ownerOf({ root }: ModuleTree): SourceRange | undefined {
  return root.type.kind === 'class' ? rangeIn(root.type.file, root.type.node) : root.created.at(-1);
}

/** The anchors that lie around a place, the innermost first. */
export function anchorsAt(anchors: readonly Anchor[], position: Position): readonly Anchor[] {
  return anchors
    .filter(({ range }) => contains(range, position))
    .sort((a, b) => extent(a) - extent(b) || ORDER.indexOf(a.role) - ORDER.indexOf(b.role));
}

const ORDER: readonly AnchorRole[] = ['target', 'use', 'creation', 'call', 'line'];

/** Lines count more than columns. */
function extent({ range: { start, end } }: Anchor): number {
  return (end.line - start.line) * 10_000 + end.column - start.column;
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
  { interpreter, root, entry }: ModuleTree,
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
  return interpreter.mentions.flatMap((mention): readonly Anchor[] => {
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
function foldedPlaces({ interpreter, root }: ModuleTree, { folded }: Trace): readonly FoldedPlace[] {
  const paths = pathsIn(root);
  const places = new Map<string, FoldedPlace>();
  for (const { instance, range, role } of interpreter.mentions) {
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

class Connections implements SourceMap {
  readonly files: readonly string[];
  private readonly byFile = new Map<string, Anchor[]>();
  private readonly sources = new Map<string, LayerSource>();

  constructor(
    network: Network,
    created: ReadonlyMap<string, readonly SourceRange[]>,
    anchors: readonly Anchor[],
    lines: ReadonlyMap<string, SourceRange>,
    readonly coverage: number,
    readonly owner: SourceRange | undefined = undefined,
    private readonly folded: readonly FoldedPlace[] = [],
  ) {
    const order = new Map(network.layers.map(({ name }, place) => [name, place]));
    for (const anchor of merged(corrected(anchors, lines), order)) {
      const { file } = anchor.range;
      this.byFile.set(file, [...(this.byFile.get(file) ?? []), anchor]);
    }
    const calls = new Map<string, SourceRange[]>();
    for (const { role, layers, range } of [...this.byFile.values()].flat()) {
      if (role === 'call' || role === 'line') {
        layers.forEach((layer) => calls.set(layer, [...(calls.get(layer) ?? []), range]));
      }
    }
    for (const { name } of network.layers) {
      const source = { created: created.get(name) ?? [], calls: calls.get(name) ?? [] };
      if (source.created.length > 0 || source.calls.length > 0) {
        this.sources.set(name, source);
      }
    }
    this.files = [...this.byFile.keys()];
  }

  get isExact(): boolean {
    return this.coverage === 1;
  }

  anchorsIn(file: string): readonly Anchor[] {
    return this.byFile.get(file) ?? [];
  }

  foldedIn(file: string): readonly FoldedPlace[] {
    return this.folded.filter(({ range }) => range.file === file);
  }

  sourceOf(layer: string): LayerSource | undefined {
    return this.sources.get(layer);
  }
}

/** The calls of forward as the exporter saw them: where its line is another than ours, its line counts. */
function corrected(anchors: readonly Anchor[], lines: ReadonlyMap<string, SourceRange>): readonly Anchor[] {
  const isSeen = (layer: string, { file, start, end }: SourceRange): boolean => {
    const seen = lines.get(layer);
    const isWithin = seen && seen.start.line >= start.line && seen.start.line <= end.line;
    return seen === undefined || (seen.file === file && isWithin === true);
  };
  const kept = anchors.filter(
    ({ role, layers, range }) => role !== 'call' || layers.every((layer) => isSeen(layer, range)),
  );
  const called = new Set(kept.flatMap(({ role, layers }) => (role === 'call' ? layers : [])));
  const others = [...lines].filter(([layer]) => !called.has(layer));
  return [
    ...kept,
    ...others.map(([layer, range]): Anchor => ({
      range,
      role: 'line',
      layers: [layer],
      outputs: [layer],
      isLeaf: true,
    })),
  ];
}

/** One anchor for each place and role. */
function merged(anchors: readonly Anchor[], order: ReadonlyMap<string, number>): readonly Anchor[] {
  const all = new Map<string, Anchor>();
  for (const anchor of anchors) {
    const key = `${anchor.role} ${rangeKey(anchor.range)}`;
    const known = all.get(key);
    const inOrder = (names: readonly string[]): readonly string[] =>
      [...new Set(names)].sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
    const layers = inOrder([...(known?.layers ?? []), ...anchor.layers]);
    const outputs = inOrder([...(known?.outputs ?? []), ...anchor.outputs]);
    all.set(key, { ...anchor, layers, outputs, isLeaf: anchor.isLeaf && (known?.isLeaf ?? true) });
  }
  return [...all.values()];
}
