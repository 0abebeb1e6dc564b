/**
 * Reads an ONNX file without its weights: the ModelProto's bytes with every large tensor's data replaced by an
 * external-data reference to where the data lie in the same file. Time and memory follow the
 * graph's size, not the weights'.
 */

import { WireError } from './fileCursor.js';
import type { FileCursor, WireField } from './fileCursor.js';

/** Messages up to this many bytes are copied whole: small tensors stay in memory. */
const COPY_LIMIT = 1024;
/** No real model's graph structure comes near this; a file that does is broken or hostile. */
const SKELETON_LIMIT = 1 << 29;
const DEPTH_LIMIT = 64;

/** Which length-delimited fields hold messages that may hold tensors. */
type Message = 'model' | 'graph' | 'node' | 'attribute' | 'function' | 'tensor' | 'sparse';
const CHILDREN: Readonly<Record<Message, Readonly<Record<number, Message>>>> = {
  model: { 7: 'graph', 25: 'function' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph' },
  function: { 7: 'node', 11: 'attribute' },
  sparse: { 1: 'tensor', 2: 'tensor' },
  tensor: {},
};
/** TrainingInfoProto repeats the graph for training; nothing here reads it. */
const SKIPPED: Readonly<Partial<Record<Message, readonly number[]>>> = { model: [20] };
/** Fields of TensorProto whose packed bytes are the raw bytes: float_data, raw_data, double_data. */
const RAW_FIELDS = [4, 9, 10];

/**
 * The skeleton of the ONNX file behind `cursor`; `location` is the file's own base name. Messages up to
 * `copyLimit` bytes are copied whole.
 * @throws WireError where the file is no protobuf or is truncated
 */
export async function readSkeleton(
  cursor: FileCursor,
  location: string,
  copyLimit = COPY_LIMIT,
): Promise<Uint8Array> {
  let total = 0;

  const rewrite = async (
    message: Message,
    start: number,
    end: number,
    depth: number,
  ): Promise<Uint8Array> => {
    if (depth > DEPTH_LIMIT) {
      throw new WireError(`its graphs are nested more than ${DEPTH_LIMIT} deep`);
    }
    const written = new Sink();
    // At the end, behind a data_location that says that the data are in the tensor itself.
    let reference: Uint8Array | undefined;
    for (let at = start; at < end;) {
      const field = cursor.fieldAtHand(at, end) ?? (await cursor.field(at, end));
      at = field.end;
      const child = field.wireType === 2 ? CHILDREN[message][field.id] : undefined;
      if (SKIPPED[message]?.includes(field.id)) {
        continue;
      }
      if (message === 'tensor' && holdsRawData(field) && field.length > copyLimit / 2) {
        reference = externalData(location, field.payload, field.length);
      } else if (child !== undefined && field.length > copyLimit) {
        const inner = await rewrite(child, field.payload, field.end, depth + 1);
        written.add(lengthDelimited(field.id, inner.length));
        written.add(inner);
      } else {
        total += field.end - field.start;
        if (total > SKELETON_LIMIT) {
          throw new WireError('its graph without weights is larger than 512 MiB');
        }
        const length = field.end - field.start;
        written.add(cursor.bytesAtHand(field.start, length) ?? (await cursor.read(field.start, length)));
      }
    }
    if (reference !== undefined) {
      written.add(reference);
    }
    return written.bytes;
  };

  return rewrite('model', 0, cursor.size, 0);
}

/** Bytes one behind the other. */
class Sink {
  private buffer = new Uint8Array(256);
  private length = 0;

  add(bytes: Uint8Array): void {
    const end = this.length + bytes.length;
    if (end > this.buffer.length) {
      const larger = new Uint8Array(Math.max(end, 2 * this.buffer.length));
      larger.set(this.bytes);
      this.buffer = larger;
    }
    this.buffer.set(bytes, this.length);
    this.length = end;
  }

  get bytes(): Uint8Array {
    return this.buffer.subarray(0, this.length);
  }
}

function holdsRawData(field: WireField): boolean {
  return field.wireType === 2 && RAW_FIELDS.includes(field.id);
}

/** Fields external_data (13: location, offset, length) and data_location (14: EXTERNAL) of a TensorProto. */
function externalData(location: string, offset: number, length: number): Uint8Array {
  const entries = [
    ['location', location],
    ['offset', String(offset)],
    ['length', String(length)],
  ].map(([key = '', value = '']) => {
    const entry = concatenate([text(1, key), text(2, value)]);
    return concatenate([lengthDelimited(13, entry.length), entry]);
  });
  return concatenate([...entries, Uint8Array.of(14 << 3, 1)]);
}

function text(id: number, value: string): Uint8Array {
  const bytes = new TextEncoder().encode(value);
  return concatenate([lengthDelimited(id, bytes.length), bytes]);
}

/** Key and length prefix of a length-delimited field. */
function lengthDelimited(id: number, length: number): Uint8Array {
  return Uint8Array.from([...varint(id * 8 + 2), ...varint(length)]);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  for (; value >= 0x80; value = Math.floor(value / 128)) {
    bytes.push((value % 128) | 0x80);
  }
  bytes.push(value);
  return bytes;
}

function concatenate(chunks: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    joined.set(chunk, at);
    at += chunk.length;
  }
  return joined;
}
