/**
 * Decodes models piece by piece. A message may be cut between its fields: what is decoded of the pieces amounts to the
 * whole, with the repeated fields one behind the other.
 */

import protobuf from 'protobufjs';

import { each } from '../steps.js';
import type { Steps } from '../steps.js';
import { SCHEMA } from './proto/messages.js';
import { decodeGraphProto, decodeModelProto } from './schema.js';
import type { GraphProto, ModelProto } from './proto/messages.js';

/** Decoding a piece takes some milliseconds. */
const PIECE = 1 << 17;
const LENGTH_DELIMITED = 2;
/** Number of ModelProto's field. */
const GRAPH = SCHEMA.nested.ModelProto.fields.graph.id;

/** The model that `bytes` hold. @throws Error of protobufjs on malformed bytes */
export function* decodedModelSteps(bytes: Uint8Array): Steps<ModelProto> {
  let graphBytes: Uint8Array | undefined;
  const others: Uint8Array[] = [];
  const reader = protobuf.Reader.create(bytes);
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const key = reader.uint32();
    if (key === GRAPH * 8 + LENGTH_DELIMITED) {
      const length = reader.uint32();
      graphBytes = bytes.subarray(reader.pos, reader.pos + length);
      reader.skip(length);
    } else {
      reader.skipType(key & 7);
      others.push(bytes.subarray(start, reader.pos));
    }
  }
  const model = decodeModelProto(Buffer.concat(others));
  if (graphBytes !== undefined) {
    model.graph = yield* decodedGraphSteps(graphBytes);
  }
  return model;
}

function* decodedGraphSteps(bytes: Uint8Array): Steps<GraphProto> {
  const graph = decodeGraphProto(new Uint8Array(0));
  yield* each(piecesOf(bytes), (piece) => {
    for (const [field, value] of Object.entries(decodeGraphProto(piece))) {
      const whole: unknown = graph[field as keyof GraphProto];
      if (Array.isArray(whole) && Array.isArray(value)) {
        for (const item of value) {
          whole.push(item);
        }
      } else {
        Object.assign(graph, { [field]: value });
      }
    }
  });
  return graph;
}

/** Cuts a message between its fields. */
function* piecesOf(bytes: Uint8Array): Generator<Uint8Array, void> {
  const reader = protobuf.Reader.create(bytes);
  let start = 0;
  while (reader.pos < reader.len) {
    reader.skipType(reader.uint32() & 7);
    if (reader.pos - start >= PIECE || reader.pos === reader.len) {
      yield bytes.subarray(start, reader.pos);
      start = reader.pos;
    }
  }
}
