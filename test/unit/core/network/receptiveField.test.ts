/** Receptive fields: closed forms of known networks, and what onnxruntime says when single pixels change. */

import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';

import { encodeModel } from '../../../../src/core/onnx/encode.js';
import { indexGraph } from '../../../../src/core/onnx/graphIndex.js';
import { positionsOf } from '../../../../src/core/network/receptiveField.js';
import type { PixelWindow } from '../../../../src/core/network/receptiveWindow.js';
import { constant, graphOf, i64, image, infer, int, ints, string, weight } from '../onnx/build.js';
import type { GraphSpec, NodeSpec } from '../onnx/build.js';

describe('the receptive field of', () => {
  const conv = (name: string, input: string, stride = 1, pad = 0): NodeSpec => ({
    opType: 'Conv',
    name,
    inputs: [input, `${name}.w`],
    attributes: { strides: ints([stride, stride]), pads: ints([pad, pad, pad, pad]) },
  });
  const pool = (name: string, input: string, size: number, stride: number): NodeSpec => ({
    opType: 'MaxPool',
    name,
    inputs: [input],
    attributes: { kernel_shape: ints([size, size]), strides: ints([stride, stride]) },
  });
  const fieldsOf = (spec: GraphSpec, size: number): ((tensor: string) => string) => {
    const graph = graphOf({ ...spec, inputs: { x: [1, 3, size, size] } });
    const [index, shapes] = [indexGraph(graph), infer(graph)];
    return (tensor) => {
      const field = positionsOf(index, shapes, image([1, 3, size, size])).fields.get(tensor);
      return `${field?.size.join('x') ?? '?'}/${field?.stride.join('x') ?? '?'}`;
    };
  };

  it("AlexNet's layers is that of the paper's network", () => {
    const field = fieldsOf(
      {
        constants: [
          weight('conv1.w', 96, 3, 11, 11),
          weight('conv2.w', 256, 96, 5, 5),
          weight('conv3.w', 384, 256, 3, 3),
          weight('conv4.w', 384, 384, 3, 3),
          weight('conv5.w', 256, 384, 3, 3),
        ],
        nodes: [
          conv('conv1', 'x', 4),
          { opType: 'Relu', name: 'relu1', inputs: ['conv1'] },
          { opType: 'LRN', name: 'norm1', inputs: ['relu1'], attributes: { size: int(5) } },
          pool('pool1', 'norm1', 3, 2),
          conv('conv2', 'pool1', 1, 2),
          pool('pool2', 'conv2', 3, 2),
          conv('conv3', 'pool2', 1, 1),
          conv('conv4', 'conv3', 1, 1),
          conv('conv5', 'conv4', 1, 1),
          pool('pool5', 'conv5', 3, 2),
          { opType: 'Flatten', name: 'flat', inputs: ['pool5'] },
        ],
      },
      227,
    );
    const expected = {
      conv1: '11x11/4x4',
      norm1: '11x11/4x4',
      pool1: '19x19/8x8',
      conv2: '51x51/8x8',
      pool2: '67x67/16x16',
      conv3: '99x99/16x16',
      conv4: '131x131/16x16',
      conv5: '163x163/16x16',
      pool5: '195x195/32x32',
      flat: '?/?',
    };
    expect(Object.fromEntries(Object.keys(expected).map((name) => [name, field(name)]))).toEqual(expected);
  });

  it("VGG-16's conv5_3 is 196 pixels wide, 16 apart", () => {
    const nodes: NodeSpec[] = [];
    let input = 'x';
    for (const [block, count] of [2, 2, 3, 3, 3].entries()) {
      for (let place = 1; place <= count; place++) {
        nodes.push(conv(`conv${block + 1}_${place}`, input, 1, 1));
        input = `conv${block + 1}_${place}`;
      }
      nodes.push(pool(`pool${block + 1}`, input, 2, 2));
      input = `pool${block + 1}`;
    }
    const names = nodes.filter(({ opType }) => opType === 'Conv').map(({ name }) => name ?? '');
    const constants = names.map((name) => weight(`${name}.w`, 3, 3, 3, 3));
    expect(fieldsOf({ constants, nodes }, 224)('conv5_3')).toBe('196x196/16x16');
  });

  it('a convolution behind squeeze and excitation is the whole image', () => {
    const field = fieldsOf(
      {
        constants: [weight('c.w', 4, 3, 3, 3)],
        nodes: [
          conv('c', 'x', 2, 1),
          { opType: 'GlobalAveragePool', name: 'squeezed', inputs: ['c'] },
          { opType: 'Sigmoid', name: 'gate', inputs: ['squeezed'] },
          { opType: 'Mul', name: 'gated', inputs: ['c', 'gate'] },
        ],
      },
      32,
    );
    expect(field('c')).toBe('3x3/2x2');
    expect(field('squeezed')).toBe('?/?');
    expect(field('gated')).toBe('32x32/2x2');
  });
});

