/** Reading the values of a network's constants, wherever they come from. */

import { UserError } from '../../errors.js';
import type { Engine } from '../../engine.js';
import { toFloat32 } from '../../floats.js';
import type { Network } from '../../network/network.js';
import { constantReader } from '../../onnx/constants.js';
import { deriveForward } from '../../onnx/derive.js';
import type { FloatTensor, Tensor } from '../../tensor.js';

/**
 * The values of a weight: read from the file, or computed where the graph computes it (ConstantOfShape,
 * DequantizeLinear).
 * @throws UserError where the tensor is no constant or holds no real numbers
 */
export async function readWeight(engine: Engine, network: Network, tensor: string): Promise<FloatTensor> {
  return toFloat32(await valueOf(engine, network, tensor), tensor);
}

async function valueOf(
  engine: Engine,
  { model, index, shapes, input }: Network,
  tensor: string,
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
  const [result] = await engine.run([{ model: derived, feeds: {}, fetch: [tensor] }]);
  const value = result?.[tensor];
  if (value === undefined) {
    throw new UserError(`${model.file}: tensor '${tensor}' could not be computed`);
  }
  return value;
}
