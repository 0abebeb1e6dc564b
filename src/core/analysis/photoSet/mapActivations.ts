/** How strongly does a map answer each photo of an index? */

import { UserError } from '../../errors.js';
import { halfToNumber } from '../../floats.js';
import { indexedLayerNamed } from '../../store/photoIndex.js';
import type { PhotoIndex } from '../../store/photoIndex.js';

/**
 * The mean activation of a map of a layer whose vectors are kept, by the photo's number.
 * @throws UserError where there is no such map, or no vectors are kept of the layer
 */
export async function mapActivations(
  index: PhotoIndex,
  layer: string,
  map: number,
): Promise<ReadonlyMap<number, number>> {
  const { maps } = indexedLayerNamed(index, layer);
  if (map >= maps) {
    throw new UserError(`${index.store}: layer '${layer}' has maps 0 to ${maps - 1}, and no map ${map}`);
  }
  const values = new Map<number, number>();
  for await (const { photos, length, numbers } of index.vectorParts(layer)) {
    photos.forEach((photo, row) => values.set(photo, halfToNumber(numbers[row * length + map] ?? 0)));
  }
  return values;
}
