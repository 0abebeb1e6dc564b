/** Which functions are compared, and sliders for the parameters of one of them. */

import { checkbox, select, slider } from '../../common/controls.js';
import type { SwitchControl } from '../../common/controls.js';
import { element } from '../../common/dom.js';
import { l10n } from '../../common/host.js';
import { short } from '../../common/numbers.js';
import type { ActivationsState } from './state.js';

export interface FunctionChoiceActions {
  /** Other functions are compared. */
  onCompare(): void;
  /** A parameter was set. */
  onTune(): void;
}

export class FunctionChoice {
  private readonly boxes = new Map<string, SwitchControl>();
  private readonly list = element(
    'fieldset',
    { class: 'functions' },
    element('legend', {}, l10n('Compare with')),
  );
  private readonly tuned = select<string>(l10n('Parameters of'), [], '', () => {
    this.showSliders();
  });
  private readonly sliders = element('span', { class: 'sliders' });
  readonly elements: readonly HTMLElement[];

  constructor(
    private readonly state: ActivationsState,
    private readonly actions: FunctionChoiceActions,
  ) {
    this.elements = [this.list, element('div', { class: 'toolbar' }, this.tuned.element, this.sliders)];
  }

  /** Lists the functions, once they are known. */
  fill(): void {
    const { state, actions } = this;
    for (const { id, name } of state.infos) {
      const box = checkbox(name, state.isCompared(id), (isOn) => {
        state.compare(id, isOn);
        actions.onCompare();
      });
      this.boxes.set(id, box);
      this.list.append(box.element);
    }
    this.tuned.setChoices(
      state.tunable.map(({ id, name }) => ({ value: id, label: name })),
      state.firstTuned,
    );
    this.showSliders();
  }

  /** The sliders of the function that is tuned; moving one compares it. */
  private showSliders(): void {
    const { state, actions } = this;
    const id = this.tuned.value;
    const { parameters } = state.infoOf({ id, parameters: [] });
    this.sliders.replaceChildren(
      ...parameters.map(({ symbol, ...range }, place) => {
        const value = state.settingOf(id).parameters[place] ?? range.initial;
        const control = slider(
          symbol,
          range,
          value,
          (now) => short(now, 3),
          (now) => {
            state.tune(id, place, now);
            const box = this.boxes.get(id);
            if (box !== undefined) {
              box.isOn = true;
            }
            actions.onTune();
          },
        );
        return control.element;
      }),
    );
  }
}
