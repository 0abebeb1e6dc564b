import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { printFile } from '../../../../../src/core/onnx/text/printFile.js';
import { NODE_SIZE } from '../../../../../src/core/onnx/text/textMap.js';
import { modelBytes, node, smallGraph, value, weight, writeFile } from '../modelFile.js';

const FIXTURES = join(import.meta.dirname, '../../../../fixtures/text');

describe('printFile', () => {
  // The expected texts were read back by onnx.parser and compared with the models: test/fixtures/text/check.py.
  it.each(['everything', 'modules'])('prints %s.onnx as onnx.parser reads it', async (name) => {
    const { text } = await printFile(join(FIXTURES, `${name}.onnx`));
    expect(text).toBe(readFileSync(join(FIXTURES, `${name}.txt`), 'utf8'));
  });

  it('lists what the syntax has no form for, and says it where it stands', async () => {
    const { losses, text } = await printFile(join(FIXTURES, 'everything.onnx'));
    expect(losses.map(({ kind }) => kind).sort()).toEqual([
      ...['attribute', 'attribute', 'graphName', 'graphName', 'operator', 'operator', 'sparse'],
    ]);
    const lines = text.split('\n');
    losses.forEach(({ message }) => {
      expect(lines.some((line) => line.includes(' # ') && line.includes(message))).toBe(true);
    });
  });

  it('prints a model that Unpool cannot look at', async () => {
    const graph = smallGraph();
    graph.input.push(value('mask', ['N']), value('text'));
    graph.node.push(node('Relu', ['nowhere'], ['c']));
    const { text } = await printFile(writeFile('odd.onnx', modelBytes(graph)));
    expect(text).toContain('[Relu_c] c = Relu (nowhere)');
  });

  it('says in the text what is wrong with data that are missing', async () => {
    const graph = smallGraph();
    const externalData = [{ key: 'location', value: 'not-there.bin' }];
    graph.initializer[0] = { name: 'w', dims: [64, 3, 3, 3], dataType: 1, dataLocation: 1, externalData };
    const { text } = await printFile(writeFile('missing.onnx', modelBytes(graph)));
    expect(text).toMatch(/w = \["location": "not-there\.bin"\],\s+# 1,728 values, .*missing/);
  });

  it('leaves out many values that no file holds as raw bytes, and says so', async () => {
    const graph = smallGraph();
    const int64Data = Array.from({ length: 2000 }, (_, index) => index);
    graph.initializer.push({ name: 'many', dims: [2000], dataType: 7, int64Data });
    const { text, losses } = await printFile(writeFile('many.onnx', modelBytes(graph)));
    expect(text).toContain('int64[2000] many = ["elided": "2000 values"]  # its 2000 values are left out');
    expect(losses).toEqual([{ kind: 'data', message: 'its 2000 values are left out' }]);
  });

  it('keeps a line a line whatever comments hold', async () => {
    const graph = smallGraph();
    const [first] = graph.node;
    graph.node[0] = {
      ...(first ?? node('Relu', ['image'], ['c'])),
      docString: 'one\r\ntwo\rthree\n\n[x] y = Z ()',
    };
    const { text } = await printFile(writeFile('comment.onnx', modelBytes(graph)));
    const comment = text.split('\n').find((line) => line.includes('three'));
    expect(comment).toBe('  # one ⏎ two three ⏎ [x] y = Z ()');
  });

  it.each<[string, Uint8Array | string, RegExp]>([
    ['a text file', 'no model at all', /not a whole ONNX model/],
    ['a model without a graph', new Uint8Array([8, 8]), /no graph/],
  ])('%s ends in one line that names the file', async (name, bytes, message) => {
    const file = writeFile(`${name.replaceAll(' ', '-')}-text.onnx`, bytes);
    const error = await printFile(file).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'UserError' });
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).toContain(file);
  });

  it('takes time that grows with the graph', async () => {
    const count = 20_000;
    const nodes = Array.from({ length: count }, (_, index) =>
      node('Relu', [index === 0 ? 'image' : `t${index - 1}`], [`t${index}`]),
    );
    const graph = { ...smallGraph(), node: nodes, initializer: [weight('w', [64, 3, 3, 3])] };
    graph.output = [value(`t${count - 1}`)];
    const { text, map } = await printFile(writeFile('long.onnx', modelBytes(graph)));
    expect(map.operators).toEqual(['Relu']);
    expect(map.nodes).toHaveLength(count * NODE_SIZE);
    expect(text.split('\n')).toHaveLength(map.lines);
  });
});
