/** Windows against the whole network: the two ways of a sweep give the same numbers. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { lastSpatialLayer } from '../../../../src/core/analysis/photo/unoccluded.js';
import { openNetwork } from '../../../../src/core/network/open.js';
import type { Network } from '../../../../src/core/network/network.js';
import { decodeNpy } from '../../../../src/core/npy.js';
import { followedGraph } from '../../../../src/core/occlusion/followed.js';
import { groupsOf } from '../../../../src/core/occlusion/groups.js';
import { coveredBy, incrementalRunner } from '../../../../src/core/occlusion/incremental.js';
import { plainRunner } from '../../../../src/core/occlusion/plain.js';
import type { OccludedRunner } from '../../../../src/core/occlusion/runner.js';
import { positionGrid } from '../../../../src/core/occlusion/positions.js';
import type { Position } from '../../../../src/core/occlusion/positions.js';
import { planWindows } from '../../../../src/core/windows/windowPlan.js';
import { windowSource } from '../../../../src/core/windows/windowSource.js';
import type { WindowPlan } from '../../../../src/core/windows/windowPlan.js';
import type {
  WrittenAttribute as AttributeProto,
  WrittenGraph as GraphProto,
  WrittenNode as NodeProto,
} from '../onnx/modelFile.js';
import { elementCount, floatTensor } from '../../../../src/core/tensor.js';
import type { FloatTensor } from '../../../../src/core/tensor.js';
import type { EngineClient } from '../../../../src/runtime/client.js';
import { startTestEngine } from '../../runtime/testEngine.js';
import { ints, modelBytes, node, value, weight, writeFile } from '../onnx/modelFile.js';

const NETWORKS = join(import.meta.dirname, '../../../fixtures/networks');

let engine: EngineClient;
beforeAll(() => {
  engine = startTestEngine();
});
afterAll(() => {
  engine.dispose();
});

interface Sweep {
  readonly size: number;
  readonly stride: number;
  /** Candidates that run on windows; all unless given. */
  readonly count?: number;
  /** Cost of a group in multiply-adds: none splits the positions as far as possible. */
  readonly perGroup?: number;
}

interface Compared {
  readonly plan: WindowPlan;
  /** Largest difference over all outputs and positions, relative to the largest value of the output. */
  readonly difference: number;
  /** The range of the first output over the positions, relative to its largest value. */
  readonly variation: number;
}

async function run(
  runner: OccludedRunner,
  positions: readonly Position[],
): Promise<(readonly Float32Array[])[]> {
  const values: (readonly Float32Array[])[] = [];
  for (let at = 0; at < positions.length; at += runner.batch) {
    values.push(...(await runner.run(positions.slice(at, at + runner.batch), { engine })));
  }
  return values;
}

async function compare(
  network: Network,
  photo: FloatTensor,
  { size, stride, count = Infinity, perGroup = 0 }: Sweep,
  more: readonly Position[] = [],
): Promise<Compared> {
  const [, a = 0, b = 0, c = 0] = network.input.shape;
  const [channels, height, width] = network.input.layout === 'NCHW' ? [a, b, c] : [c, a, b];
  const layer = lastSpatialLayer(network);
  const map = layer && { tensor: layer.output, channel: 1 };
  const { graph, outputs } = followedGraph(network, network.scores?.tensor ?? '', map);
  // The values of the map as well as their sum.
  const followed = {
    graph,
    outputs: [...outputs, ...(map ? [`${map.tensor}:followed`] : [])],
  };
  const occluded = { photo, fill: [0.7, -1.1, 0.4].slice(0, channels), size };
  const grid = positionGrid(height, width, size, stride);
  const source = windowSource(network, followed.graph, followed.outputs);
  const rows = [...new Set(grid.positions.map(({ top }) => top))];
  const columns = [...new Set(grid.positions.map(({ left }) => left))];
  const clip = (start: number, length: number): { start: number; end: number } => ({
    start,
    end: Math.min(start + size, length),
  });
  const probes = [rows.map((top) => clip(top, height)), columns.map((left) => clip(left, width))] as const;
  const plan = planWindows(source, Math.min(count, source.candidates.length), probes);
  const grouping = groupsOf(
    plan.geometry,
    plan.costs,
    { perElement: 10, perGroup },
    [rows, columns],
    (axis, coordinate) => coveredBy(plan, size, axis, coordinate),
  );
  const positions = [...grid.positions, ...more];
  const whole = await run(plainRunner(network, followed, occluded, 2 ** 28), positions);
  const windowed = await run(incrementalRunner(plan, occluded, grouping, { windows: 7, tail: 4 }), positions);
  let difference = 0;
  let variation = 0;
  followed.outputs.forEach((_, output) => {
    const expected = whole.map((values) => values[output] ?? new Float32Array(0));
    const actual = windowed.map((values) => values[output] ?? new Float32Array(0));
    const scale = Math.max(1e-3, ...expected.flatMap((values) => [...values].map(Math.abs)));
    expected.forEach((values, position) => {
      expect(actual[position]).toHaveLength(values.length);
      values.forEach((each, index) => {
        const off = Math.abs(each - (actual[position]?.[index] ?? NaN)) / scale;
        difference = off <= difference ? difference : off;
        variation = Math.max(variation, Math.abs(each - (expected[0]?.[index] ?? NaN)) / scale);
      });
    });
  });
  return { plan, difference, variation };
}

