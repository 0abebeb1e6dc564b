/** The data of tensors in the textual syntax: values where they are few, a reference to where they lie otherwise. */

import { elementCount } from '../../tensor.js';
import { inlineBytes } from '../constants.js';
import { toNumber } from '../schema.js';
import type { TensorProto } from '../proto/messages.js';
import { doubleText, floatText, quoted } from './literals.js';

/** More values than this are left out, however they are stored. */
const VALUE_LIMIT = 1024;

export interface TensorData {
  /** `{1, 2}`, or `["location": "model.onnx", ...]`. */
  readonly text: string;
  /** Set where values of the file are not in the text and no file holds them as raw bytes. */
  readonly loss?: string;
}

export function isElided({ dataLocation }: TensorProto): boolean {
  return dataLocation === 1;
}

/**
 * The data of a tensor. Types narrower than 32 bits that are no whole numbers (float16, float8, 4-bit types) are
 * bit patterns, as the syntax wants them.
 */
export function tensorData(tensor: TensorProto): TensorData {
  if (isElided(tensor)) {
    const entries = tensor.externalData ?? [];
    return { text: `[${entries.map(({ key, value }) => `${quoted(key)}: ${quoted(value)}`).join(', ')}]` };
  }
  const values = valuesOf(tensor);
  if (values.length <= VALUE_LIMIT) {
    return { text: `{${values.join(', ')}}` };
  }
  const count = String(values.length);
  return {
    text: `["elided": ${quoted(`${count} values`)}]`,
    loss: `its ${count} values are left out`,
  };
}

function valuesOf(tensor: TensorProto): readonly string[] {
  if (tensor.dataType === 8) {
    return (tensor.stringData ?? []).map((bytes) => quoted(new TextDecoder().decode(Uint8Array.from(bytes))));
  }
  const bytes = inlineBytes(tensor);
  // A copy starts at an address that suits every element type.
  const { buffer } = new Uint8Array(bytes);
  switch (tensor.dataType) {
    case 1:
    case 14:
      return Array.from(whole(Float32Array, buffer), floatText);
    case 11:
    case 15:
      return Array.from(whole(Float64Array, buffer), doubleText);
    case 3:
      return Array.from(whole(Int8Array, buffer), String);
    case 4:
    case 10:
    case 16:
      return Array.from(whole(Uint16Array, buffer), String);
    case 5:
      return Array.from(whole(Int16Array, buffer), String);
    case 6:
      return Array.from(whole(Int32Array, buffer), String);
    case 7:
      return Array.from(whole(BigInt64Array, buffer), String);
    case 12:
      return Array.from(whole(Uint32Array, buffer), String);
    case 13:
      return Array.from(whole(BigUint64Array, buffer), String);
    default:
      return Array.from(bytes, String);
  }
}

interface ArrayOf<T> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer, offset: number, length: number): T;
}

/** The whole elements of a buffer: data of a broken file may end within one. */
function whole<T>(Elements: ArrayOf<T>, buffer: ArrayBuffer): T {
  return new Elements(buffer, 0, Math.floor(buffer.byteLength / Elements.BYTES_PER_ELEMENT));
}

/** `14,112 values`, for a comment. */
export function countText({ dims }: TensorProto): string {
  return `${elementCount(dims.map(toNumber)).toLocaleString('en')} values`;
}
