/** The generated TypeScript of ONNX's messages, and the messages as bytes. */

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

import { MESSAGES_FILE, messagesSource } from '../../../../scripts/onnxMessages.mjs';
import {
  decodeAttributeProto,
  decodeModelProto,
  encodeAttributeProto,
  encodeModelProto,
} from '../../../../src/core/onnx/schema.js';

it('is what onnx.proto says; `npm run messages` writes it', async () => {
  expect(readFileSync(MESSAGES_FILE, 'utf8')).toBe(await messagesSource());
});

it('writes fields under the numbers and in the form that the specification gives', () => {
  // name: field 1, a text; ints: field 8, each number with its own tag, for proto2 packs only where told; type: field 20.
  expect([...encodeAttributeProto({ name: 'pads', ints: [1, 2], type: 7 })]).toEqual([
    ...[0x0a, 4, ...Buffer.from('pads')],
    ...[0x40, 1, 0x40, 2],
    ...[0xa0, 0x01, 7],
  ]);
  // initializer: field 5 of the graph; float_data: field 4 of the tensor, packed.
  const graph = { initializer: [{ dims: [1], floatData: [1] }] };
  expect([...encodeModelProto({ graph })]).toEqual([
    ...[0x3a, 10],
    ...[0x2a, 8, 0x08, 1, 0x22, 4, 0, 0, 0x80, 0x3f],
  ]);
});

it('reads numbers of a list in both forms, and what is left out as its default', () => {
  const packed = decodeAttributeProto(Uint8Array.of(0x42, 2, 1, 2));
  const apart = decodeAttributeProto(Uint8Array.of(0x40, 1, 0x40, 2));
  expect(packed.ints.map(Number)).toEqual([1, 2]);
  expect(apart.ints.map(Number)).toEqual([1, 2]);
  const { name, type, g, strings } = packed;
  expect({ name, type, g, strings }).toEqual({ name: '', type: 0, g: null, strings: [] });
  expect(decodeModelProto(new Uint8Array(0)).graph).toBeNull();
});
