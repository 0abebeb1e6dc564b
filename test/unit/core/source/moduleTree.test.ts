/** Module paths and the lines of their creation, for ways of writing a network. */

import { expect, it } from 'vitest';

import { Budget } from '../../../../src/core/source/budget.js';
import { matchTrees } from '../../../../src/core/source/match.js';
import { moduleTrees, pathsIn } from '../../../../src/core/source/moduleTree.js';
import { torchClassOf } from '../../../../src/core/source/layerClasses.js';
import { pythonParser } from '../../../../src/core/source/syntax.js';
import { textFiles } from './files.js';

/** `path line class` of every library module that an entry makes, lines counted from 1. */
async function modules(
  source: string,
  entry: string,
  others: Record<string, string> = {},
): Promise<string[]> {
  const file = '/project/net.py';
  const texts = Object.fromEntries(Object.entries(others).map(([name, text]) => [`/project/${name}`, text]));
  const trees = await moduleTrees(
    await pythonParser(),
    textFiles({ ...texts, [file]: source }),
    file,
    new Budget(),
  );
  const tree = trees.find((each) => each.entry === entry);
  return [...pathsIn(tree?.root ?? fail(entry))]
    .filter(([instance]) => instance.type.kind === 'external')
    .map(
      ([instance, path]) =>
        `${path} ${(instance.created.at(-1)?.start.line ?? -1) + 1} ${torchClassOf(instance) ?? '?'}`,
    );
}

function fail(entry: string): never {
  throw new Error(`${entry} makes no module`);
}

const HEAD = 'import torch.nn as nn\nfrom torch import nn as n2\nfrom functools import partial\n';

it('names attributes, setattr, add_module, and lists of constant length', async () => {
  const source = `${HEAD}
class Net(nn.Module):
    def __init__(self, depth=2):
        super(Net, self).__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        for i in range(depth):
            self.add_module("block%d" % (i + 1), n2.Linear(8, 8))
        for name, width in [("a", 1), ("b", 2)]:
            setattr(self, "head_{}".format(name), nn.Linear(8, width))
        self.steps = nn.ModuleList([nn.Linear(8, 8) for _ in range(2)])
        self.steps.append(nn.Linear(8, 9))
`;
  expect(await modules(source, 'Net')).toEqual([
    'conv 8 Conv2d',
    'block1 10 Linear',
    'block2 10 Linear',
    'head_a 12 Linear',
    'head_b 12 Linear',
    'steps 13 ModuleList',
    'steps.0 13 Linear',
    'steps.1 13 Linear',
    'steps.2 14 Linear',
  ]);
});

it('follows functions, partials, class attributes, inheritance and defaults', async () => {
  const source = `${HEAD}
conv = partial(nn.Conv2d, kernel_size=3)

class Block(nn.Sequential):
    width = 4

    def __init__(self, inputs, norm=nn.BatchNorm2d):
        layers = [conv(inputs, self.width)]
        if norm is not None:
            layers.append(norm(self.width))
        super().__init__(*layers)

class Wide(Block):
    width = 6

def build(block=Wide, *, norm=None, **kwargs):
    if kwargs.get("bias", False):
        raise ValueError("no bias")
    return nn.Sequential(block(3, norm), Block(6))
`;
  expect(await modules(source, 'build')).toEqual([
    ' 22 Sequential',
    '0.0 11 Conv2d',
    '1.0 11 Conv2d',
    '1.1 13 BatchNorm2d',
  ]);
});

it('reads classes of other files, by absolute and relative imports', async () => {
  const source = `${HEAD}
from parts import Head
from .parts import WIDTHS as widths
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.heads = nn.ModuleDict({k: Head(v) for k, v in widths.items()})
`;
  const parts =
    'from torch.nn import Linear, Module\nWIDTHS = dict(a=1, b=2)\nclass Head(Module):\n  def __init__(self, n):\n    self.out = Linear(3, n)\n';
  expect(await modules(source, 'Net', { 'parts.py': parts })).toEqual([
    'heads 10 ModuleDict',
    'heads.a.out 5 Linear',
    'heads.b.out 5 Linear',
  ]);
});

