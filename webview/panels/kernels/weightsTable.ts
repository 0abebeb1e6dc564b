/** A kernel's weights for one input channel, as numbers on their greys. */

import { element } from '../../common/dom.js';
import { l10n } from '../../common/host.js';
import { short } from '../../common/numbers.js';
import type { Range } from '../../common/colour.js';

/** From this grey on, of 0 to 255, black is easier to read than white: both contrast with it at 4.6 to 1. */
const LIGHT = 118;

/** @param slice [height, width] */
export function weightsTable(
  slice: Float32Array,
  height: number,
  width: number,
  { min, max }: Range,
): HTMLElement {
  const rows = Array.from({ length: height }, (_, y) =>
    element(
      'tr',
      {},
      ...Array.from({ length: width }, (_each, x) => {
        const value = slice[y * width + x] ?? NaN;
        const cell = element('td', {}, short(value, 2));
        const share = Math.max(0, Math.min(1, (value - min) / (max - min)));
        if (Number.isFinite(share)) {
          const level = Math.round(share * 255);
          cell.style.backgroundColor = `rgb(${level}, ${level}, ${level})`;
          cell.style.color = level >= LIGHT ? 'black' : 'white';
        }
        return cell;
      }),
    ),
  );
  return element(
    'div',
    { class: 'weights', tabindex: 0, role: 'region', 'aria-label': l10n('Weights') },
    element('table', {}, element('tbody', {}, ...rows)),
  );
}
