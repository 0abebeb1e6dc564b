import { describe, expect, it } from 'vitest';

import { UserError } from '../../../../src/core/errors.js';
import { findLayer } from '../../../../src/core/network/layers.js';
import type { Layer } from '../../../../src/core/network/layers.js';
import { alexNet } from '../onnx/alexnet.js';
import { constant, float, i64, int, ints, string, weight } from '../onnx/build.js';
import type { GraphSpec, NodeSpec } from '../onnx/build.js';
import { networkOf } from '../onnx/networkOf.js';

function layersOf(spec: GraphSpec): readonly Layer[] {
  return networkOf(spec).layers;
}

const namesOf = (layers: readonly Layer[]): readonly string[] => layers.map(({ name }) => name);

/** AlexNet's layers in the paper's counting. */
const NUMBERED = [
  ...['conv1', 'relu1', 'norm1', 'pool1', 'conv2', 'relu2', 'norm2', 'pool2', 'conv3', 'relu3'],
  ...['conv4', 'relu4', 'conv5', 'relu5', 'pool5', 'flatten5', 'fc6', 'relu6', 'drop6', 'fc7', 'relu7'],
  ...['drop7', 'fc8', 'prob'],
];

const conv = (input: string, name: string, more: Partial<NodeSpec> = {}): NodeSpec => ({
  opType: 'Conv',
  inputs: [input, `${name}.weight`],
  attributes: { pads: ints([1, 1, 1, 1]) },
  ...more,
});
const kernel = (name: string, maps: number, inputs: number): ReturnType<typeof weight> =>
  weight(`${name}.weight`, maps, inputs, 3, 3);

