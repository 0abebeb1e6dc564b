/** Which filters answer nothing, and which are twins? Told from the kernels of every convolution. */

import { throwIfCancelled } from '../errors.js';
import type { JobContext } from '../jobs/job.js';
import type { Network } from '../network/network.js';
import { kernels } from '../analysis/weights/kernels.js';
import { problem } from './problem.js';
import type { Problem } from './problem.js';
import { listed } from './weightHealth.js';

/** Pairs listed in a message. */
const LISTED_PAIRS = 3;

/** Kernels of fewer weights are alike by chance. */
const FEWEST_WEIGHTS = 8;

/** Findings on the kernels of every two-dimensional convolution. */
export async function filterProblems(
  { engine, signal, report }: JobContext<never>,
  network: Network,
): Promise<readonly Problem[]> {
  const found: Problem[] = [];
  const layers = network.layers.filter(
    ({ node }) =>
      ['Conv', 'FusedConv'].includes(node.opType) &&
      network.shapes.staticShapeOf(node.inputs[1] ?? '')?.length === 4,
  );
  for (const [place, layer] of layers.entries()) {
    throwIfCancelled(signal);
    report('filters', place / layers.length, { done: place, of: layers.length, unit: 'layers' });
    const { dead, nearDuplicates, norms, groups, weights } = await kernels(engine, network, layer, {
      signal,
    });
    const details = { node: layer.node.name, layer: layer.name };
    if (dead.length > 0 && dead.length < norms.length) {
      found.push(
        problem(
          'dead-filters',
          `layer '${layer.name}' has dead filters, with weights next to zero: ${dead.length} of ${norms.length} (${listed(dead)})`,
          { ...details, evidence: { dead, filters: norms.length } },
        ),
      );
    }
    // Filters of different groups look at different maps: that they are alike says nothing.
    const perGroup = norms.length / groups;
    const twins = nearDuplicates.filter(
      ({ first, second }) => Math.floor(first / perGroup) === Math.floor(second / perGroup),
    );
    const isUniform = weights.data.every((value) => value === weights.data[0]);
    const isTelling = weights.data.length >= FEWEST_WEIGHTS * norms.length && !isUniform;
    if (twins.length > 0 && isTelling) {
      const [first, ...rest] = [...twins]
        .sort((a, b) => b.cosine - a.cosine)
        .slice(0, LISTED_PAIRS)
        .map((pair) => `${pair.first} and ${pair.second} (cosine ${pair.cosine.toFixed(3)})`);
      const more = twins.length - 1 - rest.length;
      const pairs = [first, ...rest, ...(more > 0 ? [`${more} more`] : [])].join('; ');
      found.push(
        problem('near-duplicate-filters', `layer '${layer.name}' has near-duplicate filters: ${pairs}`, {
          ...details,
          evidence: { pairs: twins },
        }),
      );
    }
  }
  return found;
}
