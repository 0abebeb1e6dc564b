/** What the Occlusion panel says in words. */

import type { OccludedView, OcclusionView } from '../../../src/protocol/panels/occlusion.js';
import { l10n } from '../../common/host.js';
import { percent, short } from '../../common/numbers.js';
import { placeOf } from './geometry.js';
import { worst } from './values.js';

/** @param name of the class that the sweep follows */
export function summaryOf(view: OcclusionView, name: string): string {
  const least = worst(view);
  return [
    l10n('{0}: {1} without occluder', name, percent(view.baseline)),
    ...(least === undefined
      ? []
      : [l10n('{0} where it falls most', percent(view.probability[least] ?? NaN))]),
    l10n('{0}×{1} positions', view.columns, view.rows),
    ...(view.map ? [l10n('Map activity without occluder: {0}', short(view.map.baseline))] : []),
  ].join(' · ');
}

/** What covering the photo there does to the class that the sweep follows. */
export function answerSentence(
  { classIndex, baseline }: OcclusionView,
  name: string,
  answer: OccludedView,
): string {
  const found = answer.top.find(({ index }) => index === classIndex);
  return found === undefined
    ? l10n(
        '{0} is not among the first {1}; {2} without occluder.',
        name,
        answer.top.length,
        percent(baseline),
      )
    : l10n('{0}: {1} with occluder, {2} without.', name, percent(found.probability), percent(baseline));
}

/** The value at a position of the sweep. */
export function readingAt(
  view: OcclusionView,
  position: number,
  valueAt: (position: number) => string,
): string {
  const { left, top } = placeOf(view, position);
  const isComputed = view.nearest[position] === position;
  return l10n('column {0}, row {1}: {2}', left, top, isComputed ? valueAt(position) : l10n('not computed'));
}
