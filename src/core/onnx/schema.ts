/** ONNX's messages as bytes, through protobufjs, and their whole numbers. */

import protobuf from 'protobufjs';

import { SCHEMA } from './proto/messages.js';
import type { AttributeProto, GraphProto, Int64, ModelProto, Whole } from './proto/messages.js';

/** A message to encode: what is left out has its default. */
export type Written<Message> = Message extends string | number | boolean | Uint8Array | Int64 | null
  ? Message
  : Message extends readonly (infer Item)[]
    ? Written<Item>[]
    : { [Field in keyof Message]?: Written<Message[Field]> };

const root = protobuf.Root.fromJSON(SCHEMA);
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

export function encodeModelProto(model: Written<ModelProto>): Uint8Array {
  return modelType.encode(model as unknown as protobuf.Message).finish();
}

export function encodeAttributeProto(attribute: Written<AttributeProto>): Uint8Array {
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
