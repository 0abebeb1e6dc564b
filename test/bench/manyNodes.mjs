/** A network of very many small nodes: blocks of convolution, batch normalisation, ReLU and addition. */

import { writeFileSync } from 'node:fs';

const FLOAT = 1;
const INT = 2;
const INTS = 7;
const MAPS = 4;

/** @param encode encodeModelProto of src/core/onnx/schema @param count nodes of the file, about */
export function writeManyNodes(file, encode, count) {
  const node = [];
  const initializer = [];
  const add = (opType, name, input, attribute = []) => {
    node.push({ name, opType, domain: '', input, output: [`${name}_out`], attribute });
    return `${name}_out`;
  };
  const weight = (name, dims) => {
    const data = Float32Array.from({ length: dims.reduce((product, size) => product * size, 1) }, (_, at) =>
      Math.sin(at + initializer.length),
    );
    initializer.push({ name, dims, dataType: FLOAT, rawData: new Uint8Array(data.buffer) });
    return name;
  };
  const ints = (name, values) => ({ name, type: INTS, ints: values });
  const conv = (name, input, inputs) =>
    add(
      'Conv',
      name,
      [input, weight(`${name}.weight`, [MAPS, inputs, 3, 3]), weight(`${name}.bias`, [MAPS])],
      [ints('kernel_shape', [3, 3]), ints('pads', [1, 1, 1, 1]), { name: 'group', type: INT, i: 1 }],
    );
  const norm = (name, input) =>
    add('BatchNormalization', name, [
      input,
      ...['scale', 'shift', 'mean', 'variance'].map((each) => weight(`${name}.${each}`, [MAPS])),
    ]);

  let last = conv('stem', 'image', 3);
  for (let block = 0; node.length + 4 <= count - 3; block++) {
    const path = `stages.${Math.floor(block / 100)}.blocks.${block % 100}`;
    const own = norm(`${path}.norm`, conv(`${path}.conv`, last, MAPS));
    last = add('Add', `${path}.add`, [last, add('Relu', `${path}.relu`, [own])]);
  }
  last = add('GlobalAveragePool', 'pool', [last]);
  last = add('Flatten', 'flatten', [last]);
  last = add('Softmax', 'prob', [last]);

  const value = (name, dims) => ({
    name,
    type: { tensorType: { elemType: FLOAT, shape: { dim: dims.map((size) => ({ dimValue: size })) } } },
  });
  writeFileSync(
    file,
    encode({
      irVersion: 8,
      producerName: 'bench',
      producerVersion: '1',
      opsetImport: [{ domain: '', version: 17 }],
      metadataProps: [],
      functions: [],
      graph: {
        name: 'many',
        node,
        initializer,
        input: [value('image', [1, 3, 8, 8])],
        output: [value(last, [1, MAPS])],
        valueInfo: [],
      },
    }),
  );
  return node.length;
}