describe('names', () => {
  it('are numbers as in the AlexNet paper where the file has none', () => {
    expect(namesOf(layersOf(alexNet((layer, part) => `${part}_${100 - layer}_x`)))).toEqual(NUMBERED);
  });

  it.each([
    ['the model zoo', (layer: number, part: string) => `${layer < 6 ? 'conv' : 'fc'}${layer}_${part}_0`],
    ['Caffe2', (layer: number, part: string) => `gpu_0/${layer < 6 ? 'conv' : 'fc'}${layer}_${part}_0`],
    [
      'PyTorch',
      (layer: number, part: string) =>
        `${layer < 6 ? 'conv' : 'fc'}${layer}.${part === 'w' ? 'weight' : 'bias'}`,
    ],
    [
      'Keras',
      (layer: number, part: string) =>
        `${layer < 6 ? 'conv' : 'fc'}${layer}/${part === 'w' ? 'kernel:0' : 'bias:0'}`,
    ],
  ])('come from weights as %s spells them, and the layers behind take their numbers', (_who, weightName) => {
    expect(namesOf(layersOf(alexNet(weightName)))).toEqual(NUMBERED);
  });

  it('keep two numbers where the weights have two', () => {
    const layers = layersOf({
      inputs: { x: [1, 3, 8, 8] },
      constants: [kernel('conv1_1', 4, 3), kernel('conv1_2', 4, 4)],
      nodes: [
        conv('x', 'conv1_1', { name: 'a' }),
        { opType: 'Relu', inputs: ['a'], name: 'b' },
        conv('b', 'conv1_2', { name: 'c' }),
        { opType: 'Relu', inputs: ['c'], name: 'd' },
        { opType: 'Relu', inputs: ['d'], name: 'e' },
      ],
    });
    expect(namesOf(layers)).toEqual(['conv1_1', 'relu1_1', 'conv1_2', 'relu1_2', 'relu1_2_2']);
  });

  const residual = (trace: (path: string, call: string) => Partial<NodeSpec>): readonly Layer[] =>
    layersOf({
      inputs: { x: [1, 3, 8, 8] },
      constants: [kernel('conv1', 4, 3), kernel('layer1.0.conv1', 4, 4), weight('fc.weight', 10, 4)],
      nodes: [
        conv('x', 'conv1', { outputs: ['a'], ...trace('conv1', 'Conv') }),
        { opType: 'Relu', inputs: ['a'], outputs: ['b'], ...trace('relu', 'Relu') },
        conv('b', 'layer1.0.conv1', { outputs: ['c'], ...trace('layer1.0.conv1', 'Conv') }),
        { opType: 'Relu', inputs: ['c'], outputs: ['d'], ...trace('layer1.0.relu', 'Relu') },
        { opType: 'Add', inputs: ['d', 'b'], outputs: ['e'], ...trace('layer1.0', 'Add') },
        {
          opType: 'GlobalAveragePool',
          inputs: ['e'],
          outputs: ['f'],
          ...trace('avgpool', 'GlobalAveragePool'),
        },
        { opType: 'Flatten', inputs: ['f'], outputs: ['g'], ...trace('', 'Flatten') },
        {
          opType: 'Gemm',
          inputs: ['g', 'fc.weight'],
          outputs: ['h'],
          attributes: { transB: int(1) },
          ...trace('fc', 'Gemm'),
        },
      ],
    });
  const residualNames = [
    ...['conv1', 'relu', 'layer1.0.conv1', 'layer1.0.relu', 'add2', 'avgpool', 'flatten2', 'fc'],
  ];

  it("are module paths that PyTorch's older exporter leaves in node names", () => {
    // Containers repeat their name in front of an index: layer1.0 is /layer1/layer1.0.
    const layers = residual((path, call) => ({
      name: `/${[...path.replace('layer1.0', 'layer1/layer1.0').split(/(?<!layer1)[./]/), call]
        .filter((part) => part !== '')
        .join('/')}`,
    }));
    expect(namesOf(layers)).toEqual(residualNames);
  });

  it("are module paths that PyTorch's newer exporter leaves in metadata", () => {
    const layers = residual((path, call) => {
      const parts = path.split('.');
      const scopes = path === '' ? [''] : ['', ...parts.map((_, end) => parts.slice(0, end + 1).join('.'))];
      const listed = [...scopes, call].map((scope) => `'${scope}'`).join(', ');
      return { name: `node_${path}_${call}`, metadata: { 'pkg.torch.onnx.name_scopes': `[${listed}]` } };
    });
    expect(namesOf(layers)).toEqual(residualNames);
    expect(layers.map(({ aliases }) => aliases[0])).toEqual([
      ...['node_conv1_Conv', 'relu1', 'conv2', 'relu2', 'node_layer1.0_Add', 'pool2', 'node__Flatten', 'fc3'],
    ]);
  });

  it('are unique where a module runs twice', () => {
    const layers = layersOf({
      inputs: { x: [1, 3, 8, 8] },
      constants: [kernel('shared', 3, 3)],
      nodes: [conv('x', 'shared', { name: 'a' }), conv('a', 'shared', { name: 'b' })],
    });
    expect(namesOf(layers)).toEqual(['shared', 'shared_2']);
    expect(layers.map(({ parameters }) => parameters)).toEqual([81, 0]);
  });

  const scopes = (...modules: string[]): Partial<NodeSpec> => ({
    metadata: {
      'pkg.torch.onnx.name_scopes': `['', ${[...modules, 'conv2d'].map((name) => `'${name}'`).join(', ')}]`,
    },
  });

  it('are those of the modules where the exporter kept equal weights once', () => {
    const layers = layersOf({
      inputs: { x: [1, 3, 8, 8] },
      constants: [kernel('first', 3, 3)],
      nodes: [
        conv('x', 'first', { name: 'a', ...scopes('first') }),
        conv('a', 'first', { name: 'b', ...scopes('block', 'block.second') }),
        { opType: 'Relu', inputs: ['b'], name: 'c', ...scopes('block', 'block.second') },
        conv('c', 'first', { name: 'd', ...scopes('third') }),
      ],
    });
    expect(namesOf(layers)).toEqual(['first', 'block.second', 'relu2', 'third']);
  });

  it('are those of the weights where a module shares them, runs twice, or holds other modules', () => {
    const layers = layersOf({
      inputs: { x: [1, 3, 8, 8] },
      constants: [kernel('shared', 3, 3)],
      nodes: [
        conv('x', 'shared', { name: 'a', ...scopes('shared') }),
        conv('a', 'shared', { name: 'b', ...scopes('twice') }),
        conv('b', 'shared', { name: 'c', ...scopes('twice') }),
        conv('c', 'shared', { name: 'd', ...scopes('block') }),
        { opType: 'Relu', inputs: ['d'], name: 'e', ...scopes('block', 'block.relu') },
      ],
    });
    expect(namesOf(layers)).toEqual(['shared', 'shared_2', 'shared_3', 'shared_4', 'block.relu']);
  });
});