/** Input sizes that tell rows from columns. */
const [HEIGHT, WIDTH] = [18, 14];
const PIXELS = HEIGHT * WIDTH;

/** The pixels that each position of output `y` depends on, found by changing each pixel in turn. */
async function windowsSeen(spec: GraphSpec): Promise<(PixelWindow | undefined)[][]> {
  const graph = graphOf({ ...spec, inputs: { x: ['N', 1, HEIGHT, WIDTH] }, outputs: ['y'] });
  const model = encodeModel({ graph, opsets: new Map([['', OPSET]]), irVersion: 8, folder: '' });
  const session = await ort.InferenceSession.create(model.bytes, {
    logSeverityLevel: 3,
    intraOpNumThreads: 1,
    graphOptimizationLevel: 'disabled',
  });
  const plain = Float32Array.from({ length: PIXELS }, (_, pixel) => 0.5 + ((pixel * 37) % 101) / 101);
  const batch = new Float32Array((PIXELS + 1) * PIXELS);
  for (let picture = 0; picture <= PIXELS; picture++) {
    batch.set(plain, picture * PIXELS);
    if (picture < PIXELS) {
      batch[picture * PIXELS + picture] = 20;
    }
  }
  const results = await session.run({ x: new ort.Tensor('float32', batch, [PIXELS + 1, 1, HEIGHT, WIDTH]) });
  const { data, dims } = results['y'] ?? { data: [], dims: [] };
  const [, maps = 1, rows = 1, columns = 1] = dims;
  const values = data as Float32Array;
  const valueAt = (picture: number, map: number, y: number, x: number): number =>
    values[((picture * maps + map) * rows + y) * columns + x] ?? NaN;
  return Array.from({ length: rows }, (_r, y) =>
    Array.from({ length: columns }, (_c, x) => {
      const seen = Array.from({ length: PIXELS }, (_p, pixel) => pixel).filter((pixel) =>
        Array.from({ length: maps }, (_m, map) => map).some((map) => {
          const before = valueAt(PIXELS, map, y, x);
          return Math.abs(valueAt(pixel, map, y, x) - before) > 1e-6 * Math.abs(before);
        }),
      );
      return boundingBox(seen);
    }),
  );
}

function boundingBox(pixels: readonly number[]): PixelWindow | undefined {
  if (pixels.length === 0) {
    return undefined;
  }
  const rows = pixels.map((pixel) => Math.floor(pixel / WIDTH));
  const columns = pixels.map((pixel) => pixel % WIDTH);
  return {
    top: Math.min(...rows),
    left: Math.min(...columns),
    bottom: Math.max(...rows) + 1,
    right: Math.max(...columns) + 1,
  };
}

const OPSET = 18;

/** Positive weights, so that nothing cancels. */
const kernel = (name: string, ...shape: number[]): ReturnType<typeof constant> => {
  const count = shape.reduce((product, size) => product * size, 1);
  return constant(
    name,
    'float32',
    shape,
    Array.from({ length: count }, (_, index) => 0.3 + ((index * 29) % 17) / 17),
  );
};

const conv3: NodeSpec = {
  opType: 'Conv',
  inputs: ['x', 'k3'],
  name: 'c',
  attributes: { pads: ints([1, 1, 1, 1]) },
};
const k3 = kernel('k3', 4, 1, 3, 3);
const resize = (attributes: NodeSpec['attributes'] = {}): GraphSpec => ({
  constants: [constant('scales', 'float32', [4], [1, 1, 2, 1.5])],
  nodes: [{ opType: 'Resize', inputs: ['x', '', 'scales'], name: 'y', attributes }],
});