function photoFor(network: Network): FloatTensor {
  const { shape } = network.input;
  return floatTensor(
    shape,
    Array.from({ length: elementCount(shape) }, (_, index) => Math.sin(index * 0.7) + (index % 5) / 3 - 0.6),
  );
}

describe.each([
  'alexnet.onnx',
  'alexnet.dynamo.onnx',
  'alexnet.lrn.onnx',
  'zfnet.onnx',
  'vgg11.onnx',
  'squeezenet.onnx',
  'resnet18.onnx',
  'resnet18.folded.onnx',
  'mobilenet.onnx',
  'modern.onnx',
])('%s', (file) => {
  it.each([
    { size: 12, stride: 9 },
    { size: 7, stride: 11, perGroup: 1e12 },
    { size: 5, stride: 13, count: 7 },
    { size: 9, stride: 20, count: 2 },
    { size: 16, stride: 24, count: 0 },
  ])('gives the same for an occluder of $size every $stride pixels', async (sweep) => {
    const network = await openNetwork(join(NETWORKS, file));
    const input = file.replace(/\..*/, '.input.npy');
    const photo = decodeNpy(new Uint8Array(readFileSync(join(NETWORKS, input))), input);
    const beside = [
      { top: -3, left: 4 },
      { top: 6, left: (network.input.shape[3] ?? 0) - 2 },
    ];
    const { difference, variation, plan } = await compare(network, photo, sweep, beside);
    expect(difference).toBeLessThan(2e-6);
    expect(variation).toBeGreaterThan(1e-3);
    expect(plan.levels.length > 0).toBe(sweep.count !== 0);
  });
});

/** A network of some nodes on an odd-sized image, a mean over positions and a matrix behind them. */
function networkOf(
  name: string,
  nodes: NodeProto[],
  { weights = {}, integers = {}, last = 'y', channels = 4, input = [1, 3, 37, 31] }: Partial<Extras> = {},
): ReturnType<typeof openNetwork> {
  const graph: GraphProto = {
    name,
    node: [
      ...nodes,
      node('GlobalAveragePool', [last], ['mean']),
      node('Flatten', ['mean'], ['flat']),
      node('Gemm', ['flat', 'matrix'], ['scores']),
    ],
    initializer: [
      ...Object.entries(weights).map(([weightName, dims]) => weight(weightName, dims)),
      ...Object.entries(integers).map(([constantName, int64Data]) => ({
        name: constantName,
        dims: [int64Data.length],
        dataType: 7,
        int64Data,
      })),
      weight('matrix', [channels, 6]),
    ],
    input: [value('image', input)],
    output: [value('scores')],
    valueInfo: [],
  };
  return openNetwork(writeFile(`${name.replaceAll(/\W+/g, '-')}.onnx`, modelBytes(graph)));
}

