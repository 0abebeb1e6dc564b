/** Buttons that go from convolution to convolution. */

import type { LayerView } from '../../../src/protocol/view.js';
import { element } from '../../common/dom.js';
import { l10n } from '../../common/host.js';
import { iconButton } from './iconButton.js';
import { convolutionStep } from './steps.js';
import type { Step } from './steps.js';

export class LayerSteps {
  private step: Step = { previous: undefined, next: undefined, position: 0, count: 0 };
  private readonly previous;
  private readonly next;
  private readonly text = element('span', { class: 'text' });
  readonly element: HTMLElement;

  /** @param choose gets the name of the layer to go to */
  constructor(choose: (layer: string) => void) {
    const go = (layer: string | undefined): void => {
      if (layer !== undefined) {
        choose(layer);
      }
    };
    this.previous = iconButton('arrow-left', l10n('Previous convolution layer'), () => {
      go(this.step.previous);
    });
    this.next = iconButton('arrow-right', l10n('Next convolution layer'), () => {
      go(this.step.next);
    });
    this.element = element('div', { class: 'steps', role: 'group' }, this.previous, this.text, this.next);
  }

  show(layers: readonly LayerView[], shown: string): void {
    this.step = convolutionStep(layers, shown);
    this.previous.disabled = this.step.previous === undefined;
    this.next.disabled = this.step.next === undefined;
    this.text.textContent = l10n('convolution {0} of {1}', this.step.position, this.step.count);
  }
}
