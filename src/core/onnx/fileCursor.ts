/** Positional reading of protobuf wire data from a file, without reading what is skipped. */

import type { FileHandle } from 'node:fs/promises';

const BLOCK = 256 * 1024;

/** The bytes are not protobuf, or end too soon. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

/** A field as it stands on the wire; `end` is the offset behind it. */
export interface WireField {
  readonly id: number;
  readonly wireType: number;
  /** Offset of the field's key. */
  readonly start: number;
  /** Offset and length of the payload: of a length-delimited field without its length prefix. */
  readonly payload: number;
  readonly length: number;
  readonly end: number;
}

/** Reads through a block buffer: neighbouring small reads cost one system call, and are there without waiting. */
export class FileCursor {
  private block: Uint8Array = new Uint8Array(0);
  private blockStart = 0;

  constructor(
    private readonly handle: FileHandle,
    readonly size: number,
  ) {}

  /** Bytes [offset, offset + length); a view into the buffer when short, so use it before the next read. */
  async read(offset: number, length: number): Promise<Uint8Array> {
    if (offset + length > this.size) {
      throw new WireError(
        `a field at byte ${offset} ends ${offset + length - this.size} bytes behind the end of the file`,
      );
    }
    const atHand = this.bytesAtHand(offset, length);
    if (atHand !== undefined) {
      return atHand;
    }
    if (length > BLOCK) {
      return this.fetch(offset, length);
    }
    this.block = await this.fetch(offset, Math.min(BLOCK, this.size - offset));
    this.blockStart = offset;
    return this.block.subarray(0, length);
  }

  /** The same bytes where they are in the buffer: there are many small fields, and waiting for each takes long. */
  bytesAtHand(offset: number, length: number): Uint8Array | undefined {
    const inBlock = offset - this.blockStart;
    return inBlock >= 0 && inBlock + length <= this.block.length
      ? this.block.subarray(inBlock, inBlock + length)
      : undefined;
  }

  /** The field whose key is at `offset`; it has to end by `limit`. */
  async field(offset: number, limit: number): Promise<WireField> {
    return this.fieldIn(await this.read(offset, headLength(offset, limit)), offset, limit);
  }

  /** The same field where its head is in the buffer. */
  fieldAtHand(offset: number, limit: number): WireField | undefined {
    const head = this.bytesAtHand(offset, headLength(offset, limit));
    return head && this.fieldIn(head, offset, limit);
  }

  private fieldIn(head: Uint8Array, offset: number, limit: number): WireField {
    const [key, keyEnd] = varint(head, 0, offset);
    const id = Math.floor(key / 8);
    const wireType = key % 8;
    let payload = offset + keyEnd;
    let length: number;
    switch (wireType) {
      case 0:
        length = varint(head, keyEnd, offset)[1] - keyEnd;
        break;
      case 1:
        length = 8;
        break;
      case 2: {
        const [size, sizeEnd] = varint(head, keyEnd, offset);
        payload = offset + sizeEnd;
        length = size;
        break;
      }
      case 5:
        length = 4;
        break;
      default:
        throw new WireError(`byte ${offset} starts no protobuf field`);
    }
    const end = payload + length;
    if (id === 0 || end > limit) {
      throw new WireError(
        end > this.size
          ? `a field at byte ${offset} ends ${end - this.size} bytes behind the end of the file`
          : `byte ${offset} starts no protobuf field`,
      );
    }
    return { id, wireType, start: offset, payload, length, end };
  }

  private async fetch(offset: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    for (let filled = 0; filled < length;) {
      const { bytesRead } = await this.handle.read(bytes, filled, length - filled, offset + filled);
      if (bytesRead === 0) {
        throw new WireError(`the file ended at byte ${offset + filled} while it was read`);
      }
      filled += bytesRead;
    }
    return bytes;
  }
}

/** A key and a length have at most that many bytes. */
function headLength(offset: number, limit: number): number {
  return Math.min(20, limit - offset);
}

/** A base-128 varint in `bytes` at `at`: its value (rounded above 2^53) and the index behind it. */
function varint(bytes: Uint8Array, at: number, offset: number): [value: number, end: number] {
  let value = 0;
  for (let index = at; index < at + 10; index++) {
    const byte = bytes[index];
    if (byte === undefined) {
      throw new WireError(`the data end in the middle of a number at byte ${offset}`);
    }
    value += (byte & 0x7f) * 2 ** (7 * (index - at));
    if (byte < 0x80) {
      return [value, index + 1];
    }
  }
  throw new WireError(`byte ${offset} starts no protobuf field`);
}
