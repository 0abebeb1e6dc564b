/** The text of an .onnx file. */

import { dirname, resolve } from 'node:path';

import { statistics } from '../../statistics.js';
import { UserError } from '../../errors.js';
import { toFloat32 } from '../../floats.js';
import { ConstantFiles } from '../constantFiles.js';
import { constantOf, ExternalFiles, tensorOf } from '../constants.js';
import { readModelProto } from '../load.js';
import type { Constant } from '../model.js';
import type { GraphProto, ModelProto, TensorProto } from '../proto/messages.js';
import { printModel } from './print.js';
import { isElided } from './tensorText.js';
import type { ModelText } from './textMap.js';

/** Larger messages have their tensors' data replaced by references: what is read at a glance stays. */
const COPY_LIMIT = 128;
/** Tensors beyond this many bytes are described without their statistics: reading them takes too long. */
const STATISTICS_LIMIT = 1 << 26;
const REAL_TYPES: readonly number[] = [1, 10, 11];

/**
 * Prints the model at `path` in ONNX's textual syntax.
 * @throws UserError where the file is no ONNX model
 */
export async function printFile(path: string): Promise<ModelText> {
  const model = await readModelProto(path, COPY_LIMIT);
  if (!model.graph) {
    throw new UserError(
      `${path}: this is not an ONNX model: it has no graph; give the path of an .onnx export`,
    );
  }
  const descriptions = await describe(model, path);
  return printModel(model, (tensor) => descriptions.get(tensor));
}

async function describe(model: ModelProto, path: string): Promise<ReadonlyMap<TensorProto, string>> {
  const folder = dirname(resolve(path));
  const files = new ExternalFiles(path, folder);
  const constants = new ConstantFiles(folder);
  const descriptions = new Map<TensorProto, string>();
  try {
    for (const tensor of elidedTensors(model)) {
      const words = await inWords(tensor, (each) => constantOf(each, each.name, path, files), constants);
      if (words !== undefined) {
        descriptions.set(tensor, words);
      }
    }
  } finally {
    await constants.close();
  }
  return descriptions;
}

/** Statistics of a tensor, or what is wrong with it; undefined for one of no real numbers, in no file, or too large. */
async function inWords(
  tensor: TensorProto,
  read: (tensor: TensorProto) => Constant,
  files: ConstantFiles,
): Promise<string | undefined> {
  if (!REAL_TYPES.includes(tensor.dataType)) {
    return undefined;
  }
  try {
    const constant = read(tensor);
    if (constant.data.kind !== 'file' || constant.data.length > STATISTICS_LIMIT) {
      return undefined;
    }
    const { min, max, mean, standardDeviation } = statistics(
      toFloat32(tensorOf(constant, await files.bytesOf(constant)), constant.name).data,
    );
    return `min ${short(min)}, max ${short(max)}, mean ${short(mean)}, deviation ${short(standardDeviation)}`;
  } catch (error) {
    if (!(error instanceof UserError)) {
      throw error;
    }
    // The text of a model whose data are missing is what helps to find out.
    return error.message;
  }
}

function* elidedTensors(model: ModelProto): Generator<TensorProto> {
  if (model.graph) {
    yield* ofGraph(model.graph);
  }
  for (const { node } of model.functions) {
    yield* ofNodes(node);
  }
}

function* ofGraph({ initializer, node }: GraphProto): Generator<TensorProto> {
  yield* initializer.filter(isElided);
  yield* ofNodes(node);
}

function* ofNodes(nodes: GraphProto['node']): Generator<TensorProto> {
  for (const { attribute } of nodes) {
    for (const { t, g } of attribute) {
      if (t && isElided(t)) {
        yield t;
      }
      if (g) {
        yield* ofGraph(g);
      }
    }
  }
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