it('tries a condition on a parameter both ways, and reads programs at the top of a file', async () => {
  const source = `${HEAD}
class Net(nn.Module):
    def __init__(self, wide):
        super().__init__()
        if wide:
            self.out = nn.Linear(8, 100)
        else:
            self.out = nn.Linear(8, 10)

if __name__ == "__main__":
    model = Net(True)
`;
  const file = '/project/net.py';
  const trees = await moduleTrees(await pythonParser(), textFiles({ [file]: source }), file, new Budget());
  const lines = trees.map(({ entry, root }) => {
    const out = root.attributes.get('out');
    return [entry, out?.kind === 'instance' ? (out.created.at(-1)?.start.line ?? 0) + 1 : 0];
  });
  expect(lines).toEqual([
    ['Net', 11],
    ['Net', 9],
    ['', 9],
  ]);
  const wide = { layer: 'out', paths: ['out'], operator: 'Gemm', weights: [100, 8] };
  const match = matchTrees(trees, [wide]);
  expect(match?.modules.get('out')?.created.at(-1)?.start.line).toBe(8);
  expect(matchTrees(trees, [{ ...wide, weights: [50, 8] }])).toBeUndefined();
});

it('says nothing where several lines could have made a layer', async () => {
  const source = `${HEAD}
class Net(nn.Module):
    def __init__(self, n, kind):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3)
        self.layers = nn.ModuleList()
        for i in range(n):
            self.layers.append(nn.Linear(8, 8))
            self.layers.append(nn.Linear(8, 8))
`;
  const file = '/project/net.py';
  const trees = await moduleTrees(await pythonParser(), textFiles({ [file]: source }), file, new Budget());
  const layers = [
    { layer: 'stem', paths: ['stem'], operator: 'Conv', weights: [8, 3, 3, 3] },
    { layer: 'layers.0', paths: ['layers.0'], operator: 'Gemm', weights: [8, 8] },
  ];
  const match = matchTrees(trees, layers);
  expect([...(match?.modules.keys() ?? [])]).toEqual(['stem']);
});

it('does not take the surer of two branches for all uses of a block', async () => {
  const source = `${HEAD}
class Block(nn.Module):
    def __init__(self, width, kind, other):
        super().__init__()
        if kind:
            self.conv = nn.Conv2d(8, 8, 3)
        else:
            self.conv = nn.Conv2d(width, other, 3)

class Net(nn.Module):
    def __init__(self, a, b, c):
        super().__init__()
        self.one = Block(8, a, c)
        self.two = Block(8, b, c)
        self.out = nn.Linear(8, 2)
`;
  const file = '/project/net.py';
  const trees = await moduleTrees(await pythonParser(), textFiles({ [file]: source }), file, new Budget());
  const conv = { operator: 'Conv', weights: [8, 8, 3, 3] };
  const match = matchTrees(trees, [
    { layer: 'one', paths: ['one.conv'], ...conv },
    { layer: 'two', paths: ['two.conv'], ...conv },
    { layer: 'out', paths: ['out'], operator: 'Gemm', weights: [2, 8] },
  ]);
  expect([...(match?.modules.keys() ?? [])]).toEqual(['out']);
});

it('finds the one line of a loop whose length the source does not say', async () => {
  const source = `${HEAD}
class Net(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.layers = nn.Sequential(*[nn.Linear(8, 8) for _ in range(n)])
        self.out = nn.Linear(8, 3)
`;
  const file = '/project/net.py';
  const trees = await moduleTrees(await pythonParser(), textFiles({ [file]: source }), file, new Budget());
  const layers = [0, 1, 2].map((place) => ({
    layer: `layers.${place}`,
    paths: [`model.layers.${place}`],
    operator: 'Gemm',
    weights: [8, 8],
  }));
  const match = matchTrees(trees, layers);
  expect(layers.map(({ layer }) => match?.modules.get(layer)?.created.at(-1)?.start.line)).toEqual([7, 7, 7]);
});

it('ends on code that never does, and on code that is broken', async () => {
  const source = `${HEAD}
def deep(n):
    return deep(n + 1)
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(1, 1)
        while True:
            deep(0)
class Broken(nn.Module:
    def __init__(self)
        self.b = nn.Linear(1
`;
  const file = '/project/net.py';
  expect(await moduleTrees(await pythonParser(), textFiles({ [file]: source }), file, new Budget())).toEqual(
    [],
  );
});
