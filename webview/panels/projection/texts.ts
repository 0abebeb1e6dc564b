/** What the Projection panel says in words. */

import type { ProjectionView } from '../../../src/protocol/panels/projection.js';
import { l10n } from '../../common/host.js';
import { short } from '../../common/numbers.js';
import { fieldOf, isClipped } from './unit.js';

export function summaryOf(view: ProjectionView, isSingleUnit: boolean): string {
  const { unit, activation, window, layer } = view;
  const { width, height } = fieldOf(view);
  return [
    isSingleUnit
      ? l10n('Unit {0} of {1}', unit.channel, layer)
      : l10n('Unit of map {0} of {1} at row {2}, column {3}', unit.channel, layer, unit.y, unit.x),
    l10n('activation {0}', short(activation)),
    l10n(
      'sees {0}×{1} pixels: columns {2} to {3}, rows {4} to {5}',
      width,
      height,
      window.left,
      window.right - 1,
      window.top,
      window.bottom - 1,
    ),
    ...(isClipped(view) ? [l10n('clipped at the border')] : []),
    ...remarksOn(activation),
  ].join(' · ');
}

function remarksOn(activation: number): string[] {
  if (activation === 0) {
    return [l10n('it does not answer the photo, so there is nothing to project')];
  }
  return activation < 0 ? [l10n('below zero: the photo speaks against it')] : [];
}
