/** The outline of a model's text: constants, modules, layers, functions. Breadcrumbs show it too. */

import type { TextIndex, TextNode } from '../../core/onnx/text/textIndex.js';
import type { Block } from '../../core/onnx/text/textMap.js';

export type EntryKind =
  'header' | 'constants' | 'constant' | 'types' | 'graph' | 'module' | 'function' | 'subgraph' | 'node';

/** A row of the outline; `first` to `last` are its lines, inclusive. */
export interface OutlineEntry {
  readonly kind: EntryKind;
  readonly name: string;
  readonly detail: string;
  readonly first: number;
  readonly last: number;
  readonly children: readonly OutlineEntry[];
}

/** More rows than this are no outline: nodes and constants are then left out, modules stay. */
const NODE_LIMIT = 20_000;
const BLOCK_LIMIT = 2000;

/** The `limit` longest blocks, in the order of the text. */
export function largest(blocks: readonly Block[], limit: number): readonly Block[] {
  if (blocks.length <= limit) {
    return blocks;
  }
  const lengths = blocks.map(({ first, last }) => last - first).sort((a, b) => b - a);
  const shortest = lengths[limit - 1] ?? 0;
  let room = limit - lengths.filter((length) => length > shortest).length;
  return blocks.filter(
    ({ first, last }) => last - first > shortest || (last - first === shortest && room-- > 0),
  );
}

/** The outline as a tree: what lies within the lines of an entry is its child. */
export function outlineOf(index: TextIndex): readonly OutlineEntry[] {
  const isShort = index.nodeCount <= NODE_LIMIT;
  const flat = [
    ...entriesOfBlocks(isShort ? index.blocks : largest(index.blocks, BLOCK_LIMIT)),
    ...(isShort ? [...entriesOfNodes(index), ...entriesOfConstants(index)] : []),
  ];
  flat.sort((a, b) => a.first - b.first || b.last - a.last);
  const roots: GrowingEntry[] = [];
  const open: GrowingEntry[] = [];
  for (const entry of flat) {
    while (open.length > 0 && (open.at(-1)?.last ?? 0) < entry.first) {
      open.pop();
    }
    (open.at(-1)?.children ?? roots).push(entry);
    open.push(entry);
  }
  return roots;
}

interface GrowingEntry extends OutlineEntry {
  readonly children: GrowingEntry[];
}

function entriesOfBlocks(blocks: readonly Block[]): GrowingEntry[] {
  return blocks.flatMap(({ kind, name, first, last }) =>
    kind === 'comment' || kind === 'list' ? [] : [{ kind, name, detail: '', first, last, children: [] }],
  );
}

function entriesOfNodes(index: TextIndex): GrowingEntry[] {
  return Array.from({ length: index.nodeCount }, (_, place) => entryOfNode(index.node(place)));
}

function entriesOfConstants(index: TextIndex): GrowingEntry[] {
  return index.blocks
    .filter(({ kind }) => kind === 'constants')
    .flatMap(({ first, last }) =>
      Array.from(index.occurrencesBetween(first, last), ({ line, symbol }) => ({
        kind: 'constant' as const,
        name: index.nameOf(symbol),
        detail: '',
        first: line,
        last: line,
        children: [],
      })),
    );
}

function entryOfNode({ name, operator, output, first, last }: TextNode): GrowingEntry {
  return { kind: 'node', name: name || (output ?? ''), detail: operator, first, last, children: [] };
}
