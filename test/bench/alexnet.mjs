/** AlexNet as a file: random weights, 244 MB, and the same graph with weights of any size. */

import { writeFileSync } from 'node:fs';

const FLOAT = 1;
const INTS = 7;
const INT = 2;
const FLOATING = 1;

/** @param encode encodeModelProto of src/core/onnx/schema @param widths units of fc6 and fc7 */
export function writeAlexnet(file, encode, widths = [4096, 4096]) {
  const initializer = [];
  const node = [];
  let last = 'image';
  const add = (opType, name, parameters, attribute) => {
    node.push({ name, opType, domain: '', input: [last, ...parameters], output: [name], attribute });
    last = name;
  };
  const weights = (name, dims) => {
    const count = dims.reduce((product, size) => product * size, 1);
    const scale = Math.sqrt(2 / (count / dims[0]));
    const data = new Float32Array(count);
    // A fast generator of numbers around zero will do: only their size matters.
    for (let index = 0, state = 1; index < count; index++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      data[index] = (state / 2 ** 31 - 1) * scale;
    }
    initializer.push({ name, dims, dataType: FLOAT, rawData: new Uint8Array(data.buffer) });
    return name;
  };
  const ints = (name, values) => ({ name, type: INTS, ints: values });
  const int = (name, i) => ({ name, type: INT, i });
  const float = (name, f) => ({ name, type: FLOATING, f });
  const conv = (place, inputs, outputs, kernel, { stride = 1, pad = 0, group = 1 }) => {
    const name = `conv${place}`;
    const parameters = [
      weights(`${name}.w`, [outputs, inputs / group, kernel, kernel]),
      weights(`${name}.b`, [outputs]),
    ];
    add('Conv', name, parameters, [
      ints('kernel_shape', [kernel, kernel]),
      ints('strides', [stride, stride]),
      ints('pads', [pad, pad, pad, pad]),
      int('group', group),
    ]);
    add('Relu', `relu${place}`, [], []);
  };
  const norm = (place) =>
    add(
      'LRN',
      `norm${place}`,
      [],
      [int('size', 5), float('alpha', 1e-4), float('beta', 0.75), float('bias', 1)],
    );
  const pool = (place) =>
    add('MaxPool', `pool${place}`, [], [ints('kernel_shape', [3, 3]), ints('strides', [2, 2])]);
  const full = (place, inputs, outputs) => {
    const name = `fc${place}`;
    add(
      'Gemm',
      name,
      [weights(`${name}.w`, [outputs, inputs]), weights(`${name}.b`, [outputs])],
      [int('transB', 1)],
    );
  };

  conv(1, 3, 96, 11, { stride: 4 });
  norm(1);
  pool(1);
  conv(2, 96, 256, 5, { pad: 2, group: 2 });
  norm(2);
  pool(2);
  conv(3, 256, 384, 3, { pad: 1 });
  conv(4, 384, 384, 3, { pad: 1, group: 2 });
  conv(5, 384, 256, 3, { pad: 1, group: 2 });
  pool(5);
  add('Flatten', 'flatten', [], []);
  full(6, 9216, widths[0]);
  add('Relu', 'relu6', [], []);
  full(7, widths[0], widths[1]);
  add('Relu', 'relu7', [], []);
  full(8, widths[1], 1000);
  add('Softmax', 'prob', [], []);

  const value = (name, dims) => ({
    name,
    type: {
      tensorType: {
        elemType: FLOAT,
        shape: {
          dim: dims.map((size) => (typeof size === 'string' ? { dimParam: size } : { dimValue: size })),
        },
      },
    },
  });
  const bytes = encode({
    irVersion: 8,
    producerName: 'bench',
    producerVersion: '1',
    opsetImport: [{ domain: '', version: 17 }],
    metadataProps: [],
    functions: [],
    graph: {
      name: 'alexnet',
      node,
      initializer,
      input: [value('image', ['N', 3, 227, 227])],
      output: [value('prob', ['N', 1000])],
      valueInfo: [],
    },
  });
  writeFileSync(file, bytes);
  return bytes.length;
}