describe('the list', () => {
  it('leaves out shape arithmetic, constants and additions of constants', () => {
    const layers = layersOf({
      inputs: { x: [1, 4, 6, 6] },
      constants: [
        i64('minus', -1),
        i64('size', 144, 10),
        constant('zero', 'int64', [1], [0]),
        weight('bias', 10),
      ],
      nodes: [
        { opType: 'Shape', inputs: ['x'], name: 'shape' },
        { opType: 'Gather', inputs: ['shape', 'zero'], name: 'batch' },
        { opType: 'Concat', inputs: ['batch', 'minus'], name: 'target', attributes: { axis: int(0) } },
        { opType: 'Reshape', inputs: ['x', 'target'], name: 'flat' },
        { opType: 'ConstantOfShape', inputs: ['size'], name: 'filled' },
        { opType: 'MatMul', inputs: ['flat', 'filled'], name: 'product' },
        { opType: 'Add', inputs: ['product', 'bias'], name: 'biased' },
        { opType: 'Softmax', inputs: ['biased'], name: 'softmax' },
      ],
    });
    expect(namesOf(layers)).toEqual(['flatten0', 'fc1', 'prob']);
    const [, fc] = layers;
    expect(fc?.output).toBe('biased');
    expect(fc?.parameters).toBe(144 * 10 + 10);
    expect(fc?.aliases).toEqual(['product', 'biased']);
  });

  it('has attention as products without weights and a softmax that is no class probability', () => {
    const layers = layersOf({
      inputs: { x: [1, 5, 8] },
      constants: [weight('w', 8, 8)],
      nodes: [
        { opType: 'MatMul', inputs: ['x', 'w'], name: 'q' },
        { opType: 'Transpose', inputs: ['x'], name: 'k', attributes: { perm: ints([0, 2, 1]) } },
        { opType: 'MatMul', inputs: ['q', 'k'], name: 'scores' },
        { opType: 'Softmax', inputs: ['scores'], name: 'weights' },
        { opType: 'MatMul', inputs: ['weights', 'x'], name: 'mixed' },
      ],
    });
    expect(namesOf(layers)).toEqual(['fc1', 'matmul1', 'softmax1', 'matmul1_2']);
  });
});

describe('the detail', () => {
  const detailOf = (node: NodeSpec, ...constants: NonNullable<GraphSpec['constants']>): string | undefined =>
    layersOf({ inputs: { x: [1, 4, 32, 32] }, constants, nodes: [node] })[0]?.detail;

  it.each<[string, NodeSpec]>([
    [
      '3x3, stride 4, pad 2, 2 groups',
      {
        opType: 'Conv',
        inputs: ['x', 'w'],
        attributes: { strides: ints([4, 4]), pads: ints([2, 2, 2, 2]), group: int(2) },
      },
    ],
    [
      '3x3, stride 2x1, pad 0 0 1 1, dilation 2',
      {
        opType: 'Conv',
        inputs: ['x', 'v'],
        attributes: { strides: ints([2, 1]), pads: ints([0, 0, 1, 1]), dilations: ints([2, 2]) },
      },
    ],
    [
      '3x3, stride 2, pad 0 0 1 1',
      {
        opType: 'Conv',
        inputs: ['x', 'v'],
        attributes: { strides: ints([2, 2]), auto_pad: string('SAME_UPPER') },
      },
    ],
    ['3x3, depthwise', { opType: 'Conv', inputs: ['x', 'd'], attributes: { group: int(4) } }],
    [
      '2x2, stride 2, rounded up',
      {
        opType: 'MaxPool',
        inputs: ['x'],
        attributes: { kernel_shape: ints([2, 2]), strides: ints([2, 2]), ceil_mode: int(1) },
      },
    ],
    ['size 5', { opType: 'LRN', inputs: ['x'], attributes: { size: int(5) } }],
    ['slope 0.1', { opType: 'LeakyRelu', inputs: ['x'], attributes: { alpha: float(Math.fround(0.1)) } }],
    ['', { opType: 'Relu', inputs: ['x'] }],
  ])('%s', (detail, node) => {
    const weights = [weight('w', 8, 2, 3, 3), weight('v', 8, 4, 3, 3), weight('d', 4, 1, 3, 3)];
    expect(detailOf(node, ...weights)).toBe(detail);
  });

  it('at least 0, at most 6, of a Clip that is called a rectifier', () => {
    const bounds = [constant('zero', 'float32', [], [0]), constant('six', 'float32', [], [6])];
    expect(detailOf({ opType: 'Clip', inputs: ['x', 'zero', 'six'] }, ...bounds)).toBe(
      'at least 0, at most 6',
    );
  });
});

describe('findLayer', () => {
  const layers = layersOf(alexNet((layer, part) => `features.${layer}.${part === 'w' ? 'weight' : 'bias'}`));

  it.each([
    ['the name', 'features.3'],
    ['the number', 'conv3'],
    ['the node', 'n8'],
    ['the output tensor', 't8'],
  ])('finds a layer by %s', (_by, query) => {
    expect(findLayer(layers, query).node.name).toBe('n8');
  });

  it('lists the nearest of an unknown name', () => {
    expect(() => findLayer(layers, 'Pool3')).toThrow(UserError);
    expect(() => findLayer(layers, 'Pool3')).toThrow(/no layer 'Pool3'.*'pool1' \(MaxPool\)/);
  });

  it('lists the candidates of an ambiguous one', () => {
    const twins = layers.slice(0, 2).map((layer) => ({ ...layer, aliases: ['twin'] }));
    expect(() => findLayer(twins, 'twin')).toThrow(/several layers.*'features.1' \(Conv\), 'relu1' \(Relu\)/);
  });

  it('says so where a model has no layers', () => {
    expect(() => findLayer([], 'conv1')).toThrow(/no layers/);
  });
});
