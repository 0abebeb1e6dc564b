/** Constants: from TensorProto to records, and from records to values. */

import { realpathSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';

import { UserError } from '../errors.js';
import { brainToNumber, halfToNumber } from '../floats.js';
import { elementCount } from '../tensor.js';
import type { Tensor, TensorData } from '../tensor.js';
import { byteLength, dataTypeOf } from './dataTypes.js';
import type { Constant, ConstantData, ConstantReader } from './model.js';
import { toBigInt, toNumber } from './schema.js';
import type { TensorProto } from './proto/messages.js';

/** Checks external data references of one model, remembering the files it has seen. */
export class ExternalFiles {
  private readonly sizes = new Map<string, number>();
  private readonly realFolder: string;

  constructor(
    private readonly file: string,
    private readonly folder: string,
  ) {
    this.realFolder = realpathSync(folder);
  }

  /** @throws UserError for a location outside the model's folder, a missing file, or a range behind its end */
  check(tensor: string, location: string, offset: number, length: number | undefined): number {
    const size = this.sizeOf(tensor, location);
    const wanted = length ?? size - offset;
    if (!(offset >= 0 && wanted >= 0 && offset + wanted <= size)) {
      throw new UserError(
        `${this.file}: tensor '${tensor}' wants bytes ${offset} to ${offset + wanted} of ${location}, which has ${size}; the file is truncated or belongs to another model`,
      );
    }
    return wanted;
  }

  private sizeOf(tensor: string, location: string): number {
    const known = this.sizes.get(location);
    if (known !== undefined) {
      return known;
    }
    const outside = new UserError(
      `${this.file}: tensor '${tensor}' keeps its data in '${location}', outside the model's folder; this is refused, put the file beside the model and save the model again`,
    );
    const path = resolve(this.folder, location);
    if (location === '' || isAbsolute(location) || !within(resolve(this.folder), path)) {
      throw outside;
    }
    let real: string;
    try {
      real = realpathSync(path);
    } catch {
      throw new UserError(
        `${this.file}: tensor '${tensor}' keeps its data in '${location}', which is missing; put that file beside the model`,
      );
    }
    if (!within(this.realFolder, real)) {
      throw outside;
    }
    const { size } = statSync(real);
    this.sizes.set(location, size);
    return size;
  }
}

function within(folder: string, path: string): boolean {
  const step = relative(folder, path);
  return step !== '' && step !== '..' && !step.startsWith(`..${sep}`) && !isAbsolute(step);
}

/**
 * The record of a TensorProto.
 * @throws UserError where type, shape and data contradict each other
 */
export function constantOf(tensor: TensorProto, name: string, file: string, files: ExternalFiles): Constant {
  const dtype = dataTypeOf(tensor.dataType);
  if (dtype === undefined) {
    throw new UserError(`${file}: tensor '${name}' has the unknown data type ${tensor.dataType}`);
  }
  const shape = tensor.dims.map(toNumber);
  if (shape.some((size) => size < 0)) {
    throw new UserError(`${file}: tensor '${name}' has the impossible shape [${shape.join(', ')}]`);
  }
  const data = dataOf(tensor, name, files);
  const expected = byteLength(dtype, elementCount(shape));
  const found = data.kind === 'inline' ? data.bytes.length : data.kind === 'file' ? data.length : undefined;
  if (expected !== undefined && found !== undefined && found !== expected) {
    throw new UserError(
      `${file}: tensor '${name}' of shape [${shape.join(', ')}] and type ${dtype} needs ${expected} bytes of data, the file has ${found}`,
    );
  }
  return { name, dtype, typeCode: tensor.dataType, shape, data };
}

function dataOf(tensor: TensorProto, name: string, files: ExternalFiles): ConstantData {
  if (tensor.dataLocation === 1) {
    const entries = new Map(tensor.externalData?.map(({ key, value }) => [key, value]));
    const location = (entries.get('location') ?? '').replaceAll('\\', '/');
    const offset = Number(entries.get('offset') ?? 0);
    const wanted = entries.has('length') ? Number(entries.get('length')) : undefined;
    return { kind: 'file', location, offset, length: files.check(name, location, offset, wanted) };
  }
  return dataTypeOf(tensor.dataType) === 'string'
    ? { kind: 'strings', values: tensor.stringData ?? [] }
    : { kind: 'inline', bytes: inlineBytes(tensor) };
}

/** The data that a TensorProto itself holds, as raw little-endian bytes. */
export function inlineBytes(tensor: TensorProto): Uint8Array {
  if (tensor.rawData !== undefined && tensor.rawData.length > 0) {
    return tensor.rawData.slice();
  }
  return typedBytes(tensor, byteLength(dataTypeOf(tensor.dataType) ?? 'float32', 1) ?? 1);
}

/** Typed data as raw little-endian bytes; int32_data holds every type of at most 32 bits but float32. */
function typedBytes(tensor: TensorProto, elementSize: number): Uint8Array {
  const { floatData = [], doubleData = [], int32Data = [], int64Data = [], uint64Data = [] } = tensor;
  if (floatData.length > 0) {
    return bytesOf(Float32Array.from(floatData));
  }
  if (doubleData.length > 0) {
    return bytesOf(Float64Array.from(doubleData));
  }
  if (int64Data.length > 0) {
    return bytesOf(BigInt64Array.from(int64Data, toBigInt));
  }
  if (uint64Data.length > 0) {
    return elementSize === 4
      ? bytesOf(Uint32Array.from(uint64Data, toNumber))
      : bytesOf(BigUint64Array.from(uint64Data, (value) => BigInt.asUintN(64, toBigInt(value))));
  }
  const Narrow = elementSize === 1 ? Uint8Array : elementSize === 2 ? Uint16Array : Int32Array;
  return bytesOf(Narrow.from(int32Data));
}

function bytesOf(array: TensorData): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** Reads constants of a model whose external data lie in `folder`. */
export function constantReader(folder: string): ConstantReader {
  return async (constant) => {
    const bytes = await bytesOfConstant(constant, folder);
    // What was read from a file is nobody else's.
    return constant.data.kind === 'file' && bytes.buffer instanceof ArrayBuffer
      ? { dtype: constant.dtype, shape: constant.shape, data: viewOf(constant, bytes.buffer) }
      : tensorOf(constant, bytes);
  };
}

/**
 * A constant's values in parts of at most `most`, in their order; each part is good until the next one is asked for.
 * @param folder the folder that external data locations are relative to
 */
export async function* partsOfConstant(
  constant: Constant,
  folder: string,
  most: number,
): AsyncGenerator<Tensor, void, undefined> {
  const { data, dtype, shape } = constant;
  const size = byteLength(dtype, 1);
  if (data.kind !== 'file' || size === undefined) {
    yield tensorOf(constant, await bytesOfConstant(constant, folder));
    return;
  }
  const handle = await open(join(folder, data.location));
  try {
    const count = elementCount(shape);
    const buffer = new Uint8Array(Math.min(count, most) * size);
    for (let first = 0; first < count; first += most) {
      const length = Math.min(most, count - first);
      const { bytesRead } = await handle.read(buffer, 0, length * size, data.offset + first * size);
      if (bytesRead !== length * size) {
        throw endsTooSoon(constant, data.location);
      }
      yield { dtype, shape: [length], data: viewOf(constant, buffer.buffer).subarray(0, length) };
    }
  } finally {
    await handle.close();
  }
}

function endsTooSoon({ name }: Constant, location: string): UserError {
  return new UserError(`${location}: tensor '${name}' ends behind the end of the file`);
}

/** The values of an inline constant as numbers, or undefined where they lie in a file or are no numbers. */
export function inlineNumbers(constant: Constant): readonly number[] | undefined {
  if (constant.data.kind !== 'inline') {
    return undefined;
  }
  const { data } = tensorOf(constant, constant.data.bytes);
  switch (constant.dtype) {
    case 'float16':
      return Array.from(data as Uint16Array, halfToNumber);
    case 'bfloat16':
      return Array.from(data as Uint16Array, brainToNumber);
    case 'complex64':
    case 'complex128':
    case 'int4':
    case 'uint4':
    case 'float8':
    case 'string':
      return undefined;
    default:
      return Array.from(data as ArrayLike<number | bigint>, Number);
  }
}

/** The bytes of a constant, as the file has them. */
export async function bytesOfConstant(constant: Constant, folder: string): Promise<Uint8Array> {
  const { data } = constant;
  switch (data.kind) {
    case 'inline':
      return data.bytes;
    case 'strings':
      throw new UserError(`tensor '${constant.name}' holds text, not numbers`);
    case 'file': {
      const handle = await open(join(folder, data.location));
      try {
        const bytes = new Uint8Array(data.length);
        const { bytesRead } = await handle.read(bytes, 0, data.length, data.offset);
        if (bytesRead !== data.length) {
          throw endsTooSoon(constant, data.location);
        }
        return bytes;
      } finally {
        await handle.close();
      }
    }
  }
}

/** The tensor that a constant's bytes stand for. */
export function tensorOf(constant: Constant, bytes: Uint8Array): Tensor {
  // A copy starts at an address that suits every element type.
  const { buffer } = new Uint8Array(bytes);
  return { dtype: constant.dtype, shape: constant.shape, data: viewOf(constant, buffer) };
}

function viewOf({ dtype }: Constant, buffer: ArrayBuffer): TensorData {
  switch (dtype) {
    case 'float32':
    case 'complex64':
      return new Float32Array(buffer);
    case 'float64':
    case 'complex128':
      return new Float64Array(buffer);
    case 'float16':
    case 'bfloat16':
    case 'uint16':
      return new Uint16Array(buffer);
    case 'int8':
      return new Int8Array(buffer);
    case 'int16':
      return new Int16Array(buffer);
    case 'int32':
      return new Int32Array(buffer);
    case 'int64':
      return new BigInt64Array(buffer);
    case 'uint32':
      return new Uint32Array(buffer);
    case 'uint64':
      return new BigUint64Array(buffer);
    case 'uint8':
    case 'bool':
    case 'int4':
    case 'uint4':
    case 'float8':
    case 'string':
      return new Uint8Array(buffer);
  }
}
