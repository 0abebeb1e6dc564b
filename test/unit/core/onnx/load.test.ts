import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { constantReader } from '../../../../src/core/onnx/constants.js';
import { encodeModel } from '../../../../src/core/onnx/encode.js';
import { loadModel } from '../../../../src/core/onnx/load.js';
import { modelBytes, modelFolder, node, smallGraph, value, weight, writeFile } from './modelFile.js';

describe('loadModel', () => {
  it('leaves large weights in the file and reads the right bytes on demand', async () => {
    const { graph, folder } = await loadModel(writeFile('small.onnx', modelBytes(smallGraph())));
    const kernels = graph.constants.get('w');
    expect(kernels?.data).toMatchObject({ kind: 'file', location: 'small.onnx', length: 64 * 27 * 4 });
    expect(graph.constants.get('b')?.data.kind).toBe('inline');
    const read = kernels && (await constantReader(folder)(kernels));
    expect(read?.data.slice(0, 15)).toEqual(
      Float32Array.from({ length: 15 }, (_, index) => (index % 13) / 13 - 0.5),
    );
  });

  it('takes packed float_data as bytes of the file', async () => {
    const floatData = Array.from({ length: 64 * 27 }, (_, index) => index * 0.25);
    const graph = smallGraph();
    graph.initializer[0] = { name: 'w', dims: [64, 3, 3, 3], dataType: 1, floatData };
    const model = await loadModel(writeFile('floats.onnx', modelBytes(graph)));
    const kernels = model.graph.constants.get('w');
    expect(kernels?.data.kind).toBe('file');
    expect([...((kernels && (await constantReader(model.folder)(kernels)))?.data ?? [])]).toEqual(floatData);
  });

  it('reads large weights whose tensor says, behind them, that they are in itself', async () => {
    const graph = smallGraph();
    graph.initializer[0] = { ...weight('w', [64, 3, 3, 3]), dataLocation: 0 };
    const bytes = modelBytes(graph);
    // As onnxruntime's quantiser writes it: field 14 with its default.
    expect(Buffer.from(bytes).includes(Buffer.of(14 << 3, 0))).toBe(true);
    const { graph: loaded, folder } = await loadModel(writeFile('located.onnx', bytes));
    const kernels = loaded.constants.get('w');
    expect(kernels?.data).toMatchObject({ kind: 'file', length: 64 * 27 * 4 });
    const read = kernels && (await constantReader(folder)(kernels));
    expect(read?.data[1]).toBeCloseTo(1 / 13 - 0.5);
  });

  it('turns Constant nodes into constants and names nodes that have no name', async () => {
    const graph = smallGraph();
    graph.node = graph.node.map((each) => ({ ...each, name: '' }));
    graph.node.unshift(node('Constant', [], ['k'], [{ name: 'value_ints', type: 7, ints: [1, 2] }]));
    graph.node.push(node('Identity', ['k'], ['kept']));
    const { graph: loaded } = await loadModel(writeFile('constant.onnx', modelBytes(graph)));
    expect(loaded.constants.get('k')).toMatchObject({ dtype: 'int64', shape: [2] });
    expect(loaded.nodes.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['Conv_c', 'Relu_r', 'GlobalAveragePool_p', 'Flatten_scores']),
    );
  });

  it('sorts nodes that the file holds in the wrong order', async () => {
    const graph = smallGraph();
    graph.node.reverse();
    const { graph: loaded } = await loadModel(writeFile('reversed.onnx', modelBytes(graph)));
    expect(loaded.nodes.map(({ opType }) => opType)).toEqual([
      'Conv',
      'Relu',
      'GlobalAveragePool',
      'Flatten',
    ]);
  });

  it('inlines functions, filling attribute references in', async () => {
    const graph = smallGraph();
    graph.node[1] = {
      ...node('Leaky', ['c'], ['r'], [{ name: 'slope', type: 1, f: 0.25 }]),
      name: 'call',
      domain: 'local',
    };
    const body = node('LeakyRelu', ['x'], ['y'], [{ name: 'alpha', type: 1, refAttrName: 'slope' }]);
    const fn = {
      name: 'Leaky',
      domain: 'local',
      input: ['x'],
      output: ['out'],
      attribute: ['slope'],
      attributeProto: [],
      overload: '',
      node: [body, node('Neg', ['y'], ['out'])],
      opsetImport: [{ domain: '', version: 17 }],
    };
    const bytes = modelBytes(graph, { functions: [fn] });
    const { graph: loaded } = await loadModel(writeFile('function.onnx', bytes));
    const leaky = loaded.nodes[1];
    expect(leaky).toMatchObject({ opType: 'LeakyRelu', inputs: ['c'], outputs: ['call/y'] });
    expect(leaky?.attributes.get('alpha')).toEqual({ type: 'float', value: 0.25 });
    expect(loaded.nodes[2]).toMatchObject({ opType: 'Neg', outputs: ['r'] });
  });
});

