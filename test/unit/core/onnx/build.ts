/** Small graphs made in memory, for tests of what reads graphs. */

import { codeOf } from '../../../../src/core/onnx/dataTypes.js';
import { inlineNumbers } from '../../../../src/core/onnx/constants.js';
import type {
  Attribute,
  Constant,
  Dimension,
  Graph,
  Node,
  ValueInfo,
} from '../../../../src/core/onnx/model.js';
import type { Shapes } from '../../../../src/core/onnx/shapes.js';
import { inferShapes } from '../../../../src/core/onnx/shapes/infer.js';
import type { ImageInput } from '../../../../src/core/network/imageInput.js';

export { float, floats, int, ints, string } from '../../../../src/core/onnx/attributes.js';

export interface NodeSpec {
  readonly opType: string;
  readonly inputs: readonly string[];
  /** One output of the node's name unless given. */
  readonly outputs?: readonly string[];
  /** The operator in lower case with the node's place unless given. */
  readonly name?: string;
  readonly domain?: string;
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly body?: readonly NodeSpec[];
}

export interface GraphSpec {
  readonly nodes: readonly NodeSpec[];
  /** float32 inputs by name. */
  readonly inputs?: Readonly<Record<string, readonly Dimension[]>>;
  readonly constants?: readonly Constant[];
  /** The last node's outputs unless given. */
  readonly outputs?: readonly string[];
  readonly valueInfo?: readonly ValueInfo[];
}

export function graphOf(spec: GraphSpec): Graph {
  const nodes = nodesOf(spec.nodes);
  const inputs = Object.entries(spec.inputs ?? {});
  return {
    name: 'graph',
    nodes,
    inputs: inputs.map(([name, shape]) => ({ name, dtype: 'float32', shape })),
    outputs: (spec.outputs ?? nodes.at(-1)?.outputs ?? []).map((name) => ({ name })),
    constants: new Map(spec.constants?.map((constant) => [constant.name, constant])),
    valueInfo: new Map(spec.valueInfo?.map((info) => [info.name, info])),
  };
}

function nodesOf(specs: readonly NodeSpec[]): readonly Node[] {
  return specs.map((spec, place): Node => {
    const name = spec.name ?? `${spec.opType.toLowerCase()}${place}`;
    return {
      name,
      opType: spec.opType,
      domain: spec.domain ?? '',
      inputs: spec.inputs,
      outputs: spec.outputs ?? [name],
      attributes: new Map(Object.entries(spec.attributes ?? {})),
      metadata: new Map(Object.entries(spec.metadata ?? {})),
      ...(spec.body && { body: nodesOf(spec.body) }),
    };
  });
}

/** A weight that lies in a file which no test reads. */
export function weight(name: string, ...shape: number[]): Constant {
  const length = 4 * shape.reduce((product, size) => product * size, 1);
  return {
    name,
    dtype: 'float32',
    typeCode: codeOf('float32'),
    shape,
    data: { kind: 'file', location: 'absent.bin', offset: 0, length },
  };
}

/** A one-dimensional int64 constant. */
export function i64(name: string, ...values: number[]): Constant {
  return constant(name, 'int64', [values.length], values);
}

export function constant(
  name: string,
  dtype: 'float32' | 'int64' | 'int8' | 'uint8' | 'bool',
  shape: readonly number[],
  values: readonly number[],
): Constant {
  const data = {
    float32: () => Float32Array.from(values),
    int64: () => BigInt64Array.from(values, BigInt),
    int8: () => Int8Array.from(values),
    uint8: () => Uint8Array.from(values),
    bool: () => Uint8Array.from(values),
  }[dtype]();
  const bytes = new Uint8Array(data.buffer);
  return { name, dtype, typeCode: codeOf(dtype), shape, data: { kind: 'inline', bytes } };
}

/** Infers a graph's shapes; `inputShapes` replace those of the graph. */
export function infer(
  graph: Graph,
  opset = 17,
  inputShapes: Readonly<Record<string, readonly Dimension[]>> = {},
): Shapes {
  const opsets = new Map([
    ['', opset],
    ['com.microsoft', 1],
  ]);
  return inferShapes(graph, opsets, {
    inputShapes: new Map(Object.entries(inputShapes)),
    valuesOfConstant: (name) => {
      const found = graph.constants.get(name);
      return found && inlineNumbers(found);
    },
  });
}

/** The image input `x` of a graph. */
export function image(shape: readonly number[], layout: ImageInput['layout'] = 'NCHW'): ImageInput {
  return { name: 'x', shape, layout, isFree: { height: false, width: false }, sizeOrigin: 'model' };
}
