/**
 * Well-known networks with random weights for the benchmarks, written once into a cache folder outside the tree.
 * The gains keep probabilities from saturating, so that differences between two ways of computing them would show.
 */

import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ATTRIBUTE = { float: 1, int: 2, ints: 7 };
const FLOAT = 1;

/** Collects nodes and weights; every method gives the name of what it made. */
class Builder {
  nodes = [];
  initializers = [];
  values = 0;
  seed = 1;

  /** Numbers with mean 0 and the given standard deviation, the same in every run. */
  normal(count, deviation) {
    const numbers = new Float32Array(count);
    for (let index = 0; index < count; index++) {
      // The sum of three uniform numbers in [-1, 1) has variance 1.
      let sum = 0;
      for (let part = 0; part < 3; part++) {
        this.seed = (Math.imul(this.seed, 1664525) + 1013904223) | 0;
        sum += this.seed / 2 ** 31;
      }
      numbers[index] = sum * deviation;
    }
    return numbers;
  }

  weight(name, dims, deviation) {
    const numbers = this.normal(
      dims.reduce((a, b) => a * b),
      deviation,
    );
    this.initializers.push({ name, dims, dataType: FLOAT, rawData: new Uint8Array(numbers.buffer) });
    return name;
  }

  emit(opType, input, attributes = {}, floats = {}) {
    const output = `${opType.toLowerCase()}_${this.values++}`;
    const attribute = Object.entries(attributes).map(([name, value]) =>
      Array.isArray(value)
        ? { name, type: ATTRIBUTE.ints, ints: value }
        : { name, type: ATTRIBUTE.int, i: value },
    );
    const more = Object.entries(floats).map(([name, f]) => ({ name, type: ATTRIBUTE.float, f }));
    this.nodes.push({
      name: output,
      opType,
      domain: '',
      input,
      output: [output],
      attribute: [...attribute, ...more],
    });
    return output;
  }

  conv(x, name, [inputs, outputs, kernel], { stride = 1, pad = 0, groups = 1, gain = 1 } = {}) {
    const deviation = gain * Math.sqrt((2 * groups) / (inputs * kernel * kernel));
    const weight = this.weight(`${name}.weight`, [outputs, inputs / groups, kernel, kernel], deviation);
    const bias = this.weight(`${name}.bias`, [outputs], 0.05);
    return this.emit('Conv', [x, weight, bias], {
      kernel_shape: [kernel, kernel],
      strides: [stride, stride],
      pads: [pad, pad, pad, pad],
      group: groups,
    });
  }

  relu(x) {
    return this.emit('Relu', [x]);
  }

  maxPool(x, kernel, stride, { pad = 0, ceil = 0 } = {}) {
    return this.emit('MaxPool', [x], {
      kernel_shape: [kernel, kernel],
      strides: [stride, stride],
      pads: [pad, pad, pad, pad],
      ceil_mode: ceil,
    });
  }

  linear(x, name, [inputs, outputs], gain = 1) {
    const weight = this.weight(`${name}.weight`, [outputs, inputs], gain * Math.sqrt(2 / inputs));
    const bias = this.weight(`${name}.bias`, [outputs], 0.05);
    return this.emit('Gemm', [x, weight, bias], { transB: 1 });
  }
}

/** Krizhevsky et al. 2012 as Caffe published it: grouped convolutions, LRN behind the first two. */
function alexnet(b) {
  const lrn = (x) => b.emit('LRN', [x], { size: 5 }, { alpha: 1e-4, beta: 0.75, bias: 1 });
  let x = b.relu(b.conv('image', 'conv1', [3, 96, 11], { stride: 4 }));
  x = b.maxPool(lrn(x), 3, 2);
  x = b.relu(b.conv(x, 'conv2', [96, 256, 5], { pad: 2, groups: 2 }));
  x = b.maxPool(lrn(x), 3, 2);
  x = b.relu(b.conv(x, 'conv3', [256, 384, 3], { pad: 1 }));
  x = b.relu(b.conv(x, 'conv4', [384, 384, 3], { pad: 1, groups: 2 }));
  x = b.maxPool(b.relu(b.conv(x, 'conv5', [384, 256, 3], { pad: 1, groups: 2 })), 3, 2);
  x = b.emit('Flatten', [x]);
  x = b.relu(b.linear(x, 'fc6', [9216, 4096]));
  x = b.relu(b.linear(x, 'fc7', [4096, 4096]));
  return b.linear(x, 'fc8', [4096, 1000], 0.1);
}

