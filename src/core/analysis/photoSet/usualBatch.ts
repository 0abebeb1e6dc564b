/** How many images a network is given at once. */

import type { Network } from '../../network/network.js';
import { elementCount } from '../../tensor.js';

/** Larger ones gain nothing. */
const LARGEST_BATCH = 16;
/** Bytes that the activations of a batch may take. */
const BATCH_MEMORY = 512 * 2 ** 20;

/** As many images as fit into memory by the largest activation and its neighbours, so it is the same on every machine. */
export function usualBatch({ model, shapes }: Network): number {
  const largest = model.graph.nodes
    .flatMap(({ outputs }) => outputs)
    .reduce((most, name) => Math.max(most, elementCount(shapes.staticShapeOf(name) ?? [0])), 1);
  return Math.max(1, Math.min(LARGEST_BATCH, Math.floor(BATCH_MEMORY / (largest * 4 * 4))));
}
