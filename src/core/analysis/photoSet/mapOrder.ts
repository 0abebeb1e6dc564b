/** Which maps of a layer come first: by what they answer, and how. */

import { UserError } from '../../errors.js';
import type { IndexedLayer } from '../../store/indexManifest.js';
import type { LayerSummary } from '../../store/layerSummary.js';
import { numbersOfMap } from './mapNumbers.js';
import {
  labelContrast,
  labelMeans,
  likeness,
  placeOfLabel,
  selectivityIndex,
  strongestLabel,
} from './selectivity.js';

/**
 * - `strength`: by the largest value that any photo gives.
 * - `deadness`: by the share of photos that the map does not answer; of equal ones, by the share of zeros.
 * - `selectivity`: by the class selectivity index, for the label that each map answers most, or for `label`: the maps that
 *   answer it and no others.
 * - `contrast`: by how far they tell `labels` apart, whichever of both they answer.
 * - `likeness`: by how alike they answer labels as `map` does; itself comes first.
 */
export type MapOrder =
  | { readonly by: 'strength' | 'deadness' }
  | { readonly by: 'selectivity'; readonly label?: string | undefined }
  | { readonly by: 'contrast'; readonly labels: readonly [string, string] }
  | { readonly by: 'likeness'; readonly map: number };

export interface RankedMap {
  readonly map: number;
  /** What it is ordered by; undefined where that has no meaning for it: such maps come last. */
  readonly value: number | undefined;
}

/** @throws UserError where the order has no meaning for any map, for an unknown label or map */
export function orderedMaps(
  summary: LayerSummary,
  layer: IndexedLayer,
  order: MapOrder,
): readonly RankedMap[] {
  const measure = MEASURES[order.by](summary, layer, order as never);
  const measured = Array.from({ length: layer.maps }, (_, map) => ({ map, ...measure(map) }));
  if (measured.every(({ value }) => value === undefined)) {
    throw new UserError(`layer '${layer.name}': ${NO_MEANING[order.by]}`);
  }
  return measured
    .sort((a, b) => key(b) - key(a) || (b.then ?? 0) - (a.then ?? 0) || a.map - b.map)
    .map(({ map, value }) => ({ map, value }));
}

interface Measured {
  readonly value: number | undefined;
  /** What is ordered by where it is not the value. */
  readonly key?: number;
  /** Decides between equal ones. */
  readonly then?: number;
}

function key({ value, key: own }: Measured): number {
  return value === undefined || Number.isNaN(value) ? -Number.MAX_VALUE : (own ?? value);
}

type Measure<By extends MapOrder['by']> = (
  summary: LayerSummary,
  layer: IndexedLayer,
  order: Extract<MapOrder, { readonly by: By }>,
) => (map: number) => Measured;

const MEASURES: { readonly [By in MapOrder['by']]: Measure<By> } = {
  strength: (summary) => (map) => ({ value: summary.photos[map] === 0 ? undefined : summary.largest[map] }),
  deadness: (summary, layer) => (map) => {
    const { answers, zeros } = numbersOfMap(summary, layer, map);
    return Number.isNaN(answers) ? { value: undefined } : { value: 1 - answers, then: zeros };
  },
  selectivity: (summary, _, { label }) => {
    const means = labelMeans(summary);
    const place = label === undefined ? undefined : placeOfLabel(means, label);
    return (map) => {
      const own = means.of(map);
      return { value: selectivityIndex(own, place ?? strongestLabel(own)) };
    };
  },
  contrast: (summary, _, { labels: [first, second] }) => {
    const means = labelMeans(summary);
    const places = [placeOfLabel(means, first), placeOfLabel(means, second)] as const;
    return (map) => {
      const value = labelContrast(means.of(map), ...places);
      return { value, ...(value !== undefined && { key: Math.abs(value) }) };
    };
  },
  likeness: (summary, { name, maps }, { map: to }) => {
    if (to >= maps) {
      throw new UserError(`layer '${name}': there is no map ${to}; it has maps 0 to ${maps - 1}`);
    }
    const means = labelMeans(summary);
    const own = means.of(to);
    return (map) => ({
      value: likeness(own, means.of(map)),
      ...(map === to && { key: Infinity }),
    });
  },
};

const NOT_NEGATIVE =
  'is told from mean activations of two labels or more, none of them negative; index photos with labels, and the activation behind this layer';

const NO_MEANING: Readonly<Record<MapOrder['by'], string>> = {
  strength: 'no photo of the index is in its numbers',
  deadness: 'no photo of the index is in its numbers',
  selectivity: `selectivity ${NOT_NEGATIVE}`,
  contrast: `how labels are told apart ${NOT_NEGATIVE}`,
  likeness:
    'likeness is told from how maps answer labels, and the photos have none, or this map answers all of them alike',
};
