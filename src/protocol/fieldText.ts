/** A receptive field in words. */

import { times } from './times.js';
import type { LayerView } from './view.js';

/** `155×155`, and that the border of the image clips it where it is larger. @param l10n finds the translation of a text */
export function fieldText(
  { receptiveField, clippedBy }: Pick<LayerView, 'receptiveField' | 'clippedBy'>,
  l10n: (text: string, ...values: readonly string[]) => string,
): string {
  const field = times(receptiveField);
  return clippedBy === ''
    ? field
    : l10n('{0}, clipped at the border of the {1} image', field, times(clippedBy));
}
