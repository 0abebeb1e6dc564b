/** Tensors that are cheaper to compute on a larger window than to cut out and complete for the one that reads them. */

import { isStill } from './interval.js';
import type { WindowedNode } from './windowedForm.js';

/**
 * Sums and concatenations read all inputs in the window of the largest. An input that a chain of 1x1 convolutions and
 * activations makes of a tensor with half its elements, as in a fire module, is computed in that window itself: then
 * the smaller tensor is cut.
 * @param elementsOf elements of a whole tensor
 * @returns for each such input, and what lies on its chain, the output of the node whose window it takes
 */
export function widened(
  nodes: readonly WindowedNode[],
  elementsOf: (tensor: string) => number,
): ReadonlyMap<string, string> {
  const producers = new Map(nodes.map((each) => [each.output, each]));
  const readers = new Map<string, number>();
  nodes.forEach(({ form }) =>
    form.reads.forEach(({ tensor }) => readers.set(tensor, (readers.get(tensor) ?? 0) + 1)),
  );
  const chainTo = (tensor: string): readonly string[] => {
    const chain: string[] = [];
    for (let at = tensor; readers.get(at) === 1;) {
      const [read, ...others] = producers.get(at)?.form.reads ?? [];
      if (read === undefined || others.length > 0 || !isStill(read.rows) || !isStill(read.columns)) {
        return [];
      }
      chain.push(at);
      if (2 * elementsOf(read.tensor) <= elementsOf(tensor)) {
        return chain;
      }
      at = read.tensor;
    }
    return [];
  };
  return new Map(
    nodes
      .filter(({ form }) => form.reads.length > 1)
      .flatMap(({ form, output }) =>
        form.reads.flatMap(({ tensor }) => chainTo(tensor).map((each) => [each, output] as const)),
      ),
  );
}
