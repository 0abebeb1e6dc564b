/**
 * The messages of ONNX's protobuf schema that Unpool reads and writes, as field numbers of onnx.proto
 * (IR version 13), and their encoded and decoded form through protobufjs.
 */

import protobuf from 'protobufjs';

type FieldRow = readonly [name: string, id: number, type: string, repeated?: 'repeated'];

const MESSAGES: Readonly<Record<string, readonly FieldRow[]>> = {
  StringStringEntryProto: [
    ['key', 1, 'string'],
    ['value', 2, 'string'],
  ],
  OperatorSetIdProto: [
    ['domain', 1, 'string'],
    ['version', 2, 'int64'],
  ],
  TensorProto: [
    ['dims', 1, 'int64', 'repeated'],
    ['dataType', 2, 'int32'],
    ['floatData', 4, 'float', 'repeated'],
    ['int32Data', 5, 'int32', 'repeated'],
    ['stringData', 6, 'bytes', 'repeated'],
    ['int64Data', 7, 'int64', 'repeated'],
    ['name', 8, 'string'],
    ['rawData', 9, 'bytes'],
    ['doubleData', 10, 'double', 'repeated'],
    ['uint64Data', 11, 'uint64', 'repeated'],
    ['docString', 12, 'string'],
    ['externalData', 13, 'StringStringEntryProto', 'repeated'],
    ['dataLocation', 14, 'int32'],
  ],
  SparseTensorProto: [
    ['values', 1, 'TensorProto'],
    ['indices', 2, 'TensorProto'],
    ['dims', 3, 'int64', 'repeated'],
  ],
  Dimension: [
    ['dimValue', 1, 'int64'],
    ['dimParam', 2, 'string'],
  ],
  TensorShapeProto: [['dim', 1, 'Dimension', 'repeated']],
  TensorTypeProto: [
    ['elemType', 1, 'int32'],
    ['shape', 2, 'TensorShapeProto'],
  ],
  SequenceTypeProto: [['elemType', 1, 'TypeProto']],
  MapTypeProto: [
    ['keyType', 1, 'int32'],
    ['valueType', 2, 'TypeProto'],
  ],
  TypeProto: [
    ['tensorType', 1, 'TensorTypeProto'],
    ['sequenceType', 4, 'SequenceTypeProto'],
    ['mapType', 5, 'MapTypeProto'],
    ['sparseTensorType', 8, 'TensorTypeProto'],
    ['optionalType', 9, 'SequenceTypeProto'],
  ],
  ValueInfoProto: [
    ['name', 1, 'string'],
    ['type', 2, 'TypeProto'],
    ['docString', 3, 'string'],
  ],
  AttributeProto: [
    ['name', 1, 'string'],
    ['f', 2, 'float'],
    ['i', 3, 'int64'],
    ['s', 4, 'bytes'],
    ['t', 5, 'TensorProto'],
    ['g', 6, 'GraphProto'],
    ['floats', 7, 'float', 'repeated'],
    ['ints', 8, 'int64', 'repeated'],
    ['strings', 9, 'bytes', 'repeated'],
    ['tensors', 10, 'TensorProto', 'repeated'],
    ['graphs', 11, 'GraphProto', 'repeated'],
    ['docString', 13, 'string'],
    ['tp', 14, 'TypeProto'],
    ['typeProtos', 15, 'TypeProto', 'repeated'],
    ['type', 20, 'int32'],
    ['refAttrName', 21, 'string'],
    ['sparseTensor', 22, 'SparseTensorProto'],
    ['sparseTensors', 23, 'SparseTensorProto', 'repeated'],
  ],
  NodeProto: [
    ['input', 1, 'string', 'repeated'],
    ['output', 2, 'string', 'repeated'],
    ['name', 3, 'string'],
    ['opType', 4, 'string'],
    ['attribute', 5, 'AttributeProto', 'repeated'],
    ['docString', 6, 'string'],
    ['domain', 7, 'string'],
    ['overload', 8, 'string'],
    ['metadataProps', 9, 'StringStringEntryProto', 'repeated'],
  ],
  GraphProto: [
    ['node', 1, 'NodeProto', 'repeated'],
    ['name', 2, 'string'],
    ['initializer', 5, 'TensorProto', 'repeated'],
    ['docString', 10, 'string'],
    ['input', 11, 'ValueInfoProto', 'repeated'],
    ['output', 12, 'ValueInfoProto', 'repeated'],
    ['valueInfo', 13, 'ValueInfoProto', 'repeated'],
    ['sparseInitializer', 15, 'SparseTensorProto', 'repeated'],
    ['metadataProps', 16, 'StringStringEntryProto', 'repeated'],
  ],
  FunctionProto: [
    ['name', 1, 'string'],
    ['input', 4, 'string', 'repeated'],
    ['output', 5, 'string', 'repeated'],
    ['attribute', 6, 'string', 'repeated'],
    ['node', 7, 'NodeProto', 'repeated'],
    ['docString', 8, 'string'],
    ['opsetImport', 9, 'OperatorSetIdProto', 'repeated'],
    ['domain', 10, 'string'],
    ['attributeProto', 11, 'AttributeProto', 'repeated'],
    ['valueInfo', 12, 'ValueInfoProto', 'repeated'],
    ['overload', 13, 'string'],
    ['metadataProps', 14, 'StringStringEntryProto', 'repeated'],
  ],
  ModelProto: [
    ['irVersion', 1, 'int64'],
    ['producerName', 2, 'string'],
    ['producerVersion', 3, 'string'],
    ['domain', 4, 'string'],
    ['modelVersion', 5, 'int64'],
    ['docString', 6, 'string'],
    ['graph', 7, 'GraphProto'],
    ['opsetImport', 8, 'OperatorSetIdProto', 'repeated'],
    ['metadataProps', 14, 'StringStringEntryProto', 'repeated'],
    ['functions', 25, 'FunctionProto', 'repeated'],
  ],
};

