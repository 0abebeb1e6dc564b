/** Questions about the text of a model, answered without walking through it. */

import { NODE_SIZE, OCCURRENCE_SIZE, ROLE, SYMBOL_KIND } from './textMap.js';
import type { Block, TextMap } from './textMap.js';

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
  private bySymbol: { readonly starts: Uint32Array; readonly order: Uint32Array } | undefined;
  private tensors: ReadonlyMap<string, number> | undefined;
  private nodeNames: ReadonlyMap<string, number> | undefined;
  private makers: ReadonlyMap<number, number> | undefined;

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
    const { starts, order } = (this.bySymbol ??= this.sortBySymbol());
    return Array.from(order.subarray(starts[symbol] ?? 0, starts[symbol + 1] ?? 0), (place) =>
      this.occurrence(place),
    );
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

  /** The node of the main graph that makes a tensor, or that is called so. */
  nodeMaking(tensor: string): TextNode | undefined {
    const symbol = (this.tensors ??= this.mainTensors()).get(tensor);
    const place = symbol === undefined ? undefined : (this.makers ??= this.nodesByOutput()).get(symbol);
    return place === undefined ? undefined : this.node(place);
  }

  nodeNamed(name: string): TextNode | undefined {
    const place = (this.nodeNames ??= this.mainNodes()).get(name);
    return place === undefined ? undefined : this.node(place);
  }

  /** The tensor of the main graph with this name. */
  tensorNamed(name: string): number | undefined {
    return (this.tensors ??= this.mainTensors()).get(name);
  }

  nameOf(symbol: number): string {
    const { symbolText, symbolEnds } = this.map;
    return symbolText.slice(symbol === 0 ? 0 : symbolEnds[symbol - 1], symbolEnds[symbol]);
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

  /** Counting sort: linear, and without an array for every symbol. */
  private sortBySymbol(): { starts: Uint32Array; order: Uint32Array } {
    const { occurrences, symbolEnds } = this.map;
    const symbolAt = (place: number): number => occurrences[place * OCCURRENCE_SIZE + 3] ?? 0;
    const starts = new Uint32Array(symbolEnds.length + 1);
    for (let place = 0; place < this.occurrenceCount; place++) {
      starts[symbolAt(place) + 1] = (starts[symbolAt(place) + 1] ?? 0) + 1;
    }
    for (let symbol = 0; symbol < symbolEnds.length; symbol++) {
      starts[symbol + 1] = (starts[symbol + 1] ?? 0) + (starts[symbol] ?? 0);
    }
    const next = starts.slice();
    const order = new Uint32Array(this.occurrenceCount);
    for (let place = 0; place < this.occurrenceCount; place++) {
      const symbol = symbolAt(place);
      order[next[symbol] ?? 0] = place;
      next[symbol] = (next[symbol] ?? 0) + 1;
    }
    return { starts, order };
  }

  private mainTensors(): ReadonlyMap<string, number> {
    const { symbolKinds, symbolScopes } = this.map;
    const tensors = new Map<string, number>();
    symbolKinds.forEach((kind, symbol) => {
      const isTensor = kind !== SYMBOL_KIND.node && kind !== SYMBOL_KIND.function;
      if (isTensor && symbolScopes[symbol] === 0) {
        tensors.set(this.nameOf(symbol), symbol);
      }
    });
    return tensors;
  }

  private mainNodes(): ReadonlyMap<string, number> {
    const names = new Map<string, number>();
    for (let place = 0; place < this.nodeCount; place++) {
      const { name, scope } = this.node(place);
      if (scope === 0 && name !== '' && !names.has(name)) {
        names.set(name, place);
      }
    }
    return names;
  }

  /** Nodes by every tensor they make: definitions on the lines of a node are its outputs. */
  private nodesByOutput(): ReadonlyMap<number, number> {
    const makers = new Map<number, number>();
    let place = 0;
    for (let each = 0; each < this.occurrenceCount && place < this.nodeCount; each++) {
      const { line, symbol, role } = this.occurrence(each);
      while (place + 1 < this.nodeCount && this.firstLine(place + 1) <= line) {
        place++;
      }
      const isMade = role === ROLE.definition && this.kindOf(symbol) === SYMBOL_KIND.activation;
      if (isMade && this.firstLine(place) === line) {
        makers.set(symbol, place);
      }
    }
    return makers;
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