function vgg16(b) {
  let [x, inputs, place] = ['image', 3, 0];
  for (const width of [64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512, 0]) {
    if (width === 0) {
      x = b.maxPool(x, 2, 2);
      place += 1;
    } else {
      x = b.relu(b.conv(x, `features.${place}`, [inputs, width, 3], { pad: 1 }));
      inputs = width;
      place += 2;
    }
  }
  x = b.emit('Flatten', [x]);
  x = b.relu(b.linear(x, 'classifier.0', [25088, 4096]));
  x = b.relu(b.linear(x, 'classifier.3', [4096, 4096]));
  return b.linear(x, 'classifier.6', [4096, 1000], 0.1);
}

/** Batch normalisations are folded into the convolutions, as exporters do for inference. */
function resnet18(b) {
  let x = b.relu(b.conv('image', 'conv1', [3, 64, 7], { stride: 2, pad: 3 }));
  x = b.maxPool(x, 3, 2, { pad: 1 });
  let inputs = 64;
  for (const [stage, width] of [64, 128, 256, 512].entries()) {
    for (const block of [0, 1]) {
      const name = `layer${stage + 1}.${block}`;
      const stride = stage > 0 && block === 0 ? 2 : 1;
      const short = stride === 1 ? x : b.conv(x, `${name}.downsample.0`, [inputs, width, 1], { stride });
      const middle = b.relu(b.conv(x, `${name}.conv1`, [inputs, width, 3], { stride, pad: 1 }));
      x = b.relu(
        b.emit('Add', [b.conv(middle, `${name}.conv2`, [width, width, 3], { pad: 1, gain: 0.3 }), short]),
      );
      inputs = width;
    }
  }
  return b.linear(b.emit('Flatten', [b.emit('GlobalAveragePool', [x])]), 'fc', [512, 1000], 0.3);
}

/** Version 1.1. */
function squeezenet(b) {
  let x = b.maxPool(b.relu(b.conv('image', 'features.0', [3, 64, 3], { stride: 2 })), 3, 2, { ceil: 1 });
  let inputs = 64;
  const fires = [
    [3, 16, 64],
    [4, 16, 64],
    [6, 32, 128],
    [7, 32, 128],
    [9, 48, 192],
    [10, 48, 192],
    [11, 64, 256],
    [12, 64, 256],
  ];
  for (const [place, squeezed, expanded] of fires) {
    if (place === 6 || place === 9) {
      x = b.maxPool(x, 3, 2, { ceil: 1 });
    }
    const name = `features.${place}`;
    const squeeze = b.relu(b.conv(x, `${name}.squeeze`, [inputs, squeezed, 1]));
    const one = b.relu(b.conv(squeeze, `${name}.expand1x1`, [squeezed, expanded, 1]));
    const three = b.relu(b.conv(squeeze, `${name}.expand3x3`, [squeezed, expanded, 3], { pad: 1 }));
    x = b.emit('Concat', [one, three], { axis: 1 });
    inputs = 2 * expanded;
  }
  x = b.relu(b.conv(x, 'classifier.1', [512, 1000, 1]));
  return b.emit('Flatten', [b.emit('GlobalAveragePool', [x])]);
}

/** Networks by name, with the height and width of their input. */
export const NETWORKS = {
  alexnet: { size: 227, build: alexnet },
  vgg16: { size: 224, build: vgg16 },
  resnet18: { size: 224, build: resnet18 },
  squeezenet: { size: 227, build: squeezenet },
};

/**
 * The path of a network's file, written now unless it is there.
 * @param encode encodeModelProto of src/core/onnx/schema.ts
 */
export function networkFile(name, folder, encode) {
  const path = join(folder, `${name}.onnx`);
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true });
    const builder = new Builder();
    const { size, build } = NETWORKS[name];
    const scores = build(builder);
    const value = (valueName, dims) => ({
      name: valueName,
      type: {
        tensorType: {
          elemType: FLOAT,
          shape: {
            dim: dims.map((dim) => (typeof dim === 'number' ? { dimValue: dim } : { dimParam: dim })),
          },
        },
      },
    });
    const graph = {
      name,
      node: builder.nodes,
      initializer: builder.initializers,
      input: [value('image', ['N', 3, size, size])],
      output: [value(scores, ['N', 1000])],
      valueInfo: [],
    };
    const bytes = encode({
      irVersion: 8,
      producerName: 'unpool-bench',
      producerVersion: '1',
      graph,
      opsetImport: [{ domain: '', version: 17 }],
      metadataProps: [],
      functions: [],
    });
    writeFileSync(`${path}.part`, bytes);
    renameSync(`${path}.part`, path);
  }
  return path;
}
