/** What a convolution has learned to filter for. */

import type { EveryPanelRequests } from '../everyPanel.js';

export interface KernelsView {
  readonly layer: string;
  /** [outputs, inputs of one group, height, width]. */
  readonly shape: readonly number[];
  readonly groups: number;
  /** Equal parts to show apart: the layer's own groups, or those that the next convolution reads. */
  readonly parts: number;
  readonly weights: Float32Array;
  readonly norms: Float32Array;
  readonly dead: readonly number[];
  readonly nearDuplicates: readonly {
    readonly first: number;
    readonly second: number;
    readonly cosine: number;
  }[];
  readonly notFinite: readonly number[];
  /** Order of the three input channels as colours; null where they are no colours. */
  readonly colours: 'RGB' | 'BGR' | null;
}

export interface KernelsRequests extends EveryPanelRequests {
  kernels: { params: { layer: string }; result: KernelsView };
}
