/** An activation function in a hover: an SVG of its curve and derivative, over what a layer feeds it. */

import { initialParameters } from '../../core/activations/activation.js';
import type { ActivationChoice } from '../../core/activations/registry.js';
import type { Histogram } from '../../core/statistics.js';

const WIDTH = 288;
const HEIGHT = 140;
/** Colours that can be read on light and dark backgrounds alike. */
const CURVE = '#3b8eea';
const SLOPE = '#d7812f';
const BAR = '#8a8a8a';
const STEPS = 144;
/** The curve is drawn this far from zero at least and at most. */
const REACH = { least: 4, most: 20 };

/**
 * A data URI: f solid, f′ dashed, each on the scale of f; bars on a square-root scale behind.
 * @param histogram what the layer feeds it; without one, the function alone is drawn
 */
export function activationPicture(
  { activation, parameters }: ActivationChoice,
  histogram?: Histogram,
): string {
  const values = parameters.length > 0 ? parameters : initialParameters(activation);
  const reach = reachOf(histogram);
  const xs = Array.from({ length: STEPS + 1 }, (_, step) => -reach + (2 * reach * step) / STEPS);
  const [curve, slope] = [activation.value, activation.slope].map((f) => xs.map((x) => f(x, values)));
  const all = [...(curve ?? []), ...(slope ?? []), 0];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const span = high > low ? high - low : 1;
  const left = (x: number): number => round(((x + reach) / (2 * reach)) * WIDTH);
  const top = (y: number): number => round(4 + (1 - (y - low) / span) * (HEIGHT - 8));
  const path = (ys: readonly number[]): string =>
    ys.map((y, at) => `${at === 0 ? 'M' : 'L'}${left(xs[at] ?? 0)} ${top(y)}`).join('');
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">` +
    `<path fill="${BAR}" fill-opacity="0.35" d="${bars(histogram, left)}"/>` +
    `<path stroke="${BAR}" fill="none" d="M0 ${top(0)}H${WIDTH}M${left(0)} 0V${HEIGHT}"/>` +
    `<path stroke="${SLOPE}" stroke-width="1.5" stroke-dasharray="5 3" fill="none" d="${path(slope ?? [])}"/>` +
    `<path stroke="${CURVE}" stroke-width="2" fill="none" d="${path(curve ?? [])}"/></svg>`;
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
}

/** As far as the inputs go. */
function reachOf(histogram: Histogram | undefined): number {
  const far = Math.max(Math.abs(histogram?.edges[0] ?? 0), Math.abs(histogram?.edges.at(-1) ?? 0));
  return Math.min(REACH.most, Math.max(REACH.least, Number.isFinite(far) ? far : REACH.least));
}

function bars(histogram: Histogram | undefined, left: (x: number) => number): string {
  if (histogram === undefined) {
    return '';
  }
  const { edges, counts } = histogram;
  const most = counts.reduce((largest, count) => Math.max(largest, count), 1);
  return Array.from(counts, (count, bin) => {
    const [from, to] = [left(edges[bin] ?? 0), left(edges[bin + 1] ?? 0)];
    const height = round(Math.sqrt(count / most) * (HEIGHT - 8));
    return count === 0 || to <= 0 || from >= WIDTH ? '' : `M${from} ${HEIGHT}v-${height}H${to}v${height}z`;
  }).join('');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
