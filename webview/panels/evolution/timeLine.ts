/** The time line: which checkpoint is looked at, by a slider that plays. */

import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-toolbar-button/index.js';

import { slider } from '../../common/controls.js';
import { element } from '../../common/dom.js';
import { l10n } from '../../common/host.js';
import type { EvolutionState } from './state.js';
import { shareText } from './texts.js';

/** Time that a checkpoint is looked at while the time line plays. */
const STEP_MS = 700;

export class TimeLine {
  private readonly slider;
  private readonly play;
  private readonly stepBack;
  private readonly stepOn;
  private readonly open;
  private timer: ReturnType<typeof setInterval> | undefined;
  readonly element: HTMLElement;

  /** @param look looks at another checkpoint @param open opens the one that is looked at */
  constructor(
    private readonly state: EvolutionState,
    private readonly look: (place: number) => void,
    open: (place: number) => void,
  ) {
    this.slider = slider(
      l10n('Checkpoint'),
      { min: 0, max: 1, step: 1 },
      0,
      (place) => this.text(place),
      (place) => {
        this.stop();
        look(place);
      },
    );
    const button = (
      icon: string,
      label: string,
      act: () => void,
    ): HTMLElementTagNameMap['vscode-toolbar-button'] =>
      element('vscode-toolbar-button', { icon, label, title: label, onclick: act });
    this.stepBack = button('chevron-left', l10n('Checkpoint before'), () => {
      this.step(-1);
    });
    this.stepOn = button('chevron-right', l10n('Next checkpoint'), () => {
      this.step(1);
    });
    this.play = button('play', l10n('Play'), () => {
      if (this.timer === undefined) {
        this.start();
      } else {
        this.stop();
      }
    });
    this.open = element(
      'vscode-button',
      {
        secondary: true,
        onclick: () => {
          open(state.place);
        },
      },
      l10n('Open This Checkpoint'),
    );
    // Whoever wants little motion goes from checkpoint to checkpoint by hand.
    this.play.hidden = matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.element = element(
      'div',
      { class: 'toolbar time-line', role: 'group', 'aria-label': l10n('Time line') },
      element('div', { class: 'steps' }, this.stepBack, this.play, this.stepOn),
      this.slider.element,
      this.open,
    );
  }

  update(): void {
    const { offer, place, next } = this.state;
    this.slider.setRange({ min: 0, max: Math.max(1, offer.checkpoints.length - 1), step: 1 });
    this.slider.value = place;
    this.stepBack.toggleAttribute('disabled', place === 0);
    this.stepOn.toggleAttribute('disabled', next === undefined);
  }

  private text(place: number): string {
    const { offer, rows } = this.state;
    return [offer.checkpoints[place]?.name ?? '', shareText(rows[place]?.accuracy)]
      .filter((part) => part !== '')
      .join(' · ');
  }

  private step(by: number): void {
    this.stop();
    this.look(this.state.place + by);
  }

  private start(): void {
    if (this.state.next === undefined) {
      this.look(0);
    }
    this.timer = setInterval(() => {
      const { next } = this.state;
      if (next === undefined) {
        this.stop();
      } else {
        this.look(next);
      }
    }, STEP_MS);
    this.show('debug-pause', l10n('Pause'));
  }

  private stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.show('play', l10n('Play'));
  }

  private show(icon: string, label: string): void {
    this.play.icon = icon;
    this.play.label = label;
    this.play.title = label;
  }
}
