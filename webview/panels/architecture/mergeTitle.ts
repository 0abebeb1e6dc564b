import type { MergeView } from '../../../src/protocol/view.js';
import { l10n } from '../../common/host.js';

/** What merging two layers does. */
export function mergeTitle({ first, second }: MergeView): string {
  return l10n("Write a Model with '{0}' and '{1}' Merged...", first, second);
}
