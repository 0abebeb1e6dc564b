/** How maps tell labels apart, from their mean activations by label. */

import { UserError } from '../../errors.js';
import type { LayerSummary } from '../../store/layerSummary.js';

/** Mean activation of each map over the photos of each label. */
export interface LabelMeans {
  /** In rising order of code units. */
  readonly labels: readonly string[];
  /** Of a map, in the order of the labels; NaN where none of the label's photos is in its numbers. */
  of(map: number): Float64Array;
}

/** Of the photos with a label; those without are in none. */
export function labelMeans({ byLabel }: LayerSummary): LabelMeans {
  const labels = [...byLabel.keys()].sort();
  return {
    labels,
    of: (map) =>
      Float64Array.from(labels, (label) => {
        const { photos, sums } = byLabel.get(label) ?? {};
        return (sums?.[map] ?? NaN) / (photos?.[map] ?? NaN);
      }),
  };
}

/** @throws UserError naming some labels that there are */
export function placeOfLabel({ labels }: LabelMeans, label: string): number {
  const place = labels.indexOf(label);
  if (place < 0) {
    const wanted = label.toLowerCase();
    const near = labels.filter((each) => each.toLowerCase().includes(wanted));
    const some = (near.length > 0 ? near : labels).slice(0, 12).map((each) => `'${each}'`);
    throw new UserError(
      labels.length === 0
        ? `the photos have no labels, so there is none called '${label}'; put them in folders by class, or list them in a CSV`
        : `no photo has the label '${label}'; there are ${labels.length} labels, such as ${some.join(', ')}`,
    );
  }
  return place;
}

/** The place of the largest mean; -1 where there is none. */
export function strongestLabel(means: Float64Array): number {
  return means.reduce(
    (best, mean, place) => (Number.isNaN(mean) || mean <= (means[best] ?? -Infinity) ? best : place),
    -1,
  );
}

/**
 * The class selectivity index of Morcos et al. 2018 (On the importance of single directions for generalization, section
 * 2.3): (m - o) / (m + o), m being the mean activation over the photos of one label and o the mean of those of all other
 * labels. For the strongest label it is 0 for a map that answers all alike and 1 for one that answers no other; for another
 * label it may be negative, down to -1.
 * @param label its place
 * @returns undefined where it has no meaning: for fewer than two labels, negative means, or nothing but zeros
 */
export function selectivityIndex(means: Float64Array, label: number): number | undefined {
  const own = means[label] ?? NaN;
  const others = means.filter((mean, place) => place !== label && !Number.isNaN(mean));
  const rest = others.reduce((sum, mean) => sum + mean, 0) / others.length;
  return own >= 0 && others.every((mean) => mean >= 0) && own + rest > 0
    ? (own - rest) / (own + rest)
    : undefined;
}

/**
 * How far a map tells two labels apart: the difference of their means as a share of its largest mean for any label. 1 for
 * a map that answers the first label most of all and the second one not at all, -1 for the reverse.
 * @returns undefined where it has no meaning, as the index above
 */
export function labelContrast(means: Float64Array, first: number, second: number): number | undefined {
  const largest = means[strongestLabel(means)] ?? 0;
  const difference = (means[first] ?? NaN) - (means[second] ?? NaN);
  return largest > 0 && !Number.isNaN(difference) && means.every((mean) => !(mean < 0))
    ? difference / largest
    : undefined;
}

/**
 * How alike two maps answer labels: the cosine of their mean activations by label after the mean over labels is taken away
 * (Pearson's correlation). Means that are not negative all point the same way otherwise.
 * @returns undefined for fewer than two labels that both have, and for a map that answers them all alike
 */
export function likeness(one: Float64Array, other: Float64Array): number | undefined {
  const both = [...one.keys()].filter(
    (place) => !Number.isNaN(one[place]) && !Number.isNaN(other[place] ?? NaN),
  );
  const centred = (means: Float64Array): number[] => {
    const mean = both.reduce((sum, place) => sum + (means[place] ?? 0), 0) / both.length;
    return both.map((place) => (means[place] ?? 0) - mean);
  };
  const [a, b] = [centred(one), centred(other)];
  const dot = (x: number[], y: number[]): number =>
    x.reduce((sum, value, at) => sum + value * (y[at] ?? 0), 0);
  const lengths = Math.sqrt(dot(a, a) * dot(b, b));
  return lengths > 0 ? dot(a, b) / lengths : undefined;
}