const GRAPHS: readonly (readonly [string, GraphSpec])[] = [
  [
    'a convolution with strides, dilations and uneven pads',
    {
      constants: [kernel('w', 1, 1, 3, 2)],
      nodes: [
        {
          opType: 'Conv',
          inputs: ['x', 'w'],
          name: 'y',
          attributes: { strides: ints([2, 3]), dilations: ints([2, 3]), pads: ints([1, 0, 3, 2]) },
        },
      ],
    },
  ],
  [
    'a convolution padded to the same size',
    {
      constants: [kernel('w', 1, 1, 4, 3)],
      nodes: [
        {
          opType: 'Conv',
          inputs: ['x', 'w'],
          name: 'y',
          attributes: { strides: ints([2, 2]), auto_pad: string('SAME_LOWER') },
        },
      ],
    },
  ],
  [
    'two convolutions and a max pool whose last window hangs over',
    {
      constants: [k3, kernel('w', 2, 4, 3, 3)],
      nodes: [
        conv3,
        {
          opType: 'MaxPool',
          inputs: ['c'],
          name: 'p',
          attributes: { kernel_shape: ints([3, 3]), strides: ints([2, 2]), ceil_mode: int(1) },
        },
        { opType: 'Conv', inputs: ['p', 'w'], name: 'y' },
      ],
    },
  ],
  [
    'a residual block with average pooling',
    {
      constants: [k3, kernel('w', 4, 4, 1, 1)],
      nodes: [
        conv3,
        { opType: 'Conv', inputs: ['c', 'w'], name: 'd' },
        { opType: 'Add', inputs: ['c', 'd'], name: 's' },
        {
          opType: 'AveragePool',
          inputs: ['s'],
          name: 'y',
          attributes: { kernel_shape: ints([2, 3]), strides: ints([2, 3]) },
        },
      ],
    },
  ],
  [
    'branches of different kernels that are joined',
    {
      constants: [k3, kernel('w', 1, 1, 5, 1)],
      nodes: [
        conv3,
        { opType: 'Conv', inputs: ['x', 'w'], name: 'd', attributes: { pads: ints([2, 0, 2, 0]) } },
        { opType: 'Concat', inputs: ['c', 'd'], name: 'y', attributes: { axis: int(1) } },
      ],
    },
  ],
  [
    'a transposed convolution with a kernel that is no multiple of its stride',
    {
      constants: [kernel('w', 1, 2, 3, 5)],
      nodes: [
        {
          opType: 'ConvTranspose',
          inputs: ['x', 'w'],
          name: 'y',
          attributes: { strides: ints([2, 3]), pads: ints([1, 0, 0, 2]), output_padding: ints([1, 0]) },
        },
      ],
    },
  ],
  [
    'nearest resizing',
    resize({ coordinate_transformation_mode: string('asymmetric'), nearest_mode: string('floor') }),
  ],
  ['nearest resizing from pixel centres', resize()],
  ['linear resizing from pixel centres', resize({ mode: string('linear') })],
  [
    'linear resizing with aligned corners',
    resize({ mode: string('linear'), coordinate_transformation_mode: string('align_corners') }),
  ],
  [
    'linear shrinking behind a convolution',
    {
      constants: [k3, constant('scales', 'float32', [4], [1, 1, 0.5, 0.5])],
      nodes: [
        conv3,
        { opType: 'Resize', inputs: ['c', '', 'scales'], name: 'y', attributes: { mode: string('linear') } },
      ],
    },
  ],
  [
    'padding with zeros in front of a convolution',
    {
      constants: [k3, i64('pads', 0, 0, 3, 1, 0, 0, 0, 2)],
      nodes: [
        { opType: 'Pad', inputs: ['x', 'pads'], name: 'p' },
        { opType: 'Conv', inputs: ['p', 'k3'], name: 'y' },
      ],
    },
  ],
  [
    'padding by reflection in front of a convolution',
    {
      constants: [k3, i64('pads', 0, 0, 3, 1, 0, 0, 2, 2)],
      nodes: [
        { opType: 'Pad', inputs: ['x', 'pads'], name: 'p', attributes: { mode: string('reflect') } },
        { opType: 'Conv', inputs: ['p', 'k3'], name: 'y', attributes: { strides: ints([2, 2]) } },
      ],
    },
  ],
  [
    'slices with steps, backwards too',
    {
      constants: [k3, i64('starts', 3, -2), i64('ends', 17, 0), i64('axes', 2, 3), i64('steps', 2, -3)],
      nodes: [conv3, { opType: 'Slice', inputs: ['c', 'starts', 'ends', 'axes', 'steps'], name: 'y' }],
    },
  ],
  [
    'pixel shuffling',
    {
      constants: [kernel('w', 4, 1, 3, 3)],
      nodes: [
        { opType: 'Conv', inputs: ['x', 'w'], name: 'c' },
        { opType: 'DepthToSpace', inputs: ['c'], name: 'y', attributes: { blocksize: int(2) } },
      ],
    },
  ],
  [
    'pixel unshuffling',
    {
      constants: [kernel('w', 1, 4, 2, 2)],
      nodes: [
        { opType: 'SpaceToDepth', inputs: ['x'], name: 's', attributes: { blocksize: int(2) } },
        { opType: 'Conv', inputs: ['s', 'w'], name: 'y' },
      ],
    },
  ],
  [
    'pixel shuffling written as Reshape and Transpose',
    {
      constants: [k3, i64('one', 1), i64('split', 0, 2, 2, 18, 14), i64('merged', 0, 1, 36, 28)],
      nodes: [
        conv3,
        { opType: 'Reshape', inputs: ['c', 'split'], name: 's' },
        { opType: 'Unsqueeze', inputs: ['s', 'one'], name: 'u' },
        { opType: 'Transpose', inputs: ['u'], name: 't', attributes: { perm: ints([0, 1, 4, 2, 5, 3]) } },
        { opType: 'Reshape', inputs: ['t', 'merged'], name: 'y' },
      ],
    },
  ],
  [
    'channels last in between, mixed by a matrix',
    {
      constants: [k3, kernel('w', 4, 3)],
      nodes: [
        conv3,
        { opType: 'Transpose', inputs: ['c'], name: 't', attributes: { perm: ints([0, 2, 3, 1]) } },
        { opType: 'MatMul', inputs: ['t', 'w'], name: 'm' },
        { opType: 'Transpose', inputs: ['m'], name: 'u', attributes: { perm: ints([0, 3, 1, 2]) } },
        {
          opType: 'MaxPool',
          inputs: ['u'],
          name: 'y',
          attributes: { kernel_shape: ints([2, 2]), strides: ints([2, 2]) },
        },
      ],
    },
  ],
  [
    'channels taken apart and joined again',
    {
      constants: [k3, kernel('w', 2, 2, 1, 3)],
      nodes: [
        conv3,
        {
          opType: 'Split',
          inputs: ['c'],
          outputs: ['a', 'b'],
          attributes: { axis: int(1), num_outputs: int(2) },
        },
        { opType: 'Conv', inputs: ['b', 'w'], name: 'd', attributes: { pads: ints([0, 1, 0, 1]) } },
        { opType: 'Concat', inputs: ['a', 'd'], name: 'y', attributes: { axis: int(1) } },
      ],
    },
  ],
  [
    'softmax over a row',
    { nodes: [{ opType: 'Softmax', inputs: ['x'], name: 'y', attributes: { axis: int(-1) } }] },
  ],
  ['the mean over all pixels', { nodes: [{ opType: 'GlobalAveragePool', inputs: ['x'], name: 'y' }] }],
];

