/** Which photos stand side by side. */

import type { PhotoView } from '../../../src/protocol/view.js';

/** As many as AlexNet's figure 4 shows. */
export const SHOWN_AT_FIRST = 8;
/** More would take long to ask for, and nobody compares them. */
export const MOST_SHOWN = 48;

/**
 * The photos shown, in the order of the list. The selected one is always among them, so that the panel follows
 * the side bar; before any choice they begin with it, or are the last ones where fewer follow it.
 * @param selected id of the selected photo, null for none
 * @param chosen ids of those that the user chose; undefined before any choice
 */
export function photosToShow(
  photos: readonly PhotoView[],
  selected: string | null,
  chosen: readonly string[] | undefined,
): readonly PhotoView[] {
  const isSelected = ({ id }: PhotoView): boolean => id === selected;
  if (chosen === undefined) {
    const first = Math.max(0, Math.min(photos.findIndex(isSelected), photos.length - SHOWN_AT_FIRST));
    return photos.slice(first, first + SHOWN_AT_FIRST);
  }
  const wanted = new Set(chosen);
  const others = photos.filter((photo) => wanted.has(photo.id) && !isSelected(photo));
  const kept = new Set(others.slice(0, photos.some(isSelected) ? MOST_SHOWN - 1 : MOST_SHOWN));
  return photos.filter((photo) => isSelected(photo) || kept.has(photo));
}
