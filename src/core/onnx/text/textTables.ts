/** Tables that find the records of a text in constant or logarithmic time. */

import { NODE_SIZE, OCCURRENCE_SIZE, ROLE, SYMBOL_KIND } from './textMap.js';
import type { TextMap, TextRecords } from './textMap.js';

export function withTables(records: TextRecords): TextMap {
  return {
    ...records,
    ...occurrencesBySymbol(records),
    makers: nodesByOutput(records),
    tensorsByName: mainTensors(records),
    nodesByName: mainNodes(records),
  };
}

/** The name of a symbol. */
export function symbolName({ symbolText, symbolEnds }: TextRecords, symbol: number): string {
  return symbolText.slice(symbol === 0 ? 0 : symbolEnds[symbol - 1], symbolEnds[symbol]);
}

/** Counting sort: linear, and without an array for every symbol. */
function occurrencesBySymbol({
  occurrences,
  symbolEnds,
}: TextRecords): Pick<TextMap, 'occurrenceStarts' | 'occurrenceOrder'> {
  const count = occurrences.length / OCCURRENCE_SIZE;
  const symbolAt = (place: number): number => occurrences[place * OCCURRENCE_SIZE + 3] ?? 0;
  const occurrenceStarts = new Uint32Array(symbolEnds.length + 1);
  for (let place = 0; place < count; place++) {
    const next = symbolAt(place) + 1;
    occurrenceStarts[next] = (occurrenceStarts[next] ?? 0) + 1;
  }
  for (let symbol = 0; symbol < symbolEnds.length; symbol++) {
    occurrenceStarts[symbol + 1] = (occurrenceStarts[symbol + 1] ?? 0) + (occurrenceStarts[symbol] ?? 0);
  }
  const next = occurrenceStarts.slice();
  const occurrenceOrder = new Uint32Array(count);
  for (let place = 0; place < count; place++) {
    const symbol = symbolAt(place);
    occurrenceOrder[next[symbol] ?? 0] = place;
    next[symbol] = (next[symbol] ?? 0) + 1;
  }
  return { occurrenceStarts, occurrenceOrder };
}

/** Nodes by every tensor they make: definitions on the first line of a node are its outputs. */
function nodesByOutput({ occurrences, nodes, symbolKinds }: TextRecords): Uint32Array {
  const makers = new Uint32Array(symbolKinds.length);
  const count = nodes.length / NODE_SIZE;
  let place = 0;
  for (let at = 0; at < occurrences.length && place < count; at += OCCURRENCE_SIZE) {
    const line = occurrences[at] ?? 0;
    while (place + 1 < count && (nodes[(place + 1) * NODE_SIZE] ?? 0) <= line) {
      place++;
    }
    const symbol = occurrences[at + 3] ?? 0;
    const isMade = occurrences[at + 4] === ROLE.definition && symbolKinds[symbol] === SYMBOL_KIND.activation;
    if (isMade && nodes[place * NODE_SIZE] === line) {
      makers[symbol] = place + 1;
    }
  }
  return makers;
}

function mainTensors(records: TextRecords): Uint32Array {
  const { symbolKinds, symbolScopes } = records;
  const symbols: number[] = [];
  symbolKinds.forEach((kind, symbol) => {
    if (kind !== SYMBOL_KIND.node && kind !== SYMBOL_KIND.function && symbolScopes[symbol] === 0) {
      symbols.push(symbol);
    }
  });
  return byName(symbols, (symbol) => symbolName(records, symbol));
}

function mainNodes(records: TextRecords): Uint32Array {
  const { nodes } = records;
  const name = (place: number): string => symbolName(records, nodes[place * NODE_SIZE + 4] ?? 0);
  const places: number[] = [];
  for (let place = 0; place * NODE_SIZE < nodes.length; place++) {
    if (nodes[place * NODE_SIZE + 2] === 0 && name(place) !== '') {
      places.push(place);
    }
  }
  return byName(places, name);
}

/** In the order that `<` has on strings; equal names stay in their order. */
function byName(items: readonly number[], nameOf: (item: number) => string): Uint32Array {
  const named = items.map((item) => ({ item, name: nameOf(item) }));
  named.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return Uint32Array.from(named, ({ item }) => item);
}
