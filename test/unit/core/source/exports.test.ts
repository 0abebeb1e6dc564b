/** Networks exported by both of PyTorch's exporters, against the lines where Python itself made their modules. */

import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { openNetwork } from '../../../../src/core/network/open.js';
import type { Network } from '../../../../src/core/network/network.js';
import { readSource } from '../../../../src/core/source/readSource.js';
import type { Source } from '../../../../src/core/source/readSource.js';
import { mapSource } from '../../../../src/core/source/mapSource.js';
import type { LayerSource, SourceMap } from '../../../../src/core/source/sourceMap.js';
import { parseStackTrace } from '../../../../src/core/source/stackTraces.js';
import { pythonParser } from '../../../../src/core/source/syntax.js';
import { networkOf } from '../onnx/networkOf.js';
import { diskFiles, FIXTURES, textFiles } from './files.js';

type Places = Readonly<
  Record<string, Readonly<Record<string, { class: string; places: readonly (readonly [string, number])[] }>>>
>;

const PLACES = JSON.parse(readFileSync(join(FIXTURES, 'places.json'), 'utf8')) as Places;
const WEIGHTED = ['Conv2d', 'Linear'];

async function mapped(name: string, exporter: string): Promise<{ network: Network; map: SourceMap }> {
  const network = await openNetwork(join(FIXTURES, `${name}-${exporter}.onnx`));
  const map = mapSource(network, await source(`${name}.py`));
  if (map === undefined) {
    throw new Error(`${name}.py does not match ${name}-${exporter}.onnx`);
  }
  return { network, map };
}

async function source(file: string): Promise<Source> {
  return readSource(await pythonParser(), diskFiles(), join(FIXTURES, file));
}

function lines(ranges: LayerSource | undefined): unknown {
  return [...(ranges?.created ?? [])].reverse().map(({ file, start }) => [basename(file), start.line + 1]);
}

describe.each(['torchscript', 'dynamo'])('%s exports', (exporter) => {
  it.each(['plain', 'nested'])('find where every Conv2d and Linear of %s was made', async (name) => {
    const { network, map } = await mapped(name, exporter);
    const wanted = Object.entries(PLACES[name] ?? {}).filter(([, each]) => WEIGHTED.includes(each.class));
    expect(wanted.length).toBeGreaterThan(3);
    for (const [path, { places }] of wanted) {
      expect(network.layers.map((layer) => layer.name)).toContain(path);
      expect({ path, at: lines(map.sources.get(path)) }).toEqual({ path, at: places });
    }
    expect(map.isExact).toBe(true);
  });

  it('find where layers of equal weights were made, which the exporter may keep once', async () => {
    const { network, map } = await mapped('equal', exporter);
    const text = readFileSync(join(FIXTURES, 'equal.py'), 'utf8').split('\n');
    const madeAt = (code: string): readonly string[] | undefined => {
      const at = map.anchors
        .get(join(FIXTURES, 'equal.py'))
        ?.find(({ role, range }) => role === 'creation' && text[range.start.line]?.includes(code));
      return at?.layers;
    };
    expect(madeAt('norm_layer(dim)')).toEqual([0, 1, 2].map((stage) => `stages.${stage}.block.1`));
    expect(madeAt('groups=dim')).toEqual([0, 1, 2].map((stage) => `stages.${stage}.block.0`));
    for (const [path, { class: name, places }] of Object.entries(PLACES['equal'] ?? {})) {
      if (name === 'ChannelNorm') {
        expect(network.layers.map((layer) => layer.name)).toContain(path);
        expect({ path, at: lines(map.sources.get(path)) }).toEqual({ path, at: places });
      }
    }
    const norms = network.layers.filter(({ node }) => node.opType === 'LayerNormalization');
    // The module that runs twice keeps the name of its weights.
    expect(norms.map(({ name }) => name).at(-1)).toBe('norm_2');
  });

  it('tells which convolution a batch normalisation was folded into', async () => {
    const { map, network } = await mapped('nested', exporter);
    expect(network.layers.some(({ node }) => node.opType === 'BatchNormalization')).toBe(false);
    const file = join(FIXTURES, 'blocks.py');
    const text = readFileSync(file, 'utf8').split('\n');
    const created = (map.folded.get(file) ?? []).filter(({ role }) => role === 'creation');
    expect(created.map(({ range, into }) => [text[range.start.line]?.trim(), into])).toEqual([
      ['self.bn1 = norm_layer(outputs)', ['layer1.0.conv1', 'layer2.0.conv1', 'layer2.1.conv1']],
      [
        'self.bn2 = norm_layer(outputs * self.expansion)',
        ['layer1.0.conv2', 'layer2.0.conv2', 'layer2.1.conv2'],
      ],
      ['norm_layer(outputs),', ['layer2.0.downsample.0']],
    ]);
    expect(map.folded.get(join(FIXTURES, 'nested.py'))).toBeUndefined();
  });

  it('finds the calls of forward that make layers without weights', async () => {
    const { map } = await mapped('plain', exporter);
    const text = readFileSync(join(FIXTURES, 'plain.py'), 'utf8').split('\n');
    const codeOf = (layer: string): string[] =>
      (map.sources.get(layer)?.calls ?? []).map(({ start, end }) =>
        (text[start.line] ?? '').slice(start.column, end.column),
      );
    expect(codeOf('relu1')).toEqual(['F.relu(self.conv1(x))']);
    expect(codeOf('relu2')).toEqual(['F.relu(self.conv2(x))']);
    expect(codeOf('pool2')).toEqual(['F.max_pool2d(x, 2)']);
    expect(codeOf('flatten2')).toEqual(['torch.flatten(x, 1)']);
    expect(codeOf('prob')).toEqual(['F.softmax(self.fc2(x), dim=1)']);
  });

  it('tells the uses of a module that is used twice apart, and joins', async () => {
    const { map, network } = await mapped('nested', exporter);
    const blocks = readFileSync(join(FIXTURES, 'blocks.py'), 'utf8').split('\n');
    const callsIn = (code: string): readonly string[] => {
      const line = blocks.findIndex((each) => each.includes(code));
      const anchors = map.anchors.get(join(FIXTURES, 'blocks.py')) ?? [];
      return anchors
        .filter(({ role, range }) => role === 'call' && range.start.line === line)
        .flatMap(({ layers }) => layers);
    };
    const operators = (names: readonly string[]): string[] =>
      names.map((name) => network.layers.find((layer) => layer.name === name)?.node.opType ?? '?');
    expect(operators(callsIn('out += identity'))).toEqual(['Add', 'Add', 'Add']);
    expect(operators(callsIn('return self.relu(out)'))).toEqual(['Relu', 'Relu', 'Relu']);
    const all = network.layers.filter(({ node }) => node.opType === 'Add' || node.opType === 'Relu');
    expect(all.every(({ name }) => map.sources.get(name) !== undefined)).toBe(true);
  });
});

