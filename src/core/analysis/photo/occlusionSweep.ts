/** The loop over the positions of a sweep: coarse ones first, partial results, and a checkpoint of what is done. */

import { throwIfCancelled } from '../../errors.js';
import { NO_CHECKPOINTS } from '../../jobs/checkpoints.js';
import type { JobContext } from '../../jobs/job.js';
import type { Scores } from '../../network/scores.js';
import type { PositionGrid } from '../../occlusion/positions.js';
import { Refinement } from '../../occlusion/refinement.js';
import type { OcclusionWay } from '../../occlusion/way.js';
import type { Way } from '../../occlusion/wayTrial.js';
import { keptAnswers, recordOf } from './occludedAnswers.js';
import type { OccludedAnswer } from './occludedAnswers.js';
import type { OcclusionResult } from './occlusionResult.js';
import { argMax, probabilities } from './scores.js';
import type { Unoccluded } from './unoccluded.js';

const MOST_PROBABILITIES = 2 ** 26;

export interface SweepSetting {
  /** Of the checkpoint. */
  readonly key: string;
  readonly grid: PositionGrid;
  readonly classIndex: number;
  readonly scores: Scores;
  readonly unoccluded: Unoccluded;
  readonly way: OcclusionWay;
}

/** Positions that the engine works on. */
interface Begun {
  readonly way: Way;
  readonly since: number;
  readonly indices: readonly number[];
  readonly values: Promise<readonly (readonly Float32Array[])[]>;
}

/** What the outputs that are followed say of one position. */
export function answerOf(
  [row = new Float32Array(0), strength]: readonly Float32Array[],
  scores: Scores,
): OccludedAnswer {
  const all = probabilities(row, scores);
  return {
    probabilities: all,
    label: argMax(all),
    activity: strength?.[0] ?? NaN,
  };
}

/** Runs all positions but those that the checkpoint has. */
export async function sweepOver(
  { key, grid, classIndex, scores, unoccluded: { probabilities: whole, map }, way }: SweepSetting,
  context: JobContext<OcclusionResult>,
): Promise<OcclusionResult> {
  const count = grid.positions.length;
  const isKept = count * whole.length <= MOST_PROBABILITIES;
  const wayNow = (): Pick<OcclusionResult, 'batch' | 'oneByOne' | 'method'> => {
    const { batch, oneByOne } = way.runner;
    return { batch, oneByOne, method: way.method };
  };
  const result = {
    grid,
    classIndex,
    baseline: whole[classIndex] ?? NaN,
    probability: new Float32Array(count).fill(NaN),
    label: new Int32Array(count).fill(-1),
    map,
    activity: new Float32Array(count).fill(NaN),
    done: new Uint8Array(count),
    finished: 0,
    resumed: 0,
    ...wayNow(),
    baselines: whole,
    probabilities: isKept ? new Float32Array(count * whole.length).fill(NaN) : undefined,
  };
  const enter = (index: number, answer: OccludedAnswer): void => {
    result.probability[index] = answer.probabilities[classIndex] ?? NaN;
    result.label[index] = answer.label;
    result.activity[index] = answer.activity;
    result.probabilities?.set(answer.probabilities, index * whole.length);
    result.finished += result.done[index] === 1 ? 0 : 1;
    result.done[index] = 1;
  };
  const tell = (): void => {
    const { finished } = result;
    context.report('occlusion', finished / count, {
      done: finished,
      of: count,
      unit: 'positions',
    });
    context.partial(result);
  };
  // What is too much to keep in memory is too much to keep on disk.
  const { checkpoints } = isKept ? context : { checkpoints: NO_CHECKPOINTS };
  const checkpoint = await checkpoints.open(key);
  for (const [index, answer] of keptAnswers(checkpoint.records, count, whole.length)) {
    enter(index, answer);
  }
  result.resumed = result.finished;
  if (result.resumed > 0) {
    tell();
  }
  const order = new Refinement(grid, result.done);
  let taken = result.finished;
  let answered = 0;
  const begin = (most: number): Begun => {
    const { way: own, runner } = way.next();
    const indices = order.take(Math.min(runner.batch, most), result.probability, (positions) =>
      runner.bunches(positions),
    );
    taken += indices.length;
    const values = runner.run(
      indices.flatMap((index) => grid.positions[index] ?? []),
      context,
    );
    // An error of the ones before is told first, and nobody waits for these then.
    values.catch(() => undefined);
    return { way: own, since: performance.now(), indices, values };
  };
  try {
    throwIfCancelled(context.signal);
    // A batch of the plain way costs the same when it is not full.
    let running = taken < count ? begin(way.method === 'plain' ? Infinity : order.firstPass) : undefined;
    while (running !== undefined) {
      // The engine gets the next positions before it has answered to these, so that it need not wait for this
      // process. The first ones go alone: how to go on is measured behind them.
      const isFirst: boolean = result.finished === result.resumed;
      const ahead: Begun | undefined = !isFirst && taken < count ? begin(Infinity) : undefined;
      const values = await running.values;
      const now = performance.now();
      way.took(running.way, running.indices.length, now - Math.max(answered, running.since));
      answered = now;
      const answers = running.indices.map(
        (index, place) => [index, answerOf(values[place] ?? [], scores)] as const,
      );
      answers.forEach(([index, answer]) => {
        enter(index, answer);
      });
      checkpoint.append(recordOf(answers));
      tell();
      if (result.finished < count) {
        throwIfCancelled(context.signal);
      }
      if (taken < count && way.isOpen) {
        await way.decide(context);
      }
      Object.assign(result, wayNow());
      running = ahead ?? (taken < count ? begin(Infinity) : undefined);
    }
  } catch (error) {
    await checkpoint.close();
    throw error;
  }
  way.settle();
  await checkpoint.remove();
  return result;
}
