/** What does a network lose when feature maps, or whole layers, are switched off? */

import { gateOf } from '../../network/gate.js';
import type { Layer } from '../../network/layers.js';
import type { Network } from '../../network/network.js';
import { removalsOf } from '../../network/removal.js';
import type { Removal } from '../../network/removal.js';
import { UserError } from '../../errors.js';
import type { PhotoProblem } from '../../store/photoIndex.js';
import type { ListedPhoto } from '../../photos/photo.js';
import type { Ablation } from '../photo/ablatedScores.js';
import type { AblationSums, Measures } from './ablationSums.js';

/** What stands for a map that is switched off: 0, or its mean over all positions and photos. */
export type Fill = 'zero' | 'mean';

/** One thing that is switched off. */
export interface AblatedPart {
  /** `relu5: 17`, or the names of layers. */
  readonly name: string;
  readonly ablation: Ablation;
  /** Of a layer; empty for whole layers. */
  readonly maps: readonly number[];
  /** What becomes of whole layers; empty for maps. */
  readonly removals: readonly Removal[];
}

export interface AblationResult {
  readonly fill: Fill;
  /** Whose maps are switched off; undefined for whole layers. */
  readonly layer: Layer | undefined;
  readonly parts: readonly AblatedPart[];
  /** Its first ablation is none, the others are those of the parts. */
  readonly sums: AblationSums;
  /** All photos of the set, by the numbers of the losses. */
  readonly photos: readonly ListedPhoto[];
  readonly names: readonly string[];
  /** Photos that could not be read or decoded, or that the network has no finite scores for. */
  readonly problems: readonly PhotoProblem[];
}

/**
 * Every map of the layer on its own, or some maps together.
 * @param maps undefined for each of all maps; several groups, each switched off together
 * @throws UserError where the layer has no such maps
 */
export function mapParts(
  network: Network,
  layer: Layer,
  groups: readonly (readonly number[])[] | undefined,
): readonly AblatedPart[] {
  const gate = gateOf(network, layer);
  const all = groups ?? Array.from({ length: gate.maps }, (_, map) => [map]);
  const missing = all.flat().find((map) => map >= gate.maps);
  if (missing !== undefined) {
    throw new UserError(
      `${network.model.file}: layer '${layer.name}' has no map ${missing}; its ${gate.maps} maps are numbered from 0`,
    );
  }
  return all.map((maps) => ({
    name: `${layer.name}: ${maps.join(', ')}`,
    ablation: [{ gate, maps }],
    maps,
    removals: [],
  }));
}

/** Layers that are removed together. @throws UserError where a layer gives no feature maps */
export function layersPart(network: Network, layers: readonly Layer[]): AblatedPart {
  const removals = removalsOf(network, layers);
  return {
    name: layers.map(({ name }) => name).join(', '),
    ablation: removals.map(({ gate }) => ({ gate, maps: 'all' as const })),
    maps: [],
    removals,
  };
}

/** Nothing at all, run as the parts are: where all share their places, through these. */
export function nothingOff(parts: readonly AblatedPart[]): Ablation {
  const [first] = parts;
  const isOfMaps = parts.every(({ removals }) => removals.length === 0);
  return isOfMaps ? (first?.ablation ?? []).map(({ gate }) => ({ gate, maps: [] })) : [];
}

/** A part and what the set, or a class, loses by it. */
export interface RankedPart {
  readonly part: AblatedPart;
  /** In `parts`. */
  readonly index: number;
  readonly measures: Measures;
  /** Mean probability of the own class that is lost; without labels that of the predicted one. */
  readonly lost: number;
}

/** The parts, what costs most first; of equal ones the first. @param classIndex of one class alone */
export function ranked(
  { parts, sums }: Pick<AblationResult, 'parts' | 'sums'>,
  classIndex?: number,
): readonly RankedPart[] {
  const before = sums.measures(0, classIndex);
  const probability = ({ own, kept }: Measures): number => (before.labelled > 0 ? own : kept);
  return parts
    .map((part, index): RankedPart => {
      const measures = sums.measures(index + 1, classIndex);
      return { part, index, measures, lost: probability(before) - probability(measures) };
    })
    .sort((a, b) => b.lost - a.lost || a.index - b.index);
}

export interface ClassLoss {
  readonly classIndex: number;
  readonly before: Measures;
  readonly after: Measures;
}

/** What each class with photos loses by a part, the class that loses most of its probability first. */
export function classLosses({ sums }: Pick<AblationResult, 'sums'>, index: number): readonly ClassLoss[] {
  return sums.classIndexes
    .map((classIndex) => ({
      classIndex,
      before: sums.measures(0, classIndex),
      after: sums.measures(index + 1, classIndex),
    }))
    .sort((a, b) => b.before.own - b.after.own - (a.before.own - a.after.own) || a.classIndex - b.classIndex);
}
