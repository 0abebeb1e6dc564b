/** Projections of many units of one layer, many at a time where that is possible. */

import type { Target, Unit } from '../../backward/seed.js';
import { throwIfCancelled } from '../../errors.js';
import type { Job } from '../../jobs/job.js';
import { jobKey } from '../../jobs/key.js';
import type { Network } from '../../network/network.js';
import { chunks } from '../../occlusion/incremental.js';
import type { Layer } from '../../network/layers.js';
import type { FloatTensor } from '../../tensor.js';
import { projectSeeds, seedsAt } from './projection.js';
import type { ProjectedPart, ProjectionSetting } from './projectionPass.js';
import { passFor } from './windowedPass.js';

/** A target that is one unit. */
export type UnitTarget = Exclude<Target, { readonly kind: 'map' }>;

export interface UnitProjectionsRequest extends ProjectionSetting {
  readonly targets: readonly UnitTarget[];
}

export interface PartialProjection extends ProjectedPart {
  readonly unit: Unit;
  readonly activation: number;
}

/** The strongest unit of every map of a layer, as in figure 2 of Zeiler & Fergus 2013. */
export function strongestOfMaps({ shapes }: Network, layer: Layer): readonly UnitTarget[] {
  const maps = shapes.staticShapeOf(layer.output)?.[1] ?? 0;
  return Array.from({ length: maps }, (_, channel) => ({ kind: 'strongestOfMap', channel }));
}

/**
 * Projects units of a layer back to the photo, each as `projectUnit` would. Partial results are the units that have
 * come since the one before, in the order of the targets.
 * @param input the network's input, [1, C, H, W] or NHWC
 * @returns a job that throws UserError as `projectUnit` does
 */
export function unitProjectionsJob(
  network: Network,
  input: FloatTensor,
  request: UnitProjectionsRequest,
): Job<readonly PartialProjection[], readonly PartialProjection[]> {
  const { layer, targets, method, normalization } = request;
  return {
    key: jobKey('projections 1', network, [input], [layer.output, targets, method, normalization]),
    run: async ({ engine, signal, report, partial }) => {
      const count = (done: number): void => {
        report('projections', done / targets.length, { done, of: targets.length, unit: 'maps' });
      };
      count(0);
      const pass = passFor(network, request, targets.length);
      const seeds = await seedsAt(engine, network, input, pass, targets, { layer, signal });
      const results: PartialProjection[] = [];
      for (const some of chunks(seeds, pass.batch)) {
        throwIfCancelled(signal);
        const parts = await projectSeeds(engine, network, input, pass, some, signal);
        const found = some.flatMap(({ unit, activation }, index) => {
          const part = parts[index];
          return part === undefined ? [] : [{ unit, activation, ...part }];
        });
        results.push(...found);
        count(results.length);
        partial(found);
      }
      return results;
    },
  };
}