it('does not tell of folding where a bias may be the own one of the convolution', async () => {
  const disk = diskFiles();
  const biased = {
    roots: disk.roots,
    read: (file: string) => disk.read(file)?.replaceAll(/, bias=False/g, ''),
  };
  const network = await openNetwork(join(FIXTURES, 'nested-torchscript.onnx'));
  const map = mapSource(network, await readSource(await pythonParser(), biased, join(FIXTURES, 'nested.py')));
  expect(map?.coverage).toBe(1);
  expect(map?.folded.size).toBe(0);
});

it('tells of each module that a place makes what comes out of it', async () => {
  const source = `
from torch import nn

class Block(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(inputs, outputs, 1), nn.ReLU(), nn.Conv2d(outputs, outputs, 1))

    def forward(self, x):
        return self.body(x)

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = Block(3, 4)
        self.b = Block(4, 5)

    def forward(self, x):
        return self.b(self.a(x))
`;
  const conv = (path: string, input: string, output: string) => ({
    opType: 'Conv',
    name: `/${path.replace('.', '/')}/Conv`,
    inputs: [input, `${path}.weight`],
    outputs: [output],
  });
  const network = networkOf({
    inputs: { x: [1, 3, 8, 8] },
    nodes: [
      conv('a.body.0', 'x', 'a0'),
      { opType: 'Relu', inputs: ['a0'], outputs: ['a1'] },
      conv('a.body.2', 'a1', 'a2'),
      conv('b.body.0', 'a2', 'b0'),
      { opType: 'Relu', inputs: ['b0'], outputs: ['b1'] },
      conv('b.body.2', 'b1', 'b2'),
    ],
  });
  const files = textFiles({ '/project/net.py': source });
  const map = mapSource(network, await readSource(await pythonParser(), files, '/project/net.py'));
  const line = source.split('\n').indexOf('        return self.body(x)');
  const used = map?.anchors
    .get('/project/net.py')
    ?.find(({ role, isLeaf, range }) => role === 'use' && !isLeaf && range.start.line === line);
  expect(used?.outputs).toEqual(['a.body.2', 'b.body.2']);
  expect(used?.layers).toHaveLength(6);
});

it('agrees with the stack traces of the exporter on every line of forward', async () => {
  let compared = 0;
  for (const name of ['plain', 'nested']) {
    const { network, map } = await mapped(name, 'dynamo');
    for (const { name: layer, node } of network.layers) {
      const frames = parseStackTrace(node.metadata.get('pkg.torch.onnx.stack_trace') ?? '');
      const own = frames.filter(({ file }) => file.includes('/project/')).at(-1);
      const [call] = map.sources.get(layer)?.calls ?? [];
      if (own !== undefined) {
        const at = { file: basename(call?.file ?? ''), line: call?.start.line };
        expect({ layer, ...at }).toEqual({ layer, file: basename(own.file), line: own.line });
        compared++;
      }
    }
  }
  expect(compared).toBeGreaterThan(40);
});

it('finds lines by the stack traces alone, and not where the code has changed', async () => {
  const network = await openNetwork(join(FIXTURES, 'plain-dynamo.onnx'));
  const text = readFileSync(join(FIXTURES, 'plain.py'), 'utf8');
  const at = (file: string, now: string): SourceMap | undefined =>
    mapSource(network, { trees: [], keras: [], texts: new Map([[file, now]]) });
  const original = at('/project/plain.py', text);
  expect(original?.sources.get('conv2')?.calls.map(({ start }) => start.line)).toEqual([19]);
  const moved = at('/project/plain.py', `\n\n${text}`);
  expect(moved?.sources.get('conv2')?.calls.map(({ start }) => start.line)).toEqual([21]);
  const changed = text.replace('x = F.relu(self.conv2(x))', 'x = F.gelu(self.conv2(x))');
  const other = at('/project/plain.py', changed);
  expect(other?.sources.get('conv2')).toBeUndefined();
  expect(other?.sources.get('conv1')).toBeDefined();
  expect(at('/project/other.py', text)).toBeUndefined();
});

it('does not match a network with the source of another', async () => {
  const [plain, nested] = [await source('plain.py'), await source('nested.py')];
  const network = await openNetwork(join(FIXTURES, 'nested-torchscript.onnx'));
  expect(mapSource(network, plain)).toBeUndefined();
  expect(mapSource(network, { ...plain, trees: [...plain.trees, ...nested.trees] })?.coverage).toBe(1);
});
