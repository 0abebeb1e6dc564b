/** What the Evolution panel says. */

import type { WallTileView, WallView } from '../../../src/protocol/panels/evolution.js';
import { l10n } from '../../common/host.js';
import { short } from '../../common/numbers.js';

export function shareText(share: number | null | undefined): string {
  return share === null || share === undefined ? '' : `${(100 * share).toFixed(1)} %`;
}

/** Which maps are shown, and why these. */
export function wallText({ kind, layer, chosenBy }: WallView): string {
  const what = kind === 'kernels' ? l10n('Kernels of {0}', layer) : l10n('Maps of {0}', layer);
  switch (chosenBy) {
    case 'asked':
      return what;
    case 'selectivity':
      return l10n('{0}: those that answer one label most selectively at the end', what);
    case 'strength':
      return l10n('{0}: those that answer a photo most strongly at the end', what);
    case 'norm':
      return l10n('{0}: those of the largest norm at the end', what);
  }
}

/** A map at a checkpoint, for people who do not see its picture. */
export function tileText(map: number, checkpoint: string, tile: WallTileView | undefined): string {
  const where = l10n('Map {0} at {1}', map, checkpoint);
  return tile === undefined ? where : `${where}: ${detailText(tile)}`;
}

/** What is known of a map at a checkpoint. */
export function detailText(tile: WallTileView): string {
  switch (tile.kind) {
    case 'projection':
      return [
        l10n('{0}, activation {1}', tile.photo, short(tile.value, 3)),
        ...(tile.jumped ? [l10n('another photo than before')] : []),
      ].join(', ');
    case 'kernel':
      return l10n('kernel');
    case 'silent':
      return l10n('answers no photo');
    case 'lost':
      return tile.problem;
  }
}
