/** Reading the values of a network's constants, wherever they come from. */

import { setImmediate as turn } from 'node:timers/promises';

import { UserError } from '../../errors.js';
import type { Engine, RunOptions } from '../../engine.js';
import { toFloat32 } from '../../floats.js';
import type { Network } from '../../network/network.js';
import { constantReader, partsOfConstant } from '../../onnx/constants.js';
import { deriveForward } from '../../onnx/derive.js';
import type { FloatTensor, Tensor } from '../../tensor.js';

/**
 * The values of a weight: read from the file, or computed where the graph computes it (ConstantOfShape,
 * DequantizeLinear).
 * @throws UserError where the tensor is no constant or holds no real numbers
 */
export async function readWeight(
  engine: Engine,
  network: Network,
  tensor: string,
  options?: RunOptions,
): Promise<FloatTensor> {
  return toFloat32(await valueOf(engine, network, tensor, options), tensor);
}

/** Values that are looked at in one go: what takes longer would keep others waiting. */
const PART = 2 ** 20;

/**
 * The same in parts, in their order, for what looks at every weight of a network: between two parts others have their
 * turn. Each part is good until the next one is asked for.
 * @throws as `readWeight` does
 */
export async function* weightParts(
  engine: Engine,
  network: Network,
  tensor: string,
  options?: RunOptions,
): AsyncGenerator<Float32Array, void, undefined> {
  const constant = network.model.graph.constants.get(tensor);
  if (constant !== undefined) {
    for await (const part of partsOfConstant(constant, network.model.folder, PART)) {
      yield toFloat32(part, tensor).data;
    }
    return;
  }
  const { data } = await readWeight(engine, network, tensor, options);
  for (let first = 0; first < data.length; first += PART) {
    await turn();
    yield data.subarray(first, first + PART);
  }
}

async function valueOf(
  engine: Engine,
  { model, index, shapes, input }: Network,
  tensor: string,
  options: RunOptions | undefined,
): Promise<Tensor> {
  const constant = model.graph.constants.get(tensor);
  if (constant !== undefined) {
    return constantReader(model.folder)(constant);
  }
  const depends = index.descendants([input.name]).some((node) => node.outputs.includes(tensor));
  if (depends || tensor === input.name) {
    throw new UserError(`${model.file}: '${tensor}' is no weight: it depends on the input`);
  }
  const derived = deriveForward(model, [tensor], new Map(), shapes);
  const [result] = await engine.run([{ model: derived, feeds: {}, fetch: [tensor] }], options);
  const value = result?.[tensor];
  if (value === undefined) {
    throw new UserError(`${model.file}: tensor '${tensor}' could not be computed`);
  }
  return value;
}
