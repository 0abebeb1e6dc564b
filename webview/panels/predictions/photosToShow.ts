/** Which photos stand side by side. */

import type { PhotoView } from '../../../src/protocol/view.js';

/** As many as AlexNet's figure 4 shows. */
export const SHOWN_AT_FIRST = 8;
/** More would take long to ask for, and nobody compares them. */
export const MOST_SHOWN = 48;

/**
 * The photos shown, in the order of the list. The selected one is always among them, so that the panel follows
 * the side bar.
 * @param selected id of the selected photo, null for none
 * @param chosen ids of those that the user chose; undefined before any choice
 */
export function photosToShow(
  photos: readonly PhotoView[],
  selected: string | null,
  chosen: readonly string[] | undefined,
): readonly PhotoView[] {
  const wanted = new Set(chosen ?? photos.map(({ id }) => id));
  const most = chosen === undefined ? SHOWN_AT_FIRST : MOST_SHOWN;
  const isSelected = ({ id }: PhotoView): boolean => id === selected;
  const others = photos.filter((photo) => wanted.has(photo.id) && !isSelected(photo));
  const kept = new Set(others.slice(0, photos.some(isSelected) ? most - 1 : most));
  return photos.filter((photo) => isSelected(photo) || kept.has(photo));
}
