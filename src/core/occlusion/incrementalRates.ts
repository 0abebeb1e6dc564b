/** How far windows pay, measured: where whole tensors are best begun with, and what a group of positions costs. */

import type { WindowPlan } from '../windows/windowPlan.js';
import type { GroupingRates } from './groups.js';
import { stepsFor } from './incremental.js';
import { FIRST_RATES } from './incrementalPlans.js';
import type { IncrementalPlans, IncrementalSetting } from './incrementalPlans.js';
import type { Position } from './positions.js';
import { timesInTurns } from './rates.js';
import type { RunsOn } from './runner.js';

/** Positions whose windows a group's cost is told from, beside those of one. */
const GROUP_SAMPLE = 6;

export interface MeasuredPoint {
  /** Candidates of the source that run on windows. */
  readonly count: number;
  readonly rates: GroupingRates;
  /** What a position of the sample takes, and in turns with it the network on one image. */
  readonly milliseconds: number;
  readonly forward: number;
}

/** Runs positions as one group, with the whole tensors behind the windows or without. */
export function groupRun(
  { occluded }: IncrementalPlans,
  plan: WindowPlan,
  group: readonly Position[],
  tailBatch: number,
  { engine, signal }: RunsOn,
): () => Promise<unknown> {
  const { steps } = stepsFor(plan, occluded, [group], tailBatch);
  return () => engine.run(steps, { signal });
}

/**
 * The fastest of the points that the arithmetic proposes.
 * @param forwardRun runs the network on one image
 * @param setting all but where whole tensors begin
 * @param sample positions of one group whose windows are the largest of the sweep
 */
export async function measuredPoint(
  plans: IncrementalPlans,
  forwardRun: () => Promise<unknown>,
  setting: IncrementalSetting,
  sample: readonly [Position, ...Position[]],
  on: RunsOn,
  log: ((line: string) => void) | undefined,
): Promise<MeasuredPoint> {
  const points = plans.points.map((count) => {
    const plan = plans.plan(count);
    const positions = plan.tail.isBatched ? sample : sample.slice(0, 1);
    const { tail } = plans.batchOf({ ...setting, count });
    return {
      count,
      positions,
      run: groupRun(plans, plan, positions, tail, on),
    };
  });
  const [forward = NaN, ...times] = await timesInTurns([forwardRun, ...points.map(({ run }) => run)]);
  let best = { count: plans.points[0], milliseconds: Infinity };
  for (const [place, { count, positions }] of points.entries()) {
    const milliseconds = (times[place] ?? NaN) / positions.length;
    log?.(
      `occlusion tuning: ${count} of ${plans.source.candidates.length} operators on windows: ${milliseconds.toFixed(2)} ms a position`,
    );
    if (milliseconds < best.milliseconds) {
      best = { count, milliseconds };
    }
  }
  const perGroup = await groupRate(plans, plans.plan(best.count), sample, on);
  return { ...best, forward, rates: { ...setting.rates, perGroup } };
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
  const some = sample.slice(0, GROUP_SAMPLE);
  const [alone = NaN, many = NaN] = await timesInTurns([
    groupRun(plans, plan, [sample[0]], 0, on),
    groupRun(plans, plan, some, 0, on),
  ]);
  const each = Math.max((many - alone) / (some.length - 1), many / some.length / 2);
  // On a busy machine one of the two may come out as nothing.
  const measured = (Math.max(0, alone - each) / each) * plans.workOf(plan, sample[0], perElement);
  return Math.min(Math.max(measured, perGroup / 3), perGroup * 10);
}
