/** Where everything stands in the text of a model: plain data that travels between threads without copying. */

/** What a name stands for. */
export const SYMBOL_KIND = {
  activation: 0,
  input: 1,
  constant: 2,
  function: 3,
  node: 4,
  unknown: 5,
} as const;

export const ROLE = {
  /** Where a tensor is made, a constant or an input is declared, a function is defined, a node is labelled. */
  definition: 0,
  /** Where a tensor is read or a function is called. */
  use: 1,
  /** Where the type of a tensor is given. */
  type: 2,
  /** The operator of a node. */
  operator: 3,
} as const;

/** Numbers of an occurrence: line, column, length, symbol, role. Lines and columns start at 0, in UTF-16 units. */
export const OCCURRENCE_SIZE = 5;
/** Numbers of a node: first line, last line, scope, operator, symbol of the node, symbol of its first output plus 1 or 0. */
export const NODE_SIZE = 6;

export type BlockKind =
  'header' | 'constants' | 'types' | 'graph' | 'module' | 'function' | 'subgraph' | 'list' | 'comment';

/** Lines that belong together; blocks are nested. */
export interface Block {
  readonly kind: BlockKind;
  /** Module path, name of the graph or of the function; '' for the others. */
  readonly name: string;
  readonly first: number;
  /** The last line, inclusive. */
  readonly last: number;
}

/** Where everything stands, as it was written. */
export interface TextRecords {
  /** Number of lines. */
  readonly lines: number;
  /** The names of all symbols, one behind the other: a string for each is slow to send. */
  readonly symbolText: string;
  /** Where in `symbolText` the name of every symbol ends. */
  readonly symbolEnds: Uint32Array;
  /** SYMBOL_KIND of every symbol. */
  readonly symbolKinds: Uint8Array;
  /** Scope of every symbol: 0 is the main graph, each subgraph and function has a number of its own. */
  readonly symbolScopes: Uint32Array;
  /** OCCURRENCE_SIZE numbers each, in the order of the text. */
  readonly occurrences: Uint32Array;
  /** Each operator that the nodes use, once. */
  readonly operators: readonly string[];
  /** NODE_SIZE numbers each, by first line. */
  readonly nodes: Uint32Array;
  /** By first line, the outer before the inner. */
  readonly blocks: readonly Block[];
}

/** The records with tables to find them by: made where the text is printed, because making them takes long. */
export interface TextMap extends TextRecords {
  /** Where in `occurrenceOrder` the occurrences of every symbol start, and at the end its length. */
  readonly occurrenceStarts: Uint32Array;
  /** Places of all occurrences, by symbol and then in the order of the text. */
  readonly occurrenceOrder: Uint32Array;
  /** For every symbol the place of the node of its graph that makes it, plus 1; 0 where none does. */
  readonly makers: Uint32Array;
  /** Symbols of the tensors of the main graph, by name. */
  readonly tensorsByName: Uint32Array;
  /** Places of the named nodes of the main graph, by name and then in the order of the text. */
  readonly nodesByName: Uint32Array;
}

/** The text of a model with its map. */
export interface ModelText {
  readonly text: string;
  readonly map: TextMap;
  /** What the syntax has no form for; each is also said in a comment where it stands. */
  readonly losses: readonly Loss[];
}

export interface Loss {
  readonly kind: 'attribute' | 'operator' | 'graphName' | 'sparse' | 'type' | 'text' | 'data';
  readonly message: string;
}
