/**
 * How much of a kernel that looks at colours answers to colour rather than to brightness: the share of its
 * energy off the grey axis, 0 for a kernel whose three channels are equal, 1 for one whose channels cancel at
 * every place.
 * @param weights [3, height, width]
 */
export function colourfulness(weights: Float32Array): number {
  const pixels = weights.length / 3;
  let [whole, grey] = [0, 0];
  for (let pixel = 0; pixel < pixels; pixel++) {
    const channels = [0, 1, 2].map((channel) => weights[channel * pixels + pixel] ?? 0);
    const mean = channels.reduce((sum, value) => sum + value, 0) / 3;
    whole += channels.reduce((sum, value) => sum + value * value, 0);
    grey += 3 * mean * mean;
  }
  return whole > 0 ? 1 - grey / whole : 0;
}
