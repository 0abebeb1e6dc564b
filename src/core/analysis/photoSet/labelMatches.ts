/** Which classes of a network the labels of a photo set are. */

import { wordNetIds } from '../../network/classNames.js';
import type { Network } from '../../network/network.js';
import { matchClasses } from '../../photos/classMatch.js';
import type { ClassMatch } from '../../photos/classMatch.js';
import type { ListedPhoto } from '../../photos/photo.js';

/**
 * Every label of the photos, in alphabetical order, with its class.
 * @param names of the network's classes by their indexes; empty where none are known
 */
export async function labelMatches(
  { scores, sidecar }: Pick<Network, 'scores' | 'sidecar'>,
  { photos }: { readonly photos: readonly Pick<ListedPhoto, 'label'>[] },
  names: readonly string[],
): Promise<readonly ClassMatch[]> {
  const labels = [...new Set(photos.flatMap(({ label }) => label ?? []))].sort();
  const count = scores?.classes ?? 0;
  const byHand = sidecar?.photoLabels ?? {};
  return matchClasses(labels, { count, names, wordNetIds: await wordNetIds(count), byHand });
}
