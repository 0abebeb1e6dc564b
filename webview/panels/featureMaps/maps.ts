import type { FeatureMapsView } from '../../../src/protocol/panels/featureMaps.js';

/** One channel's activations, [height, width]. */
export function mapOf({ shape, values }: FeatureMapsView, channel: number): Float32Array {
  const [, , height = 1, width = 1] = shape;
  return values.subarray(channel * height * width, (channel + 1) * height * width);
}
