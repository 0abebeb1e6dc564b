/** Where do the NaN come from? */

import type { Engine } from '../../engine.js';
import { toFloat32 } from '../../floats.js';
import type { Network } from '../../network/network.js';
import { forwardOf } from '../../network/forward.js';
import type { Layer } from '../../network/layers.js';
import type { DataType, FloatTensor } from '../../tensor.js';
import { readWeight } from '../weights/weights.js';

/** Layers looked at in one run; bounds what the engine keeps at once. */
const CHUNK = 16;

/** Types whose values can be fetched as numbers, and can be NaN. */
const FLOATS: readonly (DataType | undefined)[] = ['float32', 'float16', 'float64'];

/**
 * The first layer, in the order of the graph, that gives NaN or infinite values, in words that say why; undefined
 * where every layer's values are finite.
 * @param input the network's input, [1, C, H, W] or NHWC
 */
export async function explainNotFinite(
  engine: Engine,
  network: Network,
  input: FloatTensor,
): Promise<string | undefined> {
  if (!allFinite(input.data)) {
    return 'the input itself holds NaN or infinite values';
  }
  const layers = network.layers.filter(({ output }) => FLOATS.includes(network.shapes.typeOf(output)));
  for (let at = 0; at < layers.length; at += CHUNK) {
    const chunk = layers.slice(at, at + CHUNK);
    const outputs = chunk.map(({ output }) => output);
    const model = forwardOf(network, outputs);
    const [values] = await engine.run([{ model, feeds: { [network.input.name]: input }, fetch: outputs }]);
    const guilty = chunk.find(({ output }) => {
      const value = values?.[output];
      return value !== undefined && !allFinite(toFloat32(value, output).data);
    });
    if (guilty !== undefined) {
      return explain(engine, network, guilty);
    }
  }
  return undefined;
}

async function explain(engine: Engine, network: Network, { name, node }: Layer): Promise<string> {
  for (const weight of node.inputs.filter((input) => network.model.graph.constants.has(input))) {
    const { data } = await readWeight(engine, network, weight);
    const count = data.reduce((sum, value) => sum + (Number.isFinite(value) ? 0 : 1), 0);
    if (count > 0) {
      return `layer '${name}' (${node.opType}) is the first to give NaN or infinite values: ${count} of ${data.length} values of its weight '${weight}' are not finite; export the model again from a sound checkpoint`;
    }
  }
  return `layer '${name}' (${node.opType}) is the first to give NaN or infinite values, though its weights are finite; check the preprocessing`;
}

/** A loop, because `every` takes ten times as long for a picture. */
export function allFinite(data: Float32Array): boolean {
  for (let at = 0; at < data.length; at++) {
    if (!Number.isFinite(data[at])) {
      return false;
    }
  }
  return true;
}