describe('a broken model ends in one line that names the file', () => {
  const external = (location: string, length = String(64 * 27 * 4)): Uint8Array => {
    const graph = smallGraph();
    const entries = { location, offset: '0', length };
    graph.initializer[0] = {
      name: 'w',
      dims: [64, 3, 3, 3],
      dataType: 1,
      dataLocation: 1,
      externalData: Object.entries(entries).map(([key, text]) => ({ key, value: text })),
    };
    return modelBytes(graph);
  };
  const changed = (change: (graph: ReturnType<typeof smallGraph>) => void): Uint8Array => {
    const graph = smallGraph();
    change(graph);
    return modelBytes(graph);
  };

  it.each<[string, Uint8Array | string, RegExp]>([
    ['an empty file', '', /empty/],
    ['a text file', 'this is a note about a model, nothing more\n', /not a whole ONNX model/],
    ['a JSON file', '{"a": 1}', /not a whole ONNX model|no graph/],
    ['a model without a graph', new Uint8Array([8, 8]), /no graph/],
    [
      'a cycle',
      changed((g) => (g.node[0] = node('Conv', ['p', 'w', 'b'], ['c']))),
      /'Conv_c' \(Conv\).*cycle/,
    ],
    [
      'a tensor nobody makes',
      changed((g) => (g.node[1] = node('Relu', ['nothing'], ['r']))),
      /'Relu_r'.*'nothing'/,
    ],
    ['a tensor made twice', changed((g) => g.node.push(node('Relu', ['c'], ['r']))), /'r' is made twice/],
    ['an output nobody makes', changed((g) => (g.output = [value('none')])), /output 'none'/],
    [
      'a shape of 10^10 elements',
      changed((g) => (g.initializer[0] = weight('w', [100000, 100000], new Uint8Array(8)))),
      /'w'.*40000000000 bytes.*has 8/,
    ],
    [
      'an unknown type',
      changed((g) => (g.initializer[0] = { ...weight('w', [1]), dataType: 99 })),
      /'w'.*type 99/,
    ],
    ['missing external data', external('gone.bin'), /'w'.*'gone\.bin'.*missing/],
    ['external data above the folder', external('../secret.bin'), /outside the model's folder.*refused/],
    ['external data at an absolute path', external('/etc/passwd'), /outside the model's folder.*refused/],
    [
      'external data behind the end of a file',
      external('short.bin', '99999999'),
      /'w'.*short\.bin, which has 4/,
    ],
  ])('%s', async (name, bytes, message) => {
    writeFileSync(join(modelFolder, 'short.bin'), 'abcd');
    const file = writeFile(`${name.replaceAll(/\W/g, '-')}.onnx`, bytes);
    const error = await loadModel(file).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'UserError', message: expect.stringMatching(message) as string });
    expect((error as Error).message).toContain(file);
    expect((error as Error).message).not.toContain('\n');
  });

  it('external data behind a link out of the folder', async () => {
    symlinkSync('/etc/hostname', join(modelFolder, 'link.bin'));
    const file = writeFile('link.onnx', external('link.bin'));
    await expect(loadModel(file)).rejects.toThrow(/outside the model's folder/);
  });

  it('a function that calls itself', async () => {
    const loop = { ...node('F', ['x'], ['y']), domain: 'local' };
    const fn = {
      name: 'F',
      domain: 'local',
      input: ['x'],
      output: ['y'],
      attribute: [],
      attributeProto: [],
      overload: '',
      node: [loop],
      opsetImport: [],
    };
    const graph = smallGraph();
    graph.node[1] = { ...node('F', ['c'], ['r']), domain: 'local' };
    const file = writeFile('recursion.onnx', modelBytes(graph, { functions: [fn] }));
    await expect(loadModel(file)).rejects.toThrow(/'F' calls itself/);
  });

  it('a truncated file, wherever it is cut', async () => {
    const whole = modelBytes(smallGraph());
    for (let length = 1; length < whole.length; length += 97) {
      const error = await loadModel(writeFile('cut.onnx', whole.subarray(0, length))).catch(
        (reason: unknown) => reason,
      );
      expect(error).toMatchObject({ name: 'UserError' });
    }
  });

  it('flipped bits: an error for the user or a model, never anything else', async () => {
    const whole = modelBytes(smallGraph());
    let state = 12345;
    const random = (below: number): number => {
      state = (state * 1103515245 + 12345) % 2147483648;
      return state % below;
    };
    for (let round = 0; round < 300; round++) {
      const bytes = whole.slice();
      // The nodes stand at the beginning, inputs and outputs at the end; between them lie mere weights.
      const at = round % 2 === 0 ? random(400) : bytes.length - 1 - random(200);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8));
      const outcome = await loadModel(writeFile('flipped.onnx', bytes)).catch((reason: unknown) => reason);
      if (outcome instanceof Error) {
        expect(outcome.name, outcome.stack).toBe('UserError');
      }
    }
  });
});

it('keeps INT64_MAX, which exporters write for "to the end"', async () => {
  const largest = { low: -1, high: 0x7fffffff, toNumber: () => 2 ** 63 };
  const graph = smallGraph();
  graph.node.unshift(node('Constant', [], ['end'], [{ name: 'value_ints', type: 7, ints: [largest] }]));
  graph.node.push(node('Custom', ['end'], ['z'], [{ name: 'ends', type: 7, ints: [largest, -3] }]));
  graph.output.push(value('z'));
  const model = await loadModel(writeFile('largest.onnx', modelBytes(graph)));
  const end = model.graph.constants.get('end');
  expect((end && (await constantReader(model.folder)(end)))?.data).toEqual(BigInt64Array.of(2n ** 63n - 1n));
  const again = await loadModel(writeFile('again.onnx', encodeModel(model).bytes));
  const custom = again.graph.nodes.find(({ opType }) => opType === 'Custom');
  expect(custom?.attributes.get('ends')).toEqual({ type: 'ints', value: [2 ** 63, -3] });
});
