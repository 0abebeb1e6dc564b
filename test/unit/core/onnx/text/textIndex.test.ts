import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import { printFile } from '../../../../../src/core/onnx/text/printFile.js';
import { TextIndex } from '../../../../../src/core/onnx/text/textIndex.js';
import type { Occurrence } from '../../../../../src/core/onnx/text/textIndex.js';
import { ROLE, SYMBOL_KIND } from '../../../../../src/core/onnx/text/textMap.js';
import { modelBytes, node, smallGraph, writeFile } from '../modelFile.js';

const FIXTURES = join(import.meta.dirname, '../../../../fixtures/text');

describe('TextIndex', () => {
  let lines: readonly string[];
  let index: TextIndex;

  beforeAll(async () => {
    const { text, map } = await printFile(join(FIXTURES, 'everything.onnx'));
    lines = text.split('\n');
    index = new TextIndex(map);
  });

  const written = ({ line, column, length }: Occurrence): string =>
    lines[line]?.slice(column, column + length) ?? '';
  /** The name that starts with the first occurrence of `text` in the line that holds `context`. */
  const at = (context: string, text: string): Occurrence | undefined => {
    const line = lines.findIndex((each) => each.includes(context));
    return index.occurrenceAt(line, (lines[line] ?? '').indexOf(text, lines[line]?.indexOf(context)));
  };
  const textsOf = (found: Occurrence | undefined, role?: number): readonly string[] =>
    index
      .occurrencesOf(found?.symbol ?? -1)
      .filter((each) => role === undefined || each.role === role)
      .map(({ line }) => lines[line]?.trim() ?? '');

  it('has the name of the symbol at every occurrence', () => {
    expect(index.occurrenceCount).toBeGreaterThan(90);
    for (let place = 0; place < index.occurrenceCount; place++) {
      const found = index.occurrence(place);
      const name = index.nameOf(found.symbol);
      const text = written(found);
      const isOperator = found.role === ROLE.operator || index.kindOf(found.symbol) === SYMBOL_KIND.function;
      if (!isOperator) {
        expect([name, `"${name}"`]).toContain(text);
      }
    }
  });

  it('is in the order of the text', () => {
    for (let place = 1; place < index.occurrenceCount; place++) {
      const [a, b] = [index.occurrence(place - 1), index.occurrence(place)];
      expect(b.line > a.line || (b.line === a.line && b.column >= a.column + a.length)).toBe(true);
    }
  });

  it('finds a name from its first letter to behind its last, and nothing between names', () => {
    const found = at('[repeat] looped', 'looped');
    expect(found).toMatchObject({ length: 6, role: ROLE.definition });
    const { line = 0, column = 0 } = found ?? {};
    expect(index.occurrenceAt(line, column + 6)).toEqual(found);
    expect(index.occurrenceAt(line, column + 8)).toBeUndefined();
    expect(index.occurrenceAt(0, 0)).toBeUndefined();
    expect(index.occurrenceAt(9999, 0)).toBeUndefined();
  });

  it('finds producer and consumers of a tensor, those in subgraphs included', () => {
    const sequence = at('["every kind"]', '"seq"');
    expect(textsOf(sequence, ROLE.definition)).toEqual([expect.stringContaining('["every kind"]')]);
    expect(textsOf(sequence, ROLE.use)).toEqual([
      '[call] t = local.ops.Twice ("seq")',
      '[repeat] looped = Loop (scalar, "", "seq") <',
    ]);
    expect(textsOf(sequence, ROLE.type)).toEqual(['float16[N] "seq",']);
    const carried = at('float[1] carried', 'carried');
    expect(textsOf(carried)).toEqual([
      'float[1] carried',
      'negated = Neg (carried)',
      '["inner add"] sum = Add (carried, scale)',
    ]);
  });

  it('tells names apart that stand for different things in different scopes', () => {
    const outer = at('[call] t = local.ops.Twice', 't =');
    const inner = at('[call] t = local.ops.Leaky', 't =');
    expect(index.nameOf(outer?.symbol ?? -1)).toBe('t');
    expect(index.nameOf(inner?.symbol ?? -1)).toBe('t');
    expect(outer?.symbol).not.toBe(inner?.symbol);
    expect(index.isMain(outer?.symbol ?? -1)).toBe(true);
    expect(index.isMain(inner?.symbol ?? -1)).toBe(false);
    expect(textsOf(inner, ROLE.use)).toEqual(['out = Add (t, t)', 'out = Add (t, t)']);
  });

  it('leads from a call to its function', () => {
    const call = at('[call] t = local.ops.Twice', 'Twice');
    expect(index.kindOf(call?.symbol ?? -1)).toBe(SYMBOL_KIND.function);
    const definitions = index.definitionsOf(call?.symbol ?? -1);
    expect(definitions.map(({ line }) => lines[line])).toEqual(['Twice ("in put") => (out)']);
  });

  it('finds the innermost node of a line', () => {
    const lineOf = (text: string): number => lines.findIndex((each) => each.includes(text));
    expect(index.nodeAt(lineOf('sum = Add'))?.operator).toBe('Add');
    expect(index.nodeAt(lineOf('body = body'))?.operator).toBe('Loop');
    expect(index.nodeAt(lineOf('go_on = Identity'))?.operator).toBe('Identity');
    expect(index.nodeAt(lineOf('# constants: 27'))).toBeUndefined();
    expect(index.nodeMaking('looped')).toMatchObject({ name: 'repeat', operator: 'Loop' });
    expect(index.nodeNamed('every kind')).toMatchObject({ operator: 'Custom', output: 'a/1:0' });
    expect(index.nodeMaking('seq')?.name).toBe('every kind');
    expect(index.nodeMaking('sum')).toBeUndefined();
  });

  it('nests blocks, each of whole lines', () => {
    const kinds = index.blocks.map(({ kind, name }) => `${kind} ${name}`.trim());
    expect(kinds).toEqual(
      expect.arrayContaining(['header', 'graph a graph', 'constants constants', 'subgraph body']),
    );
    expect(kinds.filter((kind) => kind.startsWith('function'))).toEqual(['function Leaky', 'function Twice']);
    const open: { first: number; last: number }[] = [];
    for (const block of index.blocks) {
      while (open.length > 0 && (open.at(-1)?.last ?? 0) < block.first) {
        open.pop();
      }
      expect(block.last).toBeGreaterThan(block.first);
      expect(block.last).toBeLessThanOrEqual(open.at(-1)?.last ?? lines.length);
      open.push(block);
    }
    const header = index.blocks.find(({ kind }) => kind === 'header');
    expect(lines[header?.last ?? -1]).toBe('>');
  });
});

it('counts the lines that an editor sees, also within strings', async () => {
  const graph = smallGraph();
  graph.node.push(node('Relu', ['r'], ['odd\r\nname']));
  const metadataProps = [{ key: 'notes', value: 'one\r\ntwo\rthree\nfour' }];
  const { text, map } = await printFile(writeFile('lines.onnx', modelBytes(graph, { metadataProps })));
  const lines = text.split(/\r\n|\r|\n/);
  expect(map.lines).toBe(lines.length);
  const index = new TextIndex(map);
  for (let place = 0; place < index.occurrenceCount; place++) {
    const { line, column, length, symbol, role } = index.occurrence(place);
    const written = lines[line]?.slice(column, column + length);
    if (role !== ROLE.operator) {
      expect(written).toBe(index.nameOf(symbol));
    }
  }
});
