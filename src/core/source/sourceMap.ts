/** What connects source files and the layers of a network, both ways: plain data, which goes from thread to thread. */

import type { Network } from '../network/network.js';
import type { Mention } from './interpreter.js';
import { contains, rangeKey } from './positions.js';
import type { Position, SourceRange } from './positions.js';

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

/**
 * What told: the exporter's stack traces, a query for what a file assigns and calls one by one, or the interpreter,
 * for loops, factories, and functions without a trace. They are asked in this order.
 */
export type Way = 'traces' | 'query' | 'interpreter';

export interface SourceMap {
  /** What told where modules are made (undefined where nothing did), and where `forward` calls them. */
  readonly ways: { readonly made: Way | undefined; readonly called: Way };
  /** Share of the network's layers with weights that the source makes. */
  readonly coverage: number;
  /** True where the source makes all of them, with the sizes that the file has. */
  readonly isExact: boolean;
  /** The class of the network, or the call that makes it; undefined where only stack traces tell of it. */
  readonly owner: SourceRange | undefined;
  /** Places by the files that layers come from. */
  readonly anchors: ReadonlyMap<string, readonly Anchor[]>;
  readonly folded: ReadonlyMap<string, readonly FoldedPlace[]>;
  /** Where each layer comes from, of those of which it is known. */
  readonly sources: ReadonlyMap<string, LayerSource>;
}

/** What was found of a network in its source. */
export interface Found {
  readonly ways: SourceMap['ways'];
  readonly coverage: number;
  readonly owner?: SourceRange | undefined;
  /** Where the module of each layer was made. */
  readonly created: ReadonlyMap<string, readonly SourceRange[]>;
  readonly anchors: readonly Anchor[];
  readonly folded?: readonly FoldedPlace[];
  /** The line that the exporter says made each layer. */
  readonly lines: ReadonlyMap<string, SourceRange>;
}

export function sourceMapOf(network: Network, found: Found): SourceMap {
  const order = new Map(network.layers.map(({ name }, place) => [name, place]));
  const anchors = merged(corrected(found.anchors, found.lines), order);
  const calls = new Map<string, SourceRange[]>();
  for (const { role, layers, range } of anchors) {
    if (role === 'call' || role === 'line') {
      layers.forEach((layer) => calls.set(layer, [...(calls.get(layer) ?? []), range]));
    }
  }
  const sources = network.layers.flatMap(({ name }): readonly (readonly [string, LayerSource])[] => {
    const source = { created: found.created.get(name) ?? [], calls: calls.get(name) ?? [] };
    return source.created.length > 0 || source.calls.length > 0 ? [[name, source]] : [];
  });
  return {
    ways: found.ways,
    coverage: found.coverage,
    isExact: found.coverage === 1,
    owner: found.owner,
    anchors: byFile(anchors),
    folded: byFile(found.folded ?? []),
    sources: new Map(sources),
  };
}

function byFile<Place extends Anchor | FoldedPlace>(
  places: readonly Place[],
): ReadonlyMap<string, readonly Place[]> {
  const files = new Map<string, Place[]>();
  for (const place of places) {
    const known = files.get(place.range.file);
    if (known === undefined) {
      files.set(place.range.file, [place]);
    } else {
      known.push(place);
    }
  }
  return files;
}

/** Those of some places that lie around a position, the innermost first. */
export function placesAt<Place extends Anchor | FoldedPlace>(
  places: readonly Place[],
  position: Position,
): readonly Place[] {
  return places
    .filter(({ range }) => contains(range, position))
    .sort((a, b) => extent(a) - extent(b) || ORDER.indexOf(a.role) - ORDER.indexOf(b.role));
}

const ORDER: readonly AnchorRole[] = ['target', 'use', 'creation', 'call', 'line'];

/** Lines count more than columns. */
function extent({ range: { start, end } }: Anchor | FoldedPlace): number {
  return (end.line - start.line) * 10_000 + end.column - start.column;
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
