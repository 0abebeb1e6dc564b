/** The order in which a source is asked, and that the first who can answer says what the interpreter would. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it, vi } from 'vitest';

import { openNetwork } from '../../../../src/core/network/open.js';
import type { Network } from '../../../../src/core/network/network.js';
import { followingIn } from '../../../../src/core/source/following.js';
import type { SourceFiles } from '../../../../src/core/source/imports.js';
import { mapSource } from '../../../../src/core/source/mapSource.js';
import { plainTrees } from '../../../../src/core/source/plainTrees.js';
import type { PlainTrees } from '../../../../src/core/source/plainTrees.js';
import { rangeKey } from '../../../../src/core/source/positions.js';
import { readSource } from '../../../../src/core/source/readSource.js';
import { SourceReader } from '../../../../src/core/source/sourceReader.js';
import type { SourceMap } from '../../../../src/core/source/sourceMap.js';
import { pythonParser } from '../../../../src/core/source/syntax.js';
import { weight } from '../onnx/build.js';
import { networkOf } from '../onnx/networkOf.js';
import { diskFiles, FIXTURES, textFiles } from './files.js';

vi.mock(import('../../../../src/core/source/readSource.js'), async (original) => {
  const module = await original();
  return { ...module, readSource: vi.fn(module.readSource) };
});

const NET = '/project/net.py';
const HEAD = 'import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n\n';

async function plainOf(files: SourceFiles, file: string): Promise<PlainTrees> {
  const parser = await pythonParser();
  return plainTrees(parser, files, file, followingIn(parser, files, file));
}

async function byQuery(network: Network, files: SourceFiles, file: string): Promise<SourceMap | undefined> {
  const { trees } = await plainOf(files, file);
  return mapSource(network, { trees, keras: [], texts: new Map([[file, files.read(file) ?? '']]) }, 'query');
}

async function byInterpreter(
  network: Network,
  files: SourceFiles,
  file: string,
): Promise<SourceMap | undefined> {
  return mapSource(network, await readSource(await pythonParser(), files, file));
}

/** All that a map says but who told, in an order that does not depend on it. */
function told(map: SourceMap | undefined): unknown {
  const { anchors, folded, sources, coverage, isExact, owner } = map ?? fail();
  const places = [...anchors].map(([file, all]) => [
    file,
    all
      .map((each) => [`${each.role} ${rangeKey(each.range)}`, each] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  ]);
  return {
    coverage,
    isExact,
    owner,
    places,
    folded,
    sources: [...sources].sort(([a], [b]) => (a < b ? -1 : 1)),
  };
}

function fail(): never {
  throw new Error('the source does not match the network');
}

describe('each is answered by', () => {
  const fixture = (name: string) => join(FIXTURES, name);
  const embedded = (name: string) => `media/models/${name}-caltech101.onnx`;

  it.each([
    [fixture('plain.py'), fixture('plain-dynamo.onnx'), { made: 'query', called: 'traces' }],
    [fixture('plain.py'), fixture('plain-torchscript.onnx'), { made: 'query', called: 'interpreter' }],
    ['samples/zfnet.py', embedded('zfnet'), { made: 'query', called: 'interpreter' }],
    ['samples/alexnet.py', embedded('alexnet'), { made: 'query', called: 'interpreter' }],
    [fixture('nested.py'), fixture('nested-dynamo.onnx'), { made: 'interpreter', called: 'interpreter' }],
    [fixture('equal.py'), fixture('equal-torchscript.onnx'), { made: 'interpreter', called: 'interpreter' }],
    // A file of building blocks, of which only the lines are told.
    [fixture('blocks.py'), fixture('nested-dynamo.onnx'), { made: undefined, called: 'traces' }],
  ])('%s, %s', async (file, model, ways) => {
    const report = await new SourceReader().connect({ roots: [], texts: new Map() }, file, [model]);
    const map = report.maps.get(model);
    expect(map?.ways).toEqual(ways);
    const network = await openNetwork(model);
    expect(told(map)).toEqual(told(await byInterpreter(network, diskFiles(), file)));
    // It goes from thread to thread.
    expect(structuredClone(map)).toEqual(map);
  });
});

describe('a plain file', () => {
  type LayerSpec = readonly [path: string, opType: string, ...weights: number[]];

  /** Layers one behind the other, as TorchScript names them: `/features/features.0/Conv`. */
  const chain = (...layers: readonly LayerSpec[]): Network =>
    networkOf({
      inputs: { x: [1, 3, 8, 8] },
      constants: layers.flatMap(([path, , ...shape]) =>
        shape.length === 0 ? [] : [weight(`${path}.weight`, ...shape)],
      ),
      nodes: layers.map(([path, opType, ...shape], place) => {
        const scopes = path.split('.').map((_, last, parts) => parts.slice(0, last + 1).join('.'));
        return {
          opType,
          name: `/${scopes.join('/')}/${opType}`,
          inputs: [place === 0 ? 'x' : `t${place - 1}`, ...(shape.length === 0 ? [] : [`${path}.weight`])],
          outputs: [`t${place}`],
        };
      }),
    });

  it('says the same by the query as by the interpreter, which is not asked where forward calls modules alone', async () => {
    const source = `${HEAD}
class Net(nn.Module):
    """A docstring."""

    def __init__(self, width: int = 2 * 2, *, bias=True):
        super(Net, self).__init__()
        # A comment.
        self.width = width
        self.features = nn.Sequential(
            nn.Conv2d(3, width, (1, 1), bias=bias),
            nn.ReLU(inplace=True),
        )
        self.gate = nn.Sigmoid()
        self.last = nn.Conv2d(width, 5, kernel_size=1)

    def forward(self, x):
        x = self.gate(self.features(x))
        return self.last(x)
`;
    const network = chain(
      ['features.0', 'Conv', 4, 3, 1, 1],
      ['features.1', 'Relu'],
      ['gate', 'Sigmoid'],
      ['last', 'Conv', 5, 4, 1, 1],
    );
    const files = textFiles({ [NET]: source });
    const map = await byQuery(network, files, NET);
    expect(map?.ways).toEqual({ made: 'query', called: 'query' });
    expect(map?.isExact).toBe(true);
    expect(told(map)).toEqual(told(await byInterpreter(network, files, NET)));
  });

  it('lets the interpreter follow a forward with branches, and a module that is called twice', async () => {
    const net = (forward: string) => `${HEAD}
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(3, 3, 1)
        self.b = nn.Conv2d(3, 4, 1)
        self.relu = nn.ReLU()

    def forward(self, x):
        ${forward}
`;
    const network = chain(
      ['a', 'Conv', 3, 3, 1, 1],
      ['relu', 'Relu'],
      ['b', 'Conv', 4, 3, 1, 1],
      ['relu', 'Relu'],
    );
    for (const forward of [
      'return self.relu(self.b(self.relu(self.a(x))))',
      'for layer in (self.a, self.b):\n            x = self.relu(layer(x))\n        return x',
    ]) {
      const files = textFiles({ [NET]: net(forward) });
      const map = await byQuery(network, files, NET);
      expect(map?.ways).toEqual({ made: 'query', called: 'interpreter' });
      expect(told(map)).toEqual(told(await byInterpreter(network, files, NET)));
    }
  });

  const CLASS = 'class Net(nn.Module):\n    def __init__(self, n=4):\n        super().__init__()\n';
  const FORWARD = '    def forward(self, x):\n        return self.a(x)\n';

  it.each([
    [
      'a loop',
      `${CLASS}        for i in range(2):\n            setattr(self, f"a{i}", nn.Conv2d(3, 4, 1))\n${FORWARD}`,
    ],
    [
      'a comprehension',
      `${CLASS}        self.a = nn.Sequential(*[nn.Conv2d(3, 3, 1) for _ in range(n)])\n${FORWARD}`,
    ],
    [
      'a factory',
      `def conv(n):\n    return nn.Conv2d(3, n, 1)\n\n${CLASS}        self.a = conv(n)\n${FORWARD}`,
    ],
    ['a condition', `${CLASS}        if n > 3:\n            self.a = nn.Conv2d(3, 4, 1)\n${FORWARD}`],
    [
      'a statement behind an assignment',
      `${CLASS}        self.a = nn.Conv2d(3, 4, 1); self.a = wrap(self.a)\n${FORWARD}`,
    ],
    [
      'another method',
      `${CLASS}        self.a = nn.Conv2d(3, 4, 1)\n${FORWARD}    def extra(self):\n        pass\n`,
    ],
    [
      'a class of the file',
      `${CLASS}        self.a = Block()\n${FORWARD}class Block(nn.Module):\n    pass\n`,
    ],
    [
      'a class that derives from it',
      `${CLASS}        self.a = nn.Conv2d(3, 4, 1)\n${FORWARD}class Wide(Net):\n    pass\n`,
    ],
    [
      'layers elsewhere',
      `${CLASS}        self.a = nn.Conv2d(3, 4, 1)\n${FORWARD}net = Net()\nnet.a = nn.Conv2d(3, 4, 1)\n`,
    ],
    [
      'another meaning of an import',
      `${CLASS}        self.a = nn.Conv2d(3, 4, 1)\n${FORWARD}def nn(): pass\n`,
    ],
    ['a constant of the file', `SIZE = 4\n${CLASS}        self.a = nn.Conv2d(3, SIZE, 1)\n${FORWARD}`],
  ])('is none with %s', async (_, text) => {
    expect((await plainOf(textFiles({ [NET]: HEAD + text }), NET)).trees).toEqual([]);
  });

  it('is none where it imports a file of the workspace', async () => {
    const text = `${HEAD}import blocks\n${CLASS}        self.a = nn.Conv2d(3, 4, 1)\n${FORWARD}`;
    expect((await plainOf(textFiles({ [NET]: text }), NET)).trees).toHaveLength(1);
    expect((await plainOf(textFiles({ [NET]: text, '/project/blocks.py': '' }), NET)).trees).toEqual([]);
  });

  it('is all that the file makes, unless something makes its networks with other arguments', async () => {
    const text = `${HEAD}${CLASS}        self.a = nn.Conv2d(3, n, 1)\n${FORWARD}`;
    const isComplete = async (end: string): Promise<boolean> =>
      (await plainOf(textFiles({ [NET]: text + end }), NET)).isComplete;
    expect(await isComplete('')).toBe(true);
    expect(await isComplete('if __name__ == "__main__":\n    net = Net()\n')).toBe(true);
    expect(await isComplete('net = Net(5)\n')).toBe(false);
    expect(await isComplete('make = Net\n')).toBe(false);
    const five = chain(['a', 'Conv', 5, 3, 1, 1]);
    expect(await byQuery(five, textFiles({ [NET]: `${text}net = Net(5)\n` }), NET)).toBeUndefined();
    const map = await byInterpreter(five, textFiles({ [NET]: `${text}net = Net(5)\n` }), NET);
    expect(map?.isExact).toBe(true);
  });
});

it('asks the interpreter for no other network than the file makes', async () => {
  const models = ['zfnet', 'alexnet'].map((name) => `media/models/${name}-caltech101.onnx`);
  const edited = {
    roots: [],
    texts: new Map([['samples/zfnet.py', readFileSync('samples/zfnet.py', 'utf8')]]),
  };
  const reader = new SourceReader();
  vi.mocked(readSource).mockClear();
  const first = await reader.connect(edited, 'samples/zfnet.py', models);
  expect([...first.maps.keys()]).toEqual(models.slice(0, 1));
  expect(first.milliseconds).toBeGreaterThan(0);
  expect((await reader.connect(edited, 'samples/zfnet.py', models)).milliseconds).toBeUndefined();
  expect(readSource).not.toHaveBeenCalled();
  // With another number of classes it may be another network.
  edited.texts.set('samples/zfnet.py', `${edited.texts.get('samples/zfnet.py') ?? ''}\nnet = ZFNet(10)\n`);
  await reader.connect(edited, 'samples/zfnet.py', models);
  expect(readSource).toHaveBeenCalledOnce();
});
