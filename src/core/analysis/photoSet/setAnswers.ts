/** What an index's photos are taken for, held against their labels. */

import type { ClassMatch } from '../../photos/classMatch.js';
import type { PhotoRow } from '../../store/indexPart.js';

/** `unknown` where the network gave no classes, or no class is known to be the label's. */
export type Correctness = 'right' | 'wrong' | 'unknown';

/** Whether the most probable class of each photo is that of its label. @param matches of all labels (`labelMatches`) */
export function correctness(
  photos: readonly Pick<PhotoRow, 'label' | 'top'>[],
  matches: readonly ClassMatch[],
): readonly Correctness[] {
  const classes = new Map(matches.map(({ label, classIndex }) => [label, classIndex]));
  return photos.map(({ label, top: [first] }) => {
    const own = label === undefined ? undefined : classes.get(label);
    return own === undefined || first === undefined ? 'unknown' : first.index === own ? 'right' : 'wrong';
  });
}
