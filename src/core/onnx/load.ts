/** Opening an .onnx file. */

import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';

import { UserError } from '../errors.js';
import { ExternalFiles } from './constants.js';
import { inTurns } from '../steps.js';
import { Decoder, entriesOf } from './decode.js';
import { decodedModelSteps } from './decodeModel.js';
import { FileCursor, WireError } from './fileCursor.js';
import { inlinedFunctionsSteps } from './functions.js';
import type { Model } from './model.js';
import { normalisedSteps } from './normalise.js';
import { compositesSteps } from './patterns/composites.js';
import { toNumber } from './schema.js';
import type { ModelProto } from './proto/messages.js';
import { readSkeleton } from './skeleton.js';
import { withSmallConstants } from './smallConstants.js';

/**
 * Reads the model at `path`; the weights stay in the file.
 * @throws UserError where the file cannot be read, is truncated, or is not a valid ONNX model
 */
export async function loadModel(path: string): Promise<Model> {
  const absolute = resolve(path);
  const proto = await readModelProto(path);
  const graph = await inTurns(inlinedFunctionsSteps(proto, path));
  if (graph === undefined || proto.opsetImport.length === 0) {
    throw new UserError(
      `${path}: this is not an ONNX model: it has no graph; give the path of an .onnx export`,
    );
  }
  const folder = dirname(absolute);
  const decoder = new Decoder(path, new ExternalFiles(path, folder));
  const opsets = new Map<string, number>();
  for (const { domain, version } of [
    ...proto.functions.flatMap((fn) => fn.opsetImport),
    ...proto.opsetImport,
  ]) {
    opsets.set(domain === 'ai.onnx' ? '' : domain, toNumber(version));
  }
  const decoded = await inTurns(decoder.graph(graph));
  const normal = await inTurns(normalisedSteps(decoded, path));
  const whole = await withSmallConstants(normal, folder);
  return {
    file: path,
    folder,
    baseName: basename(absolute),
    irVersion: toNumber(proto.irVersion),
    producer: [proto.producerName, proto.producerVersion].filter((part) => part !== '').join(' '),
    opsets,
    graph: await inTurns(compositesSteps(whole)),
    metadata: entriesOf(proto.metadataProps),
  };
}

/**
 * The messages of the model at `path` as they are in the file, the data of tensors larger than about half of
 * `copyLimit` bytes replaced by references into the file.
 * @throws UserError where the file cannot be read, is truncated, or is no protobuf
 */
export async function readModelProto(path: string, copyLimit?: number): Promise<ModelProto> {
  const absolute = resolve(path);
  let handle: FileHandle;
  try {
    handle = await open(absolute);
  } catch (error) {
    throw new UserError(
      `${path}: the file cannot be opened (${(error as NodeJS.ErrnoException).code ?? String(error)})`,
    );
  }
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) {
      throw new UserError(`${path}: this is not a file; give the path of an .onnx export`);
    }
    if (stat.size === 0) {
      throw new UserError(`${path}: the file is empty; export or download it again`);
    }
    const cursor = new FileCursor(handle, stat.size);
    return await inTurns(decodedModelSteps(await readSkeleton(cursor, basename(absolute), copyLimit)));
  } catch (error) {
    if (error instanceof UserError) {
      throw error;
    }
    const reason = error instanceof WireError ? error.message : 'its protobuf data are malformed';
    throw new UserError(`${path}: this is not a whole ONNX model: ${reason}; export or download it again`);
  } finally {
    await handle.close();
  }
}
