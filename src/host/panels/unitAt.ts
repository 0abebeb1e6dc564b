/** Which unit looks at a point of the photo. */

import type { FeatureMaps } from '../../core/analysis/photo/featureMaps.js';
import type { Unit } from '../../core/backward/seed.js';
import { UserError } from '../../core/errors.js';
import type { Network } from '../../core/network/network.js';

/**
 * The unit with the largest activation, of all maps, whose receptive field contains the pixel (y, x).
 * @throws UserError where no unit sees the pixel
 */
export function unitAt({ positions }: Network, { layer, maps }: FeatureMaps, y: number, x: number): Unit {
  const [, channels = 0, height = 1, width = 1] = maps.shape;
  // A window's rows depend on the unit's row alone, its columns on the column alone.
  const rows = seeing(height, y, (row) => {
    const { top, bottom } = positions.windowOf(layer.output, [row, 0]);
    return [top, bottom];
  });
  const columns = seeing(width, x, (column) => {
    const { left, right } = positions.windowOf(layer.output, [0, column]);
    return [left, right];
  });
  let best: Unit | undefined;
  let most = -Infinity;
  for (let channel = 0; channel < channels; channel++) {
    for (let row = rows[0]; row < rows[1]; row++) {
      for (let column = columns[0]; column < columns[1]; column++) {
        const activation = maps.data[(channel * height + row) * width + column] ?? NaN;
        if (activation > most) {
          most = activation;
          best = { channel, y: row, x: column };
        }
      }
    }
  }
  if (best === undefined) {
    throw new UserError(`no unit of layer '${layer.name}' sees the pixel (${y}, ${x}) of the photo`);
  }
  return best;
}

/** The units, end excluded, whose interval contains `pixel`; intervals move on with the units. */
function seeing(
  count: number,
  pixel: number,
  interval: (unit: number) => readonly [start: number, end: number],
): readonly [number, number] {
  const first = firstOf(count, (unit) => interval(unit)[1] > pixel);
  const end = firstOf(count, (unit) => interval(unit)[0] > pixel);
  return [first, end];
}

/** Bisects for the first unit that passes a test which all further ones pass too; `count` where none does. */
function firstOf(count: number, test: (unit: number) => boolean): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (test(middle)) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}