interface Extras {
  readonly weights: Record<string, number[]>;
  readonly integers: Record<string, number[]>;
  readonly last: string;
  readonly channels: number;
  readonly input: number[];
}

const int = (name: string, i: number): AttributeProto => ({ name, type: 2, i });
const text = (name: string, s: string): AttributeProto => ({
  name,
  type: 3,
  s: new TextEncoder().encode(s),
});
const conv = (input: string, output: string, w: string, ...attributes: AttributeProto[]): NodeProto =>
  node('Conv', [input, w], [output], attributes);
const window = (kernel: number[], strides: number[], pads: number[]): AttributeProto[] => [
  ints('kernel_shape', kernel),
  ints('strides', strides),
  ints('pads', pads),
];
const W = { w: [4, 3, 3, 3] };

const CASES: readonly [string, NodeProto[], Partial<Extras>?][] = [
  [
    'asymmetric pads and odd strides',
    [conv('image', 'y', 'w', ...window([3, 5], [3, 2], [2, 0, 1, 3]))],
    { weights: { w: [4, 3, 3, 5] } },
  ],
  [
    'a stride larger than its kernel',
    [conv('image', 'y', 'w', ...window([1, 1], [3, 3], [0, 0, 0, 0]))],
    { weights: { w: [4, 3, 1, 1] } },
  ],
  [
    'dilation and groups',
    [
      conv('image', 'a', 'w', ...window([3, 3], [1, 1], [1, 1, 1, 1])),
      conv(
        'a',
        'y',
        'v',
        ...window([3, 3], [1, 2], [2, 3, 1, 0]),
        ints('dilations', [2, 3]),
        int('group', 2),
      ),
    ],
    { weights: { ...W, v: [4, 2, 3, 3] } },
  ],
  [
    'auto_pad SAME_UPPER',
    [
      conv(
        'image',
        'y',
        'w',
        ints('kernel_shape', [3, 3]),
        ints('strides', [2, 2]),
        text('auto_pad', 'SAME_UPPER'),
      ),
    ],
    { weights: W },
  ],
  [
    'auto_pad SAME_LOWER',
    [
      conv(
        'image',
        'y',
        'w',
        ints('kernel_shape', [4, 4]),
        ints('strides', [2, 2]),
        text('auto_pad', 'SAME_LOWER'),
      ),
    ],
    { weights: { w: [4, 3, 4, 4] } },
  ],
  [
    'a padded max pool of negative values',
    [
      conv('image', 'a', 'w', ...window([3, 3], [1, 1], [0, 0, 0, 0])),
      node('Neg', ['a'], ['b']),
      node('MaxPool', ['b'], ['y'], [...window([3, 3], [2, 2], [1, 1, 1, 1]), int('ceil_mode', 1)]),
    ],
    { weights: W },
  ],
  [
    'a max pool rounded up',
    [
      conv('image', 'a', 'w', ...window([3, 3], [1, 1], [1, 1, 1, 1])),
      node('MaxPool', ['a'], ['y'], [...window([3, 2], [2, 3], [0, 0, 0, 0]), int('ceil_mode', 1)]),
    ],
    { weights: W },
  ],
  [
    'averages without their padding',
    [
      conv('image', 'a', 'w', ...window([3, 3], [1, 1], [1, 1, 1, 1])),
      node('AveragePool', ['a'], ['y'], window([3, 4], [2, 1], [1, 2, 1, 2])),
    ],
    { weights: W },
  ],
  [
    'averages with their padding',
    [
      conv('image', 'a', 'w', ...window([3, 3], [1, 1], [1, 1, 1, 1])),
      node(
        'AveragePool',
        ['a'],
        ['y'],
        [...window([3, 3], [2, 2], [1, 1, 1, 1]), int('count_include_pad', 1)],
      ),
    ],
    { weights: W },
  ],
  [
    'averages rounded up',
    [
      conv('image', 'a', 'w', ...window([3, 3], [1, 1], [1, 1, 1, 1])),
      node('AveragePool', ['a'], ['y'], [...window([3, 3], [2, 2], [0, 0, 0, 0]), int('ceil_mode', 1)]),
    ],
    { weights: W },
  ],
  [
    'normalisation across channels',
    [
      conv('image', 'a', 'w', ...window([3, 3], [2, 2], [1, 1, 1, 1])),
      node('LRN', ['a'], ['y'], [int('size', 3), { name: 'alpha', type: 1, f: 0.5 }]),
    ],
    { weights: W },
  ],
  [
    'a residual sum around two convolutions',
    [
      conv('image', 'a', 'w', ...window([3, 3], [1, 1], [1, 1, 1, 1])),
      node('Relu', ['a'], ['r']),
      conv('r', 'b', 'v', ...window([3, 3], [1, 1], [1, 1, 1, 1])),
      conv('b', 'c', 'u', ...window([1, 3], [1, 1], [0, 1, 0, 1])),
      node('Add', ['r', 'c'], ['y']),
    ],
    { weights: { ...W, v: [4, 4, 3, 3], u: [4, 4, 1, 3] } },
  ],
  [
    'a sum of windows none of which holds the other',
    [
      conv('image', 'a', 'w', ...window([1, 5], [1, 1], [0, 2, 0, 2])),
      conv('image', 'b', 'v', ...window([5, 1], [1, 1], [2, 0, 2, 0])),
      node('Add', ['a', 'b'], ['y']),
    ],
    { weights: { w: [4, 3, 1, 5], v: [4, 3, 5, 1] } },
  ],
  [
    'a concatenation of unlike windows, and constants of every shape',
    [
      conv('image', 'a', 'w', ...window([1, 1], [1, 1], [0, 0, 0, 0])),
      conv('image', 'b', 'v', ...window([5, 5], [1, 1], [2, 2, 2, 2])),
      node('Mul', ['a', 'scale'], ['s']),
      node('Concat', ['s', 'b'], ['y'], [int('axis', 1)]),
    ],
    {
      weights: { w: [4, 3, 1, 1], v: [2, 3, 5, 5], scale: [4, 1, 1] },
      channels: 6,
    },
  ],
  [
    'an addend that differs from place to place',
    [conv('image', 'a', 'w', ...window([3, 3], [1, 1], [1, 1, 1, 1])), node('Add', ['a', 'place'], ['y'])],
    { weights: { ...W, place: [1, 1, 37, 31] } },
  ],
  [
    'channels last, transposed in the graph',
    [
      node('Transpose', ['image'], ['t'], [ints('perm', [0, 3, 1, 2])]),
      conv('t', 'y', 'w', ...window([3, 3], [2, 2], [1, 1, 1, 1])),
    ],
    { weights: W, input: [1, 37, 31, 3] },
  ],
  [
    'a Pad node',
    [
      node('Pad', ['image', 'pads', 'half'], ['p']),
      conv('p', 'y', 'w', ...window([3, 3], [2, 2], [0, 0, 0, 0])),
    ],
    {
      weights: { ...W, half: [] },
      integers: { pads: [0, 0, 2, 1, 0, 0, 0, 3] },
    },
  ],
];

describe('layers on windows', () => {
  it.each(CASES)('%s', async (name, nodes, extras) => {
    const network = await networkOf(name, nodes, extras);
    const photo = photoFor(network);
    const beside = [
      { top: -2, left: -3 },
      { top: 35, left: 29 },
    ];
    for (const sweep of [
      { size: 6, stride: 5 },
      { size: 3, stride: 4, perGroup: 1e12 },
      { size: 1, stride: 7 },
    ]) {
      const { difference, variation } = await compare(network, photo, sweep, beside);
      expect(difference).toBeLessThan(2e-6);
      expect(variation).toBeGreaterThan(1e-4);
    }
  });

  it('go on whole where every place needs another value', async () => {
    const [, nodes, extras] = CASES.find(([name]) => name.startsWith('an addend')) ?? ['', [], {}];
    const network = await networkOf('placed', nodes, extras);
    const source = windowSource(network, network.model.graph, ['scores']);
    expect(source.candidates.map((each) => each.node.opType)).toEqual(['Conv']);
  });
});