describe('the window of every unit behind', () => {
  it.each(GRAPHS)('%s is what changing single pixels shows', async (_name, spec) => {
    const graph = graphOf({ ...spec, inputs: { x: [1, 1, HEIGHT, WIDTH] } });
    const [index, shapes] = [indexGraph(graph), infer(graph, OPSET)];
    const input = image([1, 1, HEIGHT, WIDTH]);
    const seen = await windowsSeen(spec);
    const positions = positionsOf(index, shapes, input);
    const told = seen.map((row, y) => row.map((_, x) => positions.windowOf('y', [y, x])));
    const nothing = { top: 0, left: 0, bottom: 0, right: 0 };
    expect(told).toEqual(seen.map((row) => row.map((window) => window ?? nothing)));
    // The theoretical size is that of the largest window, where one lies inside the image.
    const size = positions.fields.get('y')?.size;
    const extents = seen.flat().filter((window) => window !== undefined);
    if (size !== undefined) {
      expect(size[0]).toBe(Math.max(...extents.map(({ top, bottom }) => bottom - top)));
      expect(size[1]).toBe(Math.max(...extents.map(({ left, right }) => right - left)));
    }
  });

  it('an image with its channels last is told in its rows and columns', () => {
    const graph = graphOf({
      inputs: { x: [1, 8, 6, 3] },
      constants: [weight('w', 2, 3, 3, 3)],
      nodes: [
        { opType: 'Transpose', inputs: ['x'], name: 't', attributes: { perm: ints([0, 3, 1, 2]) } },
        { opType: 'Conv', inputs: ['t', 'w'], name: 'y' },
      ],
    });
    const [index, shapes] = [indexGraph(graph), infer(graph)];
    const window = positionsOf(index, shapes, image([1, 8, 6, 3], 'NHWC')).windowOf('y', [5, 0]);
    expect(window).toEqual({ top: 5, left: 0, bottom: 8, right: 3 });
  });

  it('a vector is the whole image, behind weights alone nothing', () => {
    const graph = graphOf({
      inputs: { x: [1, 1, 4, 5] },
      constants: [weight('w', 20, 2), weight('v', 2)],
      nodes: [
        { opType: 'Flatten', inputs: ['x'], name: 'flat' },
        { opType: 'MatMul', inputs: ['flat', 'w'], name: 'y' },
        { opType: 'Relu', inputs: ['v'], name: 'fixed' },
      ],
    });
    const [index, shapes] = [indexGraph(graph), infer(graph)];
    const windowOf = (tensor: string): PixelWindow =>
      positionsOf(index, shapes, image([1, 1, 4, 5])).windowOf(tensor, [0, 0]);
    expect(windowOf('y')).toEqual({ top: 0, left: 0, bottom: 4, right: 5 });
    expect(windowOf('fixed')).toEqual({ top: 0, left: 0, bottom: 0, right: 0 });
  });
});
