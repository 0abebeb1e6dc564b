/** Writing small ONNX models: derived graphs whose weights are external data in the user's files. */

import { UserError } from '../errors.js';
import { bytesOfConstant } from './constants.js';
import { codeOf } from './dataTypes.js';
import { toInt64 } from './integers.js';
import type {
  Attribute,
  Constant,
  ConstantData,
  DerivedModel,
  Graph,
  Model,
  Node,
  ValueInfo,
} from './model.js';
import { ATTRIBUTE_TYPE, DATA_LOCATION } from './proto/messages.js';
import { decodeAttributeProto, encodeModelProto } from './schema.js';
import type { Written } from './schema.js';
import type {
  AttributeProto,
  StringStringEntryProto,
  GraphProto,
  Int64,
  NodeProto,
  TensorProto,
  ValueInfoProto,
} from './proto/messages.js';

/** Older IR versions want every initializer among the inputs and know no external data. */
const OLDEST_IR_VERSION = 8;

export interface Encodable {
  readonly graph: Graph;
  readonly opsets: ReadonlyMap<string, number>;
  readonly irVersion: number;
  readonly folder: string;
  readonly file?: string | undefined;
}

/** Protobuf messages end at 2 GiB. */
const FILE_LIMIT = 2 ** 31 - 2 ** 20;

/**
 * Encodes a whole model for a file of its own: all weights, wherever they lie, with metadata and producer.
 * @throws UserError where that would be larger than a protobuf file can be
 */
export async function encodeWhole(model: Model): Promise<Uint8Array> {
  const { graph, opsets, irVersion, producer, metadata } = model;
  const size = [...graph.constants.values()].reduce(
    (sum, { data }) => sum + (data.kind === 'file' ? data.length : 0),
    0,
  );
  if (size > FILE_LIMIT) {
    throw new UserError(`${model.file}: its weights are larger than the 2 GiB that one ONNX file can hold`);
  }
  const whole = await withBytes(graph, async (constant) => ({
    kind: 'inline',
    bytes: await bytesOfConstant(constant, model.folder),
  }));
  const [name = '', ...version] = producer.split(' ');
  return encodeModelProto({
    irVersion: Math.max(irVersion, OLDEST_IR_VERSION),
    producerName: name,
    producerVersion: version.join(' '),
    graph: graphProto(whole, true),
    opsetImport: [...opsets].map(([domain, version]) => ({ domain, version })),
    metadataProps: entries(metadata),
    functions: [],
  });
}

/** The graph with every constant that lies in a file replaced by what `read` gives, subgraphs included. */
async function withBytes(graph: Graph, read: (constant: Constant) => Promise<ConstantData>): Promise<Graph> {
  const filled = async (constant: Constant): Promise<Constant> =>
    constant.data.kind === 'file' ? { ...constant, data: await read(constant) } : constant;
  const constants = new Map<string, Constant>();
  for (const [name, constant] of graph.constants) {
    constants.set(name, await filled(constant));
  }
  const nodeWith = async (node: Node): Promise<Node> => {
    const attributes = new Map<string, Attribute>();
    for (const [name, attribute] of node.attributes) {
      attributes.set(
        name,
        attribute.type === 'tensor'
          ? { type: 'tensor', value: await filled(attribute.value) }
          : attribute.type === 'graph'
            ? { type: 'graph', value: await withBytes(attribute.value, read) }
            : attribute,
      );
    }
    const body = node.body && (await Promise.all(node.body.map(nodeWith)));
    return { ...node, attributes, ...(body && { body }) };
  };
  return { ...graph, constants, nodes: await Promise.all(graph.nodes.map(nodeWith)) };
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

/** @param keepsMetadata whether to write what the exporter noted at the nodes, which no run needs */
function graphProto(graph: Graph, keepsMetadata = false): Written<GraphProto> {
  return {
    node: graph.nodes.flatMap(primitives).map((node) => nodeProto(node, keepsMetadata)),
    name: graph.name || 'graph',
    initializer: [...graph.constants.values()].map(tensorProto),
    input: graph.inputs.map(valueInfoProto),
    output: graph.outputs.map(valueInfoProto),
    valueInfo: keepsMetadata ? [...graph.valueInfo.values()].map(valueInfoProto) : [],
  };
}

function entries(map: ReadonlyMap<string, string>): StringStringEntryProto[] {
  return [...map].map(([key, value]) => ({ key, value }));
}

/** A node, or the nodes a composite stands for. */
export function primitives(node: Node): readonly Node[] {
  return node.body === undefined ? [node] : node.body.flatMap(primitives);
}

function nodeProto(node: Node, keepsMetadata: boolean): Written<NodeProto> {
  return {
    name: node.name,
    opType: node.opType,
    domain: node.domain,
    input: [...node.inputs],
    output: [...node.outputs],
    attribute: [...node.attributes].map(([name, attribute]) => attributeProto(name, attribute)),
    ...(keepsMetadata && { metadataProps: entries(node.metadata) }),
  };
}

function attributeProto(name: string, attribute: Attribute): Written<AttributeProto> {
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

function tensorProto(constant: Constant): Written<TensorProto> {
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
        dataLocation: DATA_LOCATION.external,
        externalData: [
          { key: 'location', value: data.location },
          { key: 'offset', value: String(data.offset) },
          { key: 'length', value: String(data.length) },
        ],
      };
  }
}

function valueInfoProto(info: ValueInfo): Written<ValueInfoProto> {
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
