/** The histogram of a hover: an SVG whose colours can be read on light and dark backgrounds alike. */

import type { Histogram } from '../../core/statistics.js';

const WIDTH = 288;
/** Below two thumbnails this is still wholly seen: VS Code opens a hover 250 pixels high. */
const HEIGHT = 40;
const BAR = '#3b8eea';
const LINE = '#8a8a8a';

/**
 * A data URI of bars on a square-root scale, so that small counts beside a large one are seen; a line marks
 * zero where it lies between the edges.
 */
export function histogramPicture({ edges, counts }: Histogram): string {
  const most = counts.reduce((largest, count) => Math.max(largest, count), 1);
  const step = WIDTH / counts.length;
  const bars = Array.from(counts, (count, bin) => {
    const height = Math.sqrt(count / most) * (HEIGHT - 2);
    return count === 0
      ? ''
      : `M${round(bin * step)} ${HEIGHT}v-${round(Math.max(1, height))}h${round(step - 0.5)}v${round(Math.max(1, height))}z`;
  }).join('');
  const [first = 0, last = 0] = [edges[0], edges.at(-1)];
  const zero = first < 0 && last > 0 ? round((-first / (last - first)) * WIDTH) : undefined;
  const marks = `M0 ${HEIGHT - 0.5}H${WIDTH}${zero === undefined ? '' : `M${zero} 0V${HEIGHT}`}`;
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">` +
    `<path fill="${BAR}" d="${bars}"/><path stroke="${LINE}" d="${marks}"/></svg>`;
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