/** protobufjs's 64-bit integer, as far as it is used here. */
export interface Int64 {
  readonly low: number;
  readonly high: number;
  toNumber(): number;
}
export type Whole = Int64 | number;

export interface EntryProto {
  key: string;
  value: string;
}
export interface OpsetProto {
  domain: string;
  version: Whole;
}
export interface TensorProto {
  dims: Whole[];
  dataType: number;
  floatData?: number[];
  int32Data?: number[];
  stringData?: Uint8Array[];
  int64Data?: Whole[];
  name: string;
  rawData?: Uint8Array;
  doubleData?: number[];
  uint64Data?: Whole[];
  externalData?: EntryProto[];
  dataLocation?: number;
}
export interface DimensionProto {
  dimValue?: Whole;
  dimParam?: string;
}
export interface TensorTypeProto {
  elemType: number;
  shape?: { dim: DimensionProto[] } | null;
}
export interface TypeProto {
  tensorType?: TensorTypeProto | null;
  sequenceType?: { elemType?: TypeProto | null } | null;
  mapType?: { keyType: number; valueType?: TypeProto | null } | null;
  sparseTensorType?: TensorTypeProto | null;
  optionalType?: { elemType?: TypeProto | null } | null;
}
export interface ValueInfoProto {
  name: string;
  type?: TypeProto | null;
}
export interface AttributeProto {
  name: string;
  f?: number;
  i?: Whole;
  s?: Uint8Array;
  t?: TensorProto;
  g?: GraphProto;
  floats?: number[];
  ints?: Whole[];
  strings?: Uint8Array[];
  tensors?: TensorProto[];
  graphs?: GraphProto[];
  tp?: TypeProto | null;
  typeProtos?: TypeProto[];
  type: number;
  refAttrName?: string;
}
export interface NodeProto {
  input: string[];
  output: string[];
  name: string;
  opType: string;
  attribute: AttributeProto[];
  domain: string;
  overload?: string;
  docString?: string;
  metadataProps?: EntryProto[];
}
export interface GraphProto {
  node: NodeProto[];
  name: string;
  initializer: TensorProto[];
  input: ValueInfoProto[];
  output: ValueInfoProto[];
  valueInfo: ValueInfoProto[];
  sparseInitializer?: { values: TensorProto }[];
  docString?: string;
  metadataProps?: EntryProto[];
}
export interface FunctionProto {
  name: string;
  input: string[];
  output: string[];
  attribute: string[];
  node: NodeProto[];
  opsetImport: OpsetProto[];
  domain: string;
  attributeProto: AttributeProto[];
  valueInfo?: ValueInfoProto[];
  overload: string;
  docString?: string;
  metadataProps?: EntryProto[];
}
export interface ModelProto {
  irVersion: Whole;
  producerName: string;
  producerVersion: string;
  domain?: string;
  modelVersion?: Whole;
  docString?: string;
  graph?: GraphProto | null;
  opsetImport: OpsetProto[];
  metadataProps: EntryProto[];
  functions: FunctionProto[];
}

/** AttributeProto.AttributeType. */
export const ATTRIBUTE_TYPE = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  graph: 5,
  floats: 6,
  ints: 7,
  strings: 8,
  tensors: 9,
  graphs: 10,
  sparseTensor: 11,
  sparseTensors: 12,
  typeProto: 13,
  typeProtos: 14,
} as const;

const root = protobuf.Root.fromJSON({
  nested: Object.fromEntries(
    Object.entries(MESSAGES).map(([name, rows]) => [
      name,
      {
        fields: Object.fromEntries(
          rows.map(([field, id, type, repeated]) => [
            field,
            {
              id,
              type,
              ...(repeated && { rule: repeated }),
              ...(repeated && isNumeric(type) && { options: { packed: isPacked(name, field) } }),
            },
          ]),
        ),
      },
    ]),
  ),
});

function isNumeric(type: string): boolean {
  return ['float', 'double', 'int32', 'int64', 'uint64'].includes(type);
}

/** onnx.proto packs the data fields of TensorProto; readers take both forms of every numeric field. */
function isPacked(message: string, field: string): boolean {
  return message === 'TensorProto' && field.endsWith('Data');
}

const modelType = root.lookupType('ModelProto');
const graphType = root.lookupType('GraphProto');
const attributeType = root.lookupType('AttributeProto');

/** Decodes a ModelProto. @throws Error of protobufjs on malformed bytes. */
export function decodeModelProto(bytes: Uint8Array): ModelProto {
  return modelType.decode(bytes) as unknown as ModelProto;
}

export function decodeGraphProto(bytes: Uint8Array): GraphProto {
  return graphType.decode(bytes) as unknown as GraphProto;
}

export function encodeModelProto(model: ModelProto): Uint8Array {
  return modelType.encode(model as unknown as protobuf.Message).finish();
}

export function encodeAttributeProto(attribute: AttributeProto): Uint8Array {
  return attributeType.encode(attribute as unknown as protobuf.Message).finish();
}

export function decodeAttributeProto(bytes: Uint8Array): AttributeProto {
  return attributeType.decode(bytes) as unknown as AttributeProto;
}

/** A whole number of the schema as a JavaScript number; beyond 2^53 it rounds. */
export function toNumber(value: Whole | undefined): number {
  return value === undefined ? 0 : typeof value === 'number' ? value : value.toNumber();
}

/** A whole number of the schema as a 64-bit integer. */
export function toBigInt(value: Whole): bigint {
  return typeof value === 'number' ? BigInt(value) : (BigInt(value.high) << 32n) | BigInt(value.low >>> 0);
}
