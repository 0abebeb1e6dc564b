/** Questions about the text of a model, answered without walking through it. */

import { NODE_SIZE, OCCURRENCE_SIZE, ROLE, SYMBOL_KIND } from './textMap.js';
import type { Block, TextMap } from './textMap.js';
import { symbolName } from './textTables.js';

/** A name in the text. */
export interface Occurrence {
  readonly line: number;
  readonly column: number;
  readonly length: number;
  readonly symbol: number;
  /** One of ROLE. */
  readonly role: number;
}

/** A node in the text. */
export interface TextNode {
  readonly name: string;
  readonly operator: string;
  readonly first: number;
  readonly last: number;
  /** 0 is the main graph. */
  readonly scope: number;
  /** Symbol of the node itself. */
  readonly symbol: number;
  /** The first tensor it makes. */
  readonly output: string | undefined;
}

export class TextIndex {
  constructor(readonly map: TextMap) {}

  get occurrenceCount(): number {
    return this.map.occurrences.length / OCCURRENCE_SIZE;
  }

  get nodeCount(): number {
    return this.map.nodes.length / NODE_SIZE;
  }

  occurrence(place: number): Occurrence {
    const [line = 0, column = 0, length = 0, symbol = 0, role = 0] = this.map.occurrences.subarray(
      place * OCCURRENCE_SIZE,
      (place + 1) * OCCURRENCE_SIZE,
    );
    return { line, column, length, symbol, role };
  }

  /** The name at a position; its end belongs to it, as where a cursor stands behind a word. */
  occurrenceAt(line: number, column: number): Occurrence | undefined {
    for (let place = this.firstOccurrence(line); place < this.occurrenceCount; place++) {
      const found = this.occurrence(place);
      if (found.line !== line || found.column > column) {
        return undefined;
      }
      if (column <= found.column + found.length) {
        return found;
      }
    }
    return undefined;
  }

  /** The names on the lines from `first` to `last`, inclusive. */
  *occurrencesBetween(first: number, last: number): Generator<Occurrence> {
    for (let place = this.firstOccurrence(first); place < this.occurrenceCount; place++) {
      const found = this.occurrence(place);
      if (found.line > last) {
        return;
      }
      yield found;
    }
  }

  /** Everywhere a symbol stands, in the order of the text. */
  occurrencesOf(symbol: number): readonly Occurrence[] {
    const { occurrenceStarts: starts, occurrenceOrder } = this.map;
    const places = occurrenceOrder.subarray(starts[symbol] ?? 0, starts[symbol + 1] ?? 0);
    return Array.from(places, (place) => this.occurrence(place));
  }

  /** Where a symbol is defined; where its type is given if nothing defines it. */
  definitionsOf(symbol: number): readonly Occurrence[] {
    const all = this.occurrencesOf(symbol);
    const definitions = all.filter(({ role }) => role === ROLE.definition);
    return definitions.length > 0 ? definitions : all.filter(({ role }) => role === ROLE.type).slice(0, 1);
  }

  node(place: number): TextNode {
    const { operators, nodes } = this.map;
    const [first = 0, last = 0, scope = 0, operator = 0, symbol = 0, output = 0] = nodes.subarray(
      place * NODE_SIZE,
      (place + 1) * NODE_SIZE,
    );
    return {
      name: this.nameOf(symbol),
      operator: operators[operator] ?? '',
      first,
      last,
      scope,
      symbol,
      output: output === 0 ? undefined : this.nameOf(output - 1),
    };
  }

  /** The innermost node that a line is in. */
  nodeAt(line: number): TextNode | undefined {
    let place = this.firstNode(line + 1) - 1;
    // Nodes of a subgraph stand within the node around them.
    for (; place >= 0; place--) {
      const node = this.node(place);
      if (node.last >= line) {
        return node;
      }
      if (node.scope === 0) {
        return undefined;
      }
    }
    return undefined;
  }

  /** The node of the main graph that a line is in, through whatever subgraphs. */
  mainNodeAt(line: number): TextNode | undefined {
    for (let place = this.firstNode(line + 1) - 1; place >= 0; place--) {
      const node = this.node(place);
      if (node.scope === 0) {
        return node.last >= line ? node : undefined;
      }
    }
    return undefined;
  }

  /** Nodes whose first line lies between `first` and `last`, inclusive. */
  *nodesBetween(first: number, last: number): Generator<TextNode> {
    for (let place = this.firstNode(first); place < this.nodeCount; place++) {
      const node = this.node(place);
      if (node.first > last) {
        return;
      }
      yield node;
    }
  }

  /** The node of the main graph that makes a tensor. */
  nodeMaking(tensor: string): TextNode | undefined {
    const symbol = this.tensorNamed(tensor);
    const maker = symbol === undefined ? 0 : (this.map.makers[symbol] ?? 0);
    return maker === 0 ? undefined : this.node(maker - 1);
  }

  /** The node of the main graph with this name, the first where several have it. */
  nodeNamed(name: string): TextNode | undefined {
    const place = this.search(this.map.nodesByName, name, (node) =>
      this.nameOf(this.map.nodes[node * NODE_SIZE + 4] ?? 0),
    );
    return place === undefined ? undefined : this.node(place);
  }

  /** The tensor of the main graph with this name. */
  tensorNamed(name: string): number | undefined {
    return this.search(this.map.tensorsByName, name, (symbol) => this.nameOf(symbol));
  }

  nameOf(symbol: number): string {
    return symbolName(this.map, symbol);
  }

  kindOf(symbol: number): number {
    return this.map.symbolKinds[symbol] ?? SYMBOL_KIND.unknown;
  }

  /** True for names of the main graph: those that the network is made of. */
  isMain(symbol: number): boolean {
    return this.map.symbolScopes[symbol] === 0;
  }

  get blocks(): readonly Block[] {
    return this.map.blocks;
  }

  private firstOccurrence(line: number): number {
    const { occurrences } = this.map;
    return lowerBound(this.occurrenceCount, (place) => (occurrences[place * OCCURRENCE_SIZE] ?? 0) < line);
  }

  private firstNode(line: number): number {
    return lowerBound(this.nodeCount, (place) => this.firstLine(place) < line);
  }

  private firstLine(place: number): number {
    return this.map.nodes[place * NODE_SIZE] ?? 0;
  }

  /** The first of `items`, which are sorted by name, that has a name. */
  private search(items: Uint32Array, name: string, nameOf: (item: number) => string): number | undefined {
    const at = lowerBound(items.length, (place) => nameOf(items[place] ?? 0) < name);
    const found = items[at];
    return found !== undefined && nameOf(found) === name ? found : undefined;
  }
}

/** The first index in [0, count) for which `isBefore` is false; `count` if there is none. */
function lowerBound(count: number, isBefore: (index: number) => boolean): number {
  let [from, to] = [0, count];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (isBefore(middle)) {
      from = middle + 1;
    } else {
      to = middle;
    }
  }
  return from;
}
