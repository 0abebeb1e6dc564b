/** Writing small ONNX models: derived graphs whose weights are external data in the user's files. */

import { codeOf } from './dataTypes.js';
import { toInt64 } from './integers.js';
import type { Attribute, Constant, DerivedModel, Graph, Node, ValueInfo } from './model.js';
import { ATTRIBUTE_TYPE, decodeAttributeProto, encodeModelProto } from './schema.js';
import type { AttributeProto, GraphProto, Int64, NodeProto, TensorProto, ValueInfoProto } from './schema.js';

/** Older IR versions want every initializer among the inputs and know no external data. */
const OLDEST_IR_VERSION = 8;

export interface Encodable {
  readonly graph: Graph;
  readonly opsets: ReadonlyMap<string, number>;
  readonly irVersion: number;
  readonly folder: string;
  readonly file?: string | undefined;
}

/** Encodes a graph; composites are written as their bodies. */
export function encodeModel({ graph, opsets, irVersion, folder, file }: Encodable): DerivedModel {
  const bytes = encodeModelProto({
    irVersion: Math.max(irVersion, OLDEST_IR_VERSION),
    producerName: 'unpool',
    producerVersion: '',
    graph: graphProto(graph),
    opsetImport: [...opsets].map(([domain, version]) => ({ domain, version })),
    metadataProps: [],
    functions: [],
  });
  return { bytes, folder, file };
}

function graphProto(graph: Graph): GraphProto {
  return {
    node: graph.nodes.flatMap(primitives).map(nodeProto),
    name: graph.name || 'graph',
    initializer: [...graph.constants.values()].map(tensorProto),
    input: graph.inputs.map(valueInfoProto),
    output: graph.outputs.map(valueInfoProto),
    valueInfo: [],
  };
}

/** A node, or the nodes a composite stands for. */
export function primitives(node: Node): readonly Node[] {
  return node.body === undefined ? [node] : node.body.flatMap(primitives);
}

function nodeProto(node: Node): NodeProto {
  return {
    name: node.name,
    opType: node.opType,
    domain: node.domain,
    input: [...node.inputs],
    output: [...node.outputs],
    attribute: [...node.attributes].map(([name, attribute]) => attributeProto(name, attribute)),
  };
}

function attributeProto(name: string, attribute: Attribute): AttributeProto {
  switch (attribute.type) {
    case 'float':
      return { name, type: ATTRIBUTE_TYPE.float, f: attribute.value };
    case 'int':
      return { name, type: ATTRIBUTE_TYPE.int, i: longOf(attribute.value) };
    case 'string':
      return { name, type: ATTRIBUTE_TYPE.string, s: new TextEncoder().encode(attribute.value) };
    case 'floats':
      return { name, type: ATTRIBUTE_TYPE.floats, floats: [...attribute.value] };
    case 'ints':
      return { name, type: ATTRIBUTE_TYPE.ints, ints: attribute.value.map(longOf) };
    case 'strings':
      return {
        name,
        type: ATTRIBUTE_TYPE.strings,
        strings: attribute.value.map((text) => new TextEncoder().encode(text)),
      };
    case 'tensor':
      return { name, type: ATTRIBUTE_TYPE.tensor, t: tensorProto(attribute.value) };
    case 'graph':
      return { name, type: ATTRIBUTE_TYPE.graph, g: graphProto(attribute.value) };
    case 'other':
      return decodeAttributeProto(attribute.value);
  }
}

/** Beyond 2^53 protobufjs wraps plain numbers; halves of 32 bits it takes as they are. */
function longOf(value: number): number | Int64 {
  if (Number.isSafeInteger(value)) {
    return value;
  }
  const whole = toInt64(value);
  const [low, high] = [Number(BigInt.asIntN(32, whole)), Number(whole >> 32n)];
  return { low, high, toNumber: () => Number(whole) };
}

function tensorProto(constant: Constant): TensorProto {
  const head = { name: constant.name, dims: [...constant.shape], dataType: constant.typeCode };
  const { data } = constant;
  switch (data.kind) {
    case 'inline':
      return { ...head, rawData: data.bytes };
    case 'strings':
      return { ...head, stringData: [...data.values] };
    case 'file':
      return {
        ...head,
        dataLocation: 1,
        externalData: [
          { key: 'location', value: data.location },
          { key: 'offset', value: String(data.offset) },
          { key: 'length', value: String(data.length) },
        ],
      };
  }
}

function valueInfoProto(info: ValueInfo): ValueInfoProto {
  if (info.dtype === undefined) {
    return { name: info.name };
  }
  const shape = info.shape && {
    dim: info.shape.map((size) =>
      typeof size === 'number' ? { dimValue: size } : size === undefined ? {} : { dimParam: size },
    ),
  };
  return { name: info.name, type: { tensorType: { elemType: codeOf(info.dtype), ...(shape && { shape }) } } };
}
