/** Projections of many units of one layer, many at a time where that is possible. */

import type { Target, Unit } from '../../backward/seed.js';
import type { Engine } from '../../engine.js';
import { throwIfCancelled } from '../../errors.js';
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
  readonly signal?: AbortSignal | undefined;
  /** Called for each unit as soon as it is there. */
  readonly onUnit?: ((projection: PartialProjection) => void) | undefined;
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
 * Projects units of a layer back to the photo, each as `projectUnit` would.
 * @param input the network's input, [1, C, H, W] or NHWC
 * @throws UserError as `projectUnit` does; CancelledError
 */
export async function projectUnits(
  engine: Engine,
  network: Network,
  input: FloatTensor,
  request: UnitProjectionsRequest,
): Promise<readonly PartialProjection[]> {
  const { targets, signal, onUnit } = request;
  const pass = passFor(network, request, targets.length);
  const seeds = await seedsAt(engine, network, input, pass, targets, request);
  const results: PartialProjection[] = [];
  for (const some of chunks(seeds, pass.batch)) {
    throwIfCancelled(signal);
    const parts = await projectSeeds(engine, network, input, pass, some, signal);
    some.forEach(({ unit, activation }, index) => {
      const part = parts[index];
      if (part !== undefined) {
        const result = { unit, activation, ...part };
        results.push(result);
        onUnit?.(result);
      }
    });
  }
  return results;
}
