/** What the Evaluation panel says. */

import type {
  ChangeView,
  EvaluationView,
  PhotoFilterView,
  RateView,
} from '../../../src/protocol/panels/evaluation.js';
import { l10n } from '../../common/host.js';
import { percent } from '../../common/numbers.js';

export function className(names: readonly string[], index: number): string {
  const name = names[index];
  return name === undefined || name === '' ? l10n('class {0}', index) : name;
}

/** `12.3 %`; a dash for what is no number. */
export function shareText(share: number): string {
  return Number.isFinite(share) ? percent(share) : '–';
}

/** `10.1 – 14.8 %`. */
export function intervalText({ low, high }: RateView): string {
  return `${(100 * low).toFixed(1)} – ${(100 * high).toFixed(1)} %`;
}

export function changeText(change: ChangeView): string {
  return change === 'mirror' ? l10n('mirrored') : l10n('in another light');
}

/** What the photos of a filter are. */
export function filterText(filter: PhotoFilterView, names: readonly string[]): string {
  switch (filter.kind) {
    case 'mostWrong':
      return l10n('Most wrong');
    case 'leastSure':
      return l10n('Least sure');
    case 'flipped':
      return l10n('Other answer when {0}', changeText(filter.change));
    case 'cell': {
      const { actual, predicted } = filter;
      return actual !== null && predicted !== null
        ? actual === predicted
          ? l10n('{0}, recognised', className(names, actual))
          : l10n('{0} taken for {1}', className(names, actual), className(names, predicted))
        : actual !== null
          ? l10n('All of {0}', className(names, actual))
          : l10n('All taken for {0}', className(names, predicted ?? -1));
    }
  }
}

/** What was left out, and why. */
export function leftOutTexts({ skipped, unmatched, unlabelled }: EvaluationView): readonly string[] {
  const left = unmatched.reduce((sum, { photos }) => sum + photos, 0);
  const count = (photos: number): string => photos.toLocaleString();
  return [
    ...(skipped.length > 0 ? [l10n('{0} that could not be used', count(skipped.length))] : []),
    ...(left > 0 ? [l10n('{0} whose label is no class', count(left))] : []),
    ...(unlabelled > 0 ? [l10n('{0} without a label', count(unlabelled))] : []),
  ];
}
