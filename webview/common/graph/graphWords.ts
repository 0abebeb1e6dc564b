/** The drawing in words. */

import { l10n } from '../host.js';
import { whole } from '../counts.js';
import type { Scene, SceneWords } from './graphScene.js';

export const SCENE_WORDS: SceneWords = {
  count: (layers) => (layers === 1 ? l10n('1 layer') : l10n('{0} layers', whole(layers))),
  part: (group, [number, count]) => l10n('{0} ({1} of {2})', group, whole(number), whole(count)),
};

/** A node for screen readers: what it is, and what it is wired to. */
export function inWords(scene: Scene, node: number): string {
  const picked = scene.nodes[node];
  if (picked === undefined) {
    return '';
  }
  const { before, after } = scene.wiring;
  const names = (list: readonly number[] | undefined): string =>
    (list ?? []).map((each) => scene.nodes[each]?.title ?? '').join(', ');
  return [
    picked.title,
    picked.isGroup ? l10n('closed group, {0}', picked.left) : picked.left,
    picked.right,
    ...(names(before[node]) === '' ? [] : [l10n('reads {0}', names(before[node]))]),
    ...(names(after[node]) === '' ? [] : [l10n('read by {0}', names(after[node]))]),
  ].join(', ');
}
