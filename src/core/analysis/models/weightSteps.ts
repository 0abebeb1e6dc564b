/** How large are a layer's weights, and how far has training moved them since the checkpoint before? */

import type { Engine } from '../../engine.js';
import type { Layer } from '../../network/layers.js';
import type { Network } from '../../network/network.js';
import { realNetwork } from './dequantised.js';
import type { WeightDifference } from './weightDifferences.js';
import { weightDifferences } from './weightDifferences.js';

/** Of all weights and biases that a layer's node reads, as one vector. */
export interface WeightStep {
  readonly layer: string;
  /** Euclidean norm |w_t|; undefined where a weight is NaN or infinite, as the step. */
  readonly norm: number | undefined;
  /** |w_t - w_(t-1)| / |w_(t-1)|; undefined at the first checkpoint, and where all weights were zero. */
  readonly step: number | undefined;
}

/** The layers that have weights, in their order. */
export function weightedLayers({ layers }: Pick<Network, 'layers'>): readonly Layer[] {
  return layers.filter(({ parameters }) => parameters > 0);
}

/**
 * Every layer with weights of `network`, beside the same layer of the checkpoint before. Weights are read piece by piece.
 * @param before undefined at the first checkpoint
 */
export async function weightSteps(
  engine: Engine,
  network: Network,
  before: Network | undefined,
  signal: AbortSignal,
): Promise<readonly WeightStep[]> {
  const [real, realBefore] = [realNetwork(network), realNetwork(before ?? network)];
  const earlier = weightedLayers(before ?? network);
  const steps: WeightStep[] = [];
  for (const [place, layer] of weightedLayers(network).entries()) {
    const other = earlier[place];
    if (other === undefined) {
      throw new Error(`'${layer.name}' has no counterpart`);
    }
    const [a, b] = [
      { real: realBefore, layer: other },
      { real, layer },
    ];
    const found = await weightDifferences(engine, a, b, signal);
    const length = Math.hypot(...found.map(({ norm }) => norm));
    const apart = Math.hypot(...found.map(distance));
    steps.push({
      layer: layer.name,
      norm: finite(Math.hypot(...found.map(({ otherNorm }) => otherNorm))),
      step: before === undefined ? undefined : finite(apart / length),
    });
  }
  return steps;
}

/** |b - a|. Biases often start at zero, so that no share of their norm tells it. */
function distance({ norm, otherNorm, distance: relative }: WeightDifference): number {
  return norm === 0 ? otherNorm : norm * (relative?.relativeError ?? NaN);
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}
