/** The mean of each map over all positions and photos, which stands for a map that is switched off. */

import { throwIfCancelled } from '../../errors.js';
import { toFloat32 } from '../../floats.js';
import type { Checkpoint } from '../../jobs/checkpoints.js';
import type { JobContext } from '../../jobs/job.js';
import type { Gate } from '../../network/gate.js';
import { summaryModel } from '../../network/mapSummaries.js';
import type { Network } from '../../network/network.js';
import type { PhotoSet } from '../../photos/photo.js';
import type { PhotoThreads } from '../../photos/preparing.js';
import { firstsOf } from './evaluationRuns.js';
import { answeredBatches } from './summaryRuns.js';

interface Pass {
  readonly network: Network;
  readonly set: PhotoSet;
  readonly batch: number;
  readonly threads: PhotoThreads;
}

/** Sums over the photos of a batch. */
interface Told {
  readonly first: number;
  readonly photos: number;
  /** By tensor and map. */
  readonly sums: readonly (readonly number[])[];
}

/**
 * Float64 sums of each photo's means, batch by batch, so that nothing depends on where a killed job went on.
 * @param checkpoint keeps the sums, which are read again when the job goes on
 * @param told is called with the share that is done
 */
export async function meanFills(
  gates: readonly Gate[],
  { network, set, batch, threads }: Pass,
  checkpoint: Checkpoint,
  context: Pick<JobContext<never>, 'engine' | 'signal'>,
  told: (share: number) => void,
): Promise<ReadonlyMap<string, Float32Array>> {
  const filled = [
    ...new Map(
      gates.filter(({ bypass }) => bypass === undefined).map((gate) => [gate.tensor, gate]),
    ).values(),
  ];
  const tensors = filled.map(({ tensor, maps }) => {
    const [, , rows = 1, columns = 1] = network.shapes.staticShapeOf(tensor) ?? [];
    return { tensor, maps, rows, columns };
  });
  const known = new Map<number, Told>();
  checkpoint.records.forEach((record) => {
    const each = JSON.parse(Buffer.from(record).toString()) as Told;
    known.set(each.first, each);
  });
  const summary = summaryModel(network, tensors, undefined, batch);
  const firsts = firstsOf(set.photos, batch).filter((first) => !known.has(first));
  // Scores are not asked for.
  const unscored = { ...network, scores: undefined };
  const pass = { network: unscored, summary, photos: set.photos, set, batch };
  for await (const { batch: ready, outputs } of answeredBatches(firsts, pass, threads, context)) {
    throwIfCancelled(context.signal);
    const readable = [...ready.photos.keys()].filter((slot) => ready.photos[slot]?.problem === undefined);
    const sums = summary.outputs.map(({ means, largest }, index) => {
      const maps = tensors[index]?.maps ?? 0;
      const total = Array<number>(maps).fill(0);
      for (const slot of readable) {
        const output = outputs[Math.floor(slot / summary.batch)]?.[means ?? largest];
        if (output === undefined) {
          throw new Error(`the engine gave no '${means ?? largest}'`);
        }
        const { data } = toFloat32(output, largest);
        const from = (slot % summary.batch) * maps;
        data.subarray(from, from + maps).forEach((mean, map) => {
          total[map] = (total[map] ?? 0) + mean;
        });
      }
      return total;
    });
    const each = { first: ready.first, photos: readable.length, sums };
    known.set(ready.first, each);
    checkpoint.append(Buffer.from(JSON.stringify(each)));
    told((known.size * batch) / set.photos.length);
  }
  const batches = [...known.values()].sort((a, b) => a.first - b.first);
  const photos = batches.reduce((sum, each) => sum + each.photos, 0);
  return new Map(
    tensors.map(({ tensor, maps }, index) => [
      tensor,
      Float32Array.from(
        { length: maps },
        (_, map) => batches.reduce((sum, { sums }) => sum + (sums[index]?.[map] ?? 0), 0) / photos,
      ),
    ]),
  );
}
