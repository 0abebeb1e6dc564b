/** Which layers one layer would do for, with the layer before or behind. */

import type { LayerView, MergeView, ProblemView } from '../../../src/protocol/view.js';

/** What a layer can be merged with. */
export interface LayerMerge {
  readonly pair: MergeView;
  /** Name of the other layer's node. */
  readonly other: string;
}

/** @param problems of the layer's model */
export function mergesOf(
  { name, aliases }: Pick<LayerView, 'name' | 'aliases'>,
  problems: readonly Pick<ProblemView, 'merge'>[],
): readonly LayerMerge[] {
  const isOf = (node: string): boolean => node === name || aliases.includes(node);
  return problems.flatMap(({ merge: pair }) => {
    if (pair === null || isOf(pair.first) === isOf(pair.second)) {
      return [];
    }
    return [{ pair, other: isOf(pair.first) ? pair.second : pair.first }];
  });
}
