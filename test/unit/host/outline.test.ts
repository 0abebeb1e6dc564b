import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { printFile } from '../../../src/core/onnx/text/printFile.js';
import { TextIndex } from '../../../src/core/onnx/text/textIndex.js';
import { largest, outlineOf } from '../../../src/host/text/outline.js';
import type { OutlineEntry } from '../../../src/host/text/outline.js';
import { modelBytes, node, smallGraph, value, writeFile } from '../core/onnx/modelFile.js';

const FIXTURES = join(import.meta.dirname, '../../fixtures/text');

/** An entry and what is in it, as lines. */
function drawn(entries: readonly OutlineEntry[], depth = 0): readonly string[] {
  return entries.flatMap(({ kind, name, children }) => [
    `${'  '.repeat(depth)}${kind} ${name}`.trimEnd(),
    ...drawn(children, depth + 1),
  ]);
}

async function outline(file: string): Promise<readonly string[]> {
  return drawn(outlineOf(new TextIndex((await printFile(file)).map)));
}

describe('outlineOf', () => {
  it('has modules around their layers', async () => {
    expect(await outline(join(FIXTURES, 'modules.onnx'))).toEqual([
      'header',
      'graph main_graph',
      '  constants constants',
      '    constant features.0.weight',
      '    constant features.0.bias',
      '    constant head.weight',
      '  types types that the file gives',
      '  module features',
      '    node n0',
      '    node n1',
      '  node n2',
      '  node n3',
      '  node n4',
    ]);
  });

  it('has subgraphs within their nodes, and functions beside the graph', async () => {
    const lines = await outline(join(FIXTURES, 'everything.onnx'));
    const from = lines.indexOf('  node repeat');
    expect(lines.slice(from, from + 9)).toEqual([
      '  node repeat',
      '    subgraph body',
      '      node choose',
      '        subgraph else_branch',
      '          node negated',
      '        subgraph then_branch',
      '          constants constants',
      '            constant scale',
      '          node inner add',
    ]);
    expect(lines).toContain('function Leaky');
  });

  it('leaves single nodes of a very large model out', async () => {
    const nodes = Array.from({ length: 20_001 }, (_, index) =>
      node('Relu', [index === 0 ? 'image' : `t${index - 1}`], [`t${index}`]),
    );
    const graph = { ...smallGraph(), node: nodes, initializer: [], output: [value('t20000')] };
    expect(await outline(writeFile('very-long.onnx', modelBytes(graph)))).toEqual(['header', 'graph g']);
  });
});

it('largest keeps the longest blocks, in the order of the text', () => {
  const block = (name: string, first: number, last: number) => ({
    kind: 'module' as const,
    name,
    first,
    last,
  });
  const blocks = [block('a', 0, 9), block('b', 1, 2), block('c', 3, 6), block('d', 7, 8), block('e', 10, 11)];
  expect(largest(blocks, 2).map(({ name }) => name)).toEqual(['a', 'c']);
  expect(largest(blocks, 3).map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  expect(largest([...blocks.slice(1), block('f', 12, 19)], 2).map(({ name }) => name)).toEqual(['c', 'f']);
  expect(largest([...blocks.slice(3), block('f', 12, 19)], 2).map(({ name }) => name)).toEqual(['d', 'f']);
  expect(largest(blocks, 9)).toBe(blocks);
});
