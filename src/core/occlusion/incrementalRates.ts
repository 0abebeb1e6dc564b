/** How far windows pay, measured: where whole tensors are best begun with, and what a group of positions costs. */

import type { WindowPlan } from '../windows/windowPlan.js';
import type { GroupingRates } from './groups.js';
import { stepsFor } from './incremental.js';
import { FIRST_RATES } from './incrementalPlans.js';
import type { IncrementalPlans } from './incrementalPlans.js';
import type { Position } from './positions.js';
import { runTime } from './rates.js';
import type { RunsOn } from './runner.js';

export interface MeasuredPoint {
  /** Candidates of the source that run on windows. */
  readonly count: number;
  readonly rates: GroupingRates;
  /** What a position takes, on average over the sweep. */
  readonly milliseconds: number;
}

/** What groups of positions take in a plan, with the whole tensors behind the windows or without. */
export function groupsTime(
  plans: IncrementalPlans,
  plan: WindowPlan,
  groups: readonly (readonly Position[])[],
  part: 'all' | 'levels',
  on: RunsOn,
): Promise<number> {
  return runTime(stepsFor(plan, plans.occluded, groups, part).steps, on);
}

/**
 * The fastest of the points that the arithmetic proposes.
 * @param sample positions of one group whose windows are the largest of the sweep
 */
export async function measuredPoint(
  plans: IncrementalPlans,
  sample: readonly [Position, ...Position[]],
  on: RunsOn,
  log: ((line: string) => void) | undefined,
): Promise<MeasuredPoint> {
  let best = { count: plans.points[0], milliseconds: Infinity };
  for (const count of plans.points) {
    const plan = plans.plan(count);
    const positions = plan.tail.isBatched ? sample : sample.slice(0, 1);
    const milliseconds = (await groupsTime(plans, plan, [positions], 'all', on)) / positions.length;
    log?.(
      `occlusion tuning: ${count} of ${plans.source.candidates.length} operators on windows: ${milliseconds.toFixed(2)} ms a position`,
    );
    if (milliseconds < best.milliseconds) {
      best = { count, milliseconds };
    }
  }
  const plan = plans.plan(best.count);
  const { perElement } = FIRST_RATES;
  const rates = { perElement, perGroup: await groupRate(plans, plan, sample, on) };
  // What was measured are the largest windows of the sweep; behind them all positions cost the same.
  const behind = plan.tailCost.multiplyAdds + perElement * plan.tailCost.elements;
  const [mean, largest] = [plans.meanWork(plan, perElement), plans.workOf(plan, sample[0], perElement)];
  return { ...best, rates, milliseconds: (best.milliseconds * (mean + behind)) / (largest + behind) };
}

/** What a group costs, in multiply-adds. */
async function groupRate(
  plans: IncrementalPlans,
  plan: WindowPlan,
  sample: readonly [Position, ...Position[]],
  on: RunsOn,
): Promise<number> {
  const { perElement, perGroup } = FIRST_RATES;
  if (plan.levels.length === 0 || sample.length === 1) {
    return perGroup;
  }
  const alone = await groupsTime(plans, plan, [[sample[0]]], 'levels', on);
  const many = await groupsTime(plans, plan, [sample], 'levels', on);
  const each = Math.max((many - alone) / (sample.length - 1), many / sample.length / 2);
  // On a busy machine one of the two may come out as nothing.
  const measured = (Math.max(0, alone - each) / each) * plans.workOf(plan, sample[0], perElement);
  return Math.min(Math.max(measured, perGroup / 3), perGroup * 10);
}
