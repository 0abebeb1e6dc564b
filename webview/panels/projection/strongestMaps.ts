/** The maps that answer the photo most, to step through. */

import { element } from '../../common/dom.js';
import { l10n } from '../../common/host.js';
import { short } from '../../common/numbers.js';
import { iconButton } from './iconButton.js';
import type { ProjectionState } from './state.js';
import { strongestChart } from './strongestChart.js';

export class StrongestMaps {
  private readonly stronger;
  private readonly weaker;
  private readonly rank = element('span', { class: 'muted' });
  private readonly chart;
  readonly element: HTMLElement;

  /** @param choose gets the channel of a map */
  constructor(
    private readonly state: ProjectionState,
    private readonly choose: (channel: number) => void,
  ) {
    this.stronger = iconButton('arrow-left', l10n('Stronger map'), () => {
      this.step(-1);
    });
    this.weaker = iconButton('arrow-right', l10n('Weaker map'), () => {
      this.step(1);
    });
    this.chart = strongestChart(
      () => ({ maps: state.view.strongest, selected: state.view.unit.channel }),
      choose,
    );
    this.element = element(
      'section',
      {
        class: 'strongest',
        'aria-label': l10n('Strongest maps'),
        onkeydown: (event) => {
          const { key } = event as KeyboardEvent;
          if (key === 'ArrowLeft' || key === 'ArrowRight') {
            event.preventDefault();
            this.step(key === 'ArrowLeft' ? -1 : 1);
          }
        },
      },
      element(
        'div',
        { class: 'title' },
        element('h2', {}, l10n('Strongest maps')),
        this.stronger,
        this.weaker,
        this.rank,
      ),
      this.chart.element,
    );
  }

  draw(): void {
    const { strongest, unit } = this.state.view;
    const { rank } = this.state;
    this.rank.textContent =
      rank === undefined
        ? l10n('Map {0} is not among them', unit.channel)
        : l10n('Map {0} is number {1}', unit.channel, rank + 1);
    this.stronger.disabled = rank === 0 || strongest.length === 0;
    this.weaker.disabled = rank === strongest.length - 1 || strongest.length === 0;
    const [first] = strongest;
    this.chart.draw(
      l10n(
        'Largest activations of the {0} strongest maps; the first is map {1} with {2}',
        strongest.length,
        first?.channel ?? '',
        short(first?.activation ?? NaN),
      ),
    );
  }

  private step(places: number): void {
    const channel = this.state.mapAfter(places);
    if (channel !== undefined) {
      this.choose(channel);
    }
  }
}
