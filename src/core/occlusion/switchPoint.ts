/** Where it may pay to go on with whole tensors: a first guess from the arithmetic, which measuring then decides. */

import { lengthOf } from '../windows/interval.js';
import type { Interval } from '../windows/interval.js';
import type { Axis, WindowGeometry } from '../windows/windowGeometry.js';
import { geometryOf, tailInputsOf } from '../windows/windowSource.js';
import { wholeCost, windowCosts } from '../windows/windowCosts.js';
import type { Cost } from '../windows/windowCosts.js';
import type { WindowSource } from '../windows/windowSource.js';

/** Points whose guess is worse than the best by more than this are not worth measuring. */
const WORTH_MEASURING = 1.35;
const MOST_POINTS = 3;

/**
 * Numbers of windowed candidates that may be the fastest, the best guess first.
 * @param perElement multiply-adds that take as long as moving one element
 */
export function switchPoints(
  source: WindowSource,
  probes: readonly [readonly Interval[], readonly Interval[]],
  perElement: number,
): readonly number[] {
  const { candidates, shapes, index, isPixels } = source;
  const geometry = geometryOf(source, candidates, probes);
  const areas = meanAreas(geometry, probes);
  const weigh = ({ multiplyAdds, elements }: Cost): number => multiplyAdds + elements * perElement;
  const costs = candidates.map((each) =>
    windowCosts(each, geometry, shapes).reduce(
      (sum, cost) => sum + weigh(cost) * (areas[cost.window] ?? 0),
      0,
    ),
  );
  const work = candidates.map(({ node }) => wholeCost([node], [], shapes).multiplyAdds);
  const points = Array.from({ length: candidates.length + 1 }, (_, count) => {
    const windowed = new Set(candidates.slice(0, count).map(({ node }) => node));
    const whole = index.graph.nodes.filter((node) => !windowed.has(node) && node.outputs.some(isPixels));
    const inputs = tailInputsOf(source, candidates.slice(0, count));
    const cost = costs.slice(0, count).reduce((sum, each) => sum + each, 0);
    return {
      count,
      cost: cost + weigh(wholeCost(whole, inputs, shapes)),
      work: work.slice(0, count).reduce((sum, each) => sum + each, 0),
    };
  }).sort((a, b) => a.cost - b.cost);
  const [best] = points;
  const chosen: typeof points = [];
  for (const point of points) {
    // Points that differ only in operators without arithmetic are not told apart.
    const isNew = chosen.every(({ work: other }) => other !== point.work);
    if (isNew && point.cost <= (best?.cost ?? 0) * WORTH_MEASURING && chosen.length < MOST_POINTS) {
      chosen.push(point);
    }
  }
  return chosen.map(({ count }) => count);
}

/** The mean number of elements of a map that a sweep's occluders change, for each window. */
function meanAreas(
  geometry: WindowGeometry,
  probes: readonly [readonly Interval[], readonly Interval[]],
): readonly number[] {
  const mean = (axis: Axis, window: number): number => {
    const lengths = probes[axis].map((covered) => {
      const changed = geometry.changed(axis, covered)[window];
      return Math.max(1, changed === undefined ? 0 : lengthOf(changed));
    });
    return lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, lengths.length);
  };
  return Array.from({ length: geometry.count }, (_, window) => mean(0, window) * mean(1, window));
}
