/** Small ONNX files for tests, written to a folder that is removed behind the file's tests. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

import { encodeModelProto } from '../../../../src/core/onnx/schema.js';
import type { Written } from '../../../../src/core/onnx/schema.js';
import type {
  AttributeProto,
  GraphProto,
  ModelProto,
  NodeProto,
  TensorProto,
  ValueInfoProto,
} from '../../../../src/core/onnx/proto/messages.js';

export type WrittenAttribute = Written<AttributeProto>;
export type WrittenNode = Written<NodeProto>;
export type WrittenTensor = Written<TensorProto>;
export type WrittenValue = Written<ValueInfoProto>;
/** A graph whose usual lists are there to be changed. */
export type WrittenGraph = Written<GraphProto> &
  Required<Pick<Written<GraphProto>, 'node' | 'initializer' | 'input' | 'output' | 'valueInfo'>>;

const folder = mkdtempSync(join(tmpdir(), 'unpool-models-'));
// A process of the pool is killed when its tests are done, without an exit event.
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

export const modelFolder = folder;

export function writeFile(name: string, bytes: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

export function node(
  opType: string,
  input: string[],
  output: string[],
  attribute: WrittenAttribute[] = [],
): WrittenNode {
  return { name: `${opType}_${output[0] ?? ''}`, opType, domain: '', input, output, attribute };
}

export function ints(name: string, values: number[]): WrittenAttribute {
  return { name, type: 7, ints: values };
}

/** A float32 initializer; its data defaults to a ramp. */
export function weight(name: string, dims: number[], rawData?: Uint8Array): WrittenTensor {
  return { name, dims, dataType: 1, rawData: rawData ?? ramp(dims) };
}

function ramp(dims: number[]): Uint8Array {
  const count = dims.reduce((product, size) => product * size, 1);
  return new Uint8Array(Float32Array.from({ length: count }, (_, index) => (index % 13) / 13 - 0.5).buffer);
}

export function value(name: string, dims?: (number | string)[]): WrittenValue {
  const dim = dims?.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType: 1, ...(dim && { shape: { dim } }) } } };
}

/** Conv (64 kernels of 3x3x3, so that its weights stay in the file), Relu, global average, Flatten. */
export function smallGraph(): WrittenGraph {
  return {
    name: 'g',
    node: [
      node('Conv', ['image', 'w', 'b'], ['c'], [ints('kernel_shape', [3, 3])]),
      node('Relu', ['c'], ['r']),
      node('GlobalAveragePool', ['r'], ['p']),
      node('Flatten', ['p'], ['scores']),
    ],
    initializer: [weight('w', [64, 3, 3, 3]), weight('b', [64])],
    input: [value('image', ['N', 3, 16, 16])],
    output: [value('scores')],
    valueInfo: [],
  };
}

export function modelBytes(graph: WrittenGraph, more: Written<ModelProto> = {}): Uint8Array {
  return encodeModelProto({
    irVersion: 8,
    producerName: 'test',
    producerVersion: '1',
    graph,
    opsetImport: [{ domain: '', version: 17 }],
    metadataProps: [],
    functions: [],
    ...more,
  });
}
