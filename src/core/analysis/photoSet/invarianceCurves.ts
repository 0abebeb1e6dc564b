/** Curves of figure 5 of Zeiler & Fergus 2013: of each photo, and their mean with its spread. */

import type { Table } from '../../store/table.js';
import type { Invariance } from './invariance.js';

/** A measure of photos by value of the transform. */
export interface Curves {
  /** By photo. */
  readonly each: readonly (readonly number[])[];
  readonly mean: readonly number[];
  /** Standard deviation over the photos, divided by their number. */
  readonly deviation: readonly number[];
}

/**
 * Distances of a layer divided by the length of the photo's untransformed features, so that layers, photos and networks compare: 0
 * for features that have not changed, 1 for ones that are as far as features of zeros are.
 */
export function relativeDistances({ photos }: Pick<Invariance, 'photos'>, layer: number): Curves {
  return curvesOf(
    photos.map(({ distances, lengths }) =>
      (distances[layer] ?? []).map((distance) => (distance === 0 ? 0 : distance / (lengths[layer] ?? NaN))),
    ),
  );
}

export function classProbabilityCurves({ photos }: Pick<Invariance, 'photos'>): Curves {
  return curvesOf(photos.map((photo) => photo.probabilities));
}

/** Features of zeros have no relative distance: they are left out of mean and deviation. */
function curvesOf(each: readonly (readonly number[])[]): Curves {
  const known = each.filter((curve) => curve.every(Number.isFinite));
  const average = (at: number, of: (value: number) => number): number =>
    known.reduce((sum, curve) => sum + of(curve[at] ?? NaN), 0) / known.length;
  const mean = (each[0] ?? []).map((_, at) => average(at, (value) => value));
  const deviation = mean.map((middle, at) => Math.sqrt(average(at, (value) => (value - middle) ** 2)));
  return { each, mean, deviation };
}

const known = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null;

/** Everything, for JSON. @param names of the classes by index */
export function invarianceValue(result: Invariance, names: readonly string[]): unknown {
  const layers = result.layers.map((name, place) => ({ name, ...relativeDistances(result, place) }));
  const chances = classProbabilityCurves(result);
  return {
    transform: result.transform,
    values: result.values,
    photos: result.photos.map(({ path, label, classIndex, lengths, distances, probabilities }, photo) => ({
      ...{ photo: path, label: label ?? null, class: classIndex, className: names[classIndex] ?? null },
      layers: layers.map(({ name, each }, layer) => ({
        layer: name,
        length: lengths[layer],
        distance: distances[layer],
        relativeDistance: (each[photo] ?? []).map(known),
      })),
      probability: probabilities.map(known),
    })),
    mean: {
      layers: layers.map(({ name, mean, deviation }) => ({
        layer: name,
        relativeDistance: mean.map(known),
        deviation: deviation.map(known),
      })),
      probability: chances.mean.map(known),
      deviation: chances.deviation.map(known),
    },
    skipped: result.problems,
  };
}

/** A row for each photo, value and layer. */
export function invarianceTable(result: Invariance): Table {
  const relative = result.layers.map((_, layer) => relativeDistances(result, layer).each);
  const rows = result.photos.flatMap((photo, at) =>
    result.values.flatMap((value, place) =>
      result.layers.map((layer, of) => ({
        ...{ photo, value, layer },
        distance: photo.distances[of]?.[place] ?? NaN,
        relative: known(relative[of]?.[at]?.[place]),
        probability: known(photo.probabilities[place]),
      })),
    ),
  );
  return {
    columns: [
      { name: 'photo', type: 'text' },
      { name: 'class', type: 'int32' },
      { name: 'transform', type: 'text' },
      { name: 'value', type: 'double' },
      { name: 'layer', type: 'text' },
      { name: 'distance', type: 'double' },
      { name: 'relative_distance', type: 'double?' },
      { name: 'probability', type: 'double?' },
    ],
    groups: () => [
      {
        photo: rows.map(({ photo }) => photo.path),
        class: rows.map(({ photo }) => photo.classIndex),
        transform: rows.map(() => result.transform),
        value: rows.map(({ value }) => value),
        layer: rows.map(({ layer }) => layer),
        distance: rows.map(({ distance }) => distance),
        relative_distance: rows.map(({ relative }) => relative),
        probability: rows.map(({ probability }) => probability),
      },
    ],
  };
}
