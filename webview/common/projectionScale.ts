/** Which colours of a projection stand for which numbers. */

import { GREY } from './colour.js';
import { colourBar } from './colourBar.js';
import { element } from './dom.js';
import { l10n } from './host.js';
import { short } from './numbers.js';

/** A bar for one channel; a pixel of several shows as many numbers at once, for which there are words. */
export class ProjectionScale {
  private readonly bar = colourBar(GREY);
  private readonly words = element('div', { class: 'muted' });
  readonly element = element('div', { class: 'projection-scale' }, this.bar.element, this.words);

  /**
   * @param channels of the network's input
   * @param limit the absolute value at full contrast; 0 where all values are
   */
  show(channels: number, limit: number): void {
    const full = limit === 0 ? 1 : limit;
    this.bar.element.hidden = channels > 1;
    this.words.hidden = channels === 1;
    this.bar.show({ min: -full, max: full });
    this.words.textContent = l10n(
      'Mid-grey is 0; each colour runs from {0} to {1}',
      short(-full),
      short(full),
    );
  }
}
