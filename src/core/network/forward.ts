/** The forward runs of a network. */

import { BoundedCache } from '../boundedCache.js';
import { deriveForward } from '../onnx/derive.js';
import type { DerivedModel, Graph } from '../onnx/model.js';
import type { Network } from './network.js';

/** Of every graph the forward runs that were asked for last, so that they are not built anew with every question. */
const kept = new WeakMap<Graph, BoundedCache<DerivedModel>>();
/** Bytes of encoded graphs, which have no weights in them, for each network. */
const MOST_KEPT = 8 * 2 ** 20;

/** The forward run of a network that gives `tensors` for one image. */
export function forwardOf(
  { model, input, shapes }: Pick<Network, 'model' | 'input' | 'shapes'>,
  tensors: readonly string[],
): DerivedModel {
  const runs = kept.get(model.graph) ?? new BoundedCache<DerivedModel>(MOST_KEPT);
  kept.set(model.graph, runs);
  const key = JSON.stringify([input.shape, tensors]);
  const known = runs.get(key);
  if (known !== undefined) {
    return known;
  }
  const run = deriveForward(model, tensors, new Map([[input.name, input.shape]]), shapes);
  runs.set(key, run, run.bytes.length);
  return run;
}
