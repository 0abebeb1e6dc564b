/** What is said of an index of photos. */

import type { IndexView } from '../../src/protocol/indexView.js';

type Translate = (text: string, ...values: readonly (string | number)[]) => string;

/** `caltech101 (9,144)`. */
export function setText(index: Pick<IndexView, 'set' | 'photos' | 'indexed'>, l10n: Translate): string {
  return `${index.set} (${shareText(index, l10n)})`;
}

/** `9,144 photos, 5 layers`. */
export function countText(index: Pick<IndexView, 'photos' | 'indexed' | 'layers'>, l10n: Translate): string {
  return l10n('{0} photos, {1} layers', shareText(index, l10n), index.layers.length);
}

/** The number of photos; of an index that is not whole, how many of them are there. */
function shareText({ photos, indexed }: Pick<IndexView, 'photos' | 'indexed'>, l10n: Translate): string {
  const all = photos.toLocaleString();
  return indexed === photos ? all : l10n('{0} of {1}', indexed.toLocaleString(), all);
}
