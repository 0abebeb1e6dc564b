/** Python source as a tree of plain objects, parsed by tree-sitter. */

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { Language, Parser, Query } from 'web-tree-sitter';
import type { Node, Tree, TreeCursor } from 'web-tree-sitter';

import type { Range } from './positions.js';

/** A node of the syntax tree, detached from the parser's memory. */
export interface Syntax extends Range {
  /** The grammar's name: `call`, `identifier`, or the operator's own text. */
  readonly type: string;
  readonly text: string;
  /** Named children, in order; comments are left out. */
  readonly children: readonly Syntax[];
  /** Children by the grammar's fields, operators included. */
  readonly fields: ReadonlyMap<string, readonly Syntax[]>;
}

/** The first child in a field. */
export function field(node: Syntax, name: string): Syntax | undefined {
  return node.fields.get(name)?.[0];
}

/** The nodes that one match of a query names, by the names of its captures. */
export type Match = ReadonlyMap<string, Syntax>;

export interface PythonParser {
  /** Parses a whole file. Broken code gives a tree with `ERROR` nodes, never an exception. */
  parse(text: string): Syntax;
  /**
   * Parses a whole file and finds what a query in tree-sitter's language names, in the file's order.
   * Nodes of captures that end in `.range` come without their children.
   */
  find(text: string, query: string): readonly Match[];
}

let loading: Promise<PythonParser> | undefined;

/** The parser with its grammar, loaded once. */
export function pythonParser(): Promise<PythonParser> {
  loading ??= load();
  return loading;
}

async function load(): Promise<PythonParser> {
  const wasmBinary = await bytesOf('web-tree-sitter/web-tree-sitter.wasm');
  await Parser.init({ wasmBinary });
  const grammar = await Language.load(await bytesOf('tree-sitter-python/tree-sitter-python.wasm'));
  const parser = new Parser();
  parser.setLanguage(grammar);
  const queries = new Map<string, Query>();
  const within = <T>(text: string, part: (tree: Tree) => T): T => {
    const tree = parser.parse(text);
    if (tree === null) {
      throw new Error('the Python parser gave no tree');
    }
    try {
      return part(tree);
    } finally {
      tree.delete();
    }
  };
  return {
    parse: (text) => within(text, ({ rootNode }) => detached(rootNode, text)),
    find: (text, source) =>
      within(text, ({ rootNode }) => {
        const query = queries.get(source) ?? new Query(grammar, source);
        queries.set(source, query);
        return query
          .matches(rootNode)
          .map(
            ({ captures }) => new Map(captures.map(({ name, node }) => [name, captured(name, node, text)])),
          );
      }),
  };
}

function captured(name: string, node: Node, source: string): Syntax {
  return name.endsWith('.range') ? syntaxOf(node, source, [], new Map()) : detached(node, source);
}

function detached(node: Node, source: string): Syntax {
  const cursor = node.walk();
  try {
    return detach(cursor, source);
  } finally {
    cursor.delete();
  }
}

/** In a bundled program the files lie beside the bundle. */
async function bytesOf(wasmFile: string): Promise<Uint8Array> {
  const places = [basename(wasmFile), join('../../../node_modules', wasmFile)];
  const file = places.map((place) => join(__dirname, place)).find(existsSync);
  if (file === undefined) {
    throw new Error(`${basename(wasmFile)} is missing from this installation of Unpool`);
  }
  return readFile(file);
}

function detach(cursor: TreeCursor, source: string): Syntax {
  const { nodeType, startPosition, endPosition, startIndex, endIndex } = cursor;
  const children: Syntax[] = [];
  const fields = new Map<string, Syntax[]>();
  if (cursor.gotoFirstChild()) {
    do {
      const name = cursor.currentFieldName;
      const isComment = cursor.nodeType === 'comment' || cursor.nodeType === 'line_continuation';
      if ((cursor.nodeIsNamed || name !== null) && !isComment) {
        const isNamed = cursor.nodeIsNamed;
        const child = detach(cursor, source);
        if (isNamed) {
          children.push(child);
        }
        if (name !== null) {
          fields.set(name, [...(fields.get(name) ?? []), child]);
        }
      }
    } while (cursor.gotoNextSibling());
    cursor.gotoParent();
  }
  return syntaxOf(
    { type: nodeType, startPosition, endPosition, startIndex, endIndex },
    source,
    children,
    fields,
  );
}

function syntaxOf(
  {
    type,
    startPosition,
    endPosition,
    startIndex,
    endIndex,
  }: Pick<Node, 'type' | 'startPosition' | 'endPosition' | 'startIndex' | 'endIndex'>,
  source: string,
  children: readonly Syntax[],
  fields: Syntax['fields'],
): Syntax {
  return {
    type,
    start: { line: startPosition.row, column: startPosition.column },
    end: { line: endPosition.row, column: endPosition.column },
    get text() {
      return source.slice(startIndex, endIndex);
    },
    children,
    fields,
  };
}
