/** Going through the network convolution by convolution, as the paper goes through layers 1 to 5. */

import type { LayerView } from '../../../src/protocol/view.js';

export interface Step {
  /** Names of the neighbours; undefined at the ends. */
  readonly previous: string | undefined;
  readonly next: string | undefined;
  /** Counted from 1: the last convolution up to the layer; 0 before the first. */
  readonly position: number;
  readonly count: number;
}

/** Where a layer is among the convolutions; one behind a convolution steps back to that convolution. */
export function convolutionStep(layers: readonly LayerView[], shown: string): Step {
  const convolutions = layers.filter(({ hasKernels, hasMaps }) => hasKernels && hasMaps);
  const at = layers.findIndex(({ name }) => name === shown);
  const position = layers.slice(0, at + 1).filter((layer) => convolutions.includes(layer)).length;
  const isConvolution = convolutions[position - 1]?.name === shown;
  return {
    previous: convolutions[position - (isConvolution ? 2 : 1)]?.name,
    next: convolutions[position]?.name,
    position,
    count: convolutions.length,
  };
}
