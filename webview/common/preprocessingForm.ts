/** A form in which to choose how a photo becomes the network's input. */

import '@vscode-elements/elements/dist/vscode-button/index.js';

import type { PreprocessingValues, PreprocessingView } from '../../src/protocol/view.js';
import { select, textField } from './controls.js';
import type { Choice } from './controls.js';
import { element, icon } from './dom.js';
import { l10n } from './host.js';
import { numbersOf } from './numbers.js';

const CUSTOM = 'custom';

/**
 * @param present what the fields begin with
 * @param store gets what was chosen
 */
export function preprocessingForm(
  present: PreprocessingView,
  presets: readonly PreprocessingValues[],
  store: (chosen: PreprocessingValues) => void,
  cancel: () => void,
): HTMLElement {
  const names = [...presets.map(({ name }) => name), CUSTOM];
  const presetChoices = names.map((name) => ({
    value: name,
    label: name === CUSTOM ? l10n('custom') : name,
  }));
  const preset = select(l10n('Preset'), presetChoices, present.preset ?? CUSTOM, (name) => {
    const chosen = presets.find((each) => each.name === name);
    if (chosen !== undefined) {
      fill(chosen);
    }
  });
  const becomesCustom = (): void => {
    preset.value = CUSTOM;
  };
  const orders: readonly Choice<PreprocessingValues['channels']>[] = [
    { value: 'RGB', label: 'RGB' },
    { value: 'BGR', label: 'BGR' },
    { value: 'grey', label: l10n('grey') },
  ];
  const channels = select(l10n('Channels'), orders, present.channels, becomesCustom);
  const fits: readonly Choice<PreprocessingValues['resize']>[] = [
    { value: 'crop', label: l10n('centre crop') },
    { value: 'margin', label: l10n('centre crop with a margin') },
    { value: 'squash', label: l10n('squash') },
  ];
  const resize = select(l10n('Resize'), fits, present.resize, becomesCustom);
  const scale = field(l10n('Divide by'), becomesCustom);
  const mean = field(l10n('Subtract mean'), becomesCustom);
  const std = field(l10n('Divide by std'), becomesCustom);
  const failure = element('div', { class: 'failure', role: 'alert' });
  const fill = (values: PreprocessingValues): void => {
    channels.value = values.channels;
    resize.value = values.resize;
    scale.input.value = String(values.scale);
    mean.input.value = values.mean.join(', ');
    std.input.value = values.std.join(', ');
  };
  fill(present);
  const submit = (): void => {
    const count = channels.value === 'grey' ? 1 : 3;
    const isPositive = (value: number): boolean => value > 0;
    const read = {
      scale: numbersOf(scale.input.value, 1, isPositive),
      mean: numbersOf(mean.input.value, count),
      std: numbersOf(std.input.value, count, isPositive),
    };
    scale.input.invalid = read.scale === undefined;
    mean.input.invalid = read.mean === undefined;
    std.input.invalid = read.std === undefined;
    const [divisor] = read.scale ?? [];
    if (divisor === undefined || read.mean === undefined || read.std === undefined) {
      failure.replaceChildren(
        icon('error'),
        l10n(
          'Enter {0} numbers each for mean and std, separated by commas; std and the divisor must be above zero.',
          count,
        ),
      );
      return;
    }
    store({
      name: preset.value,
      channels: channels.value,
      scale: divisor,
      mean: read.mean,
      std: read.std,
      resize: resize.value,
    });
  };
  return element(
    'form',
    {
      'aria-label': l10n('Preprocessing'),
      onsubmit: (event) => {
        event.preventDefault();
        submit();
      },
      onkeydown: (event) => {
        if ((event as KeyboardEvent).key === 'Escape') {
          cancel();
        }
      },
    },
    element(
      'div',
      { class: 'fields' },
      preset.element,
      channels.element,
      scale.element,
      mean.element,
      std.element,
      resize.element,
    ),
    failure,
    element(
      'div',
      { class: 'buttons' },
      element('vscode-button', { onclick: submit }, l10n('Save Next to Model')),
      element('vscode-button', { secondary: true, onclick: cancel }, l10n('Cancel')),
    ),
  );
}

function field(
  label: string,
  onInput: () => void,
): { element: HTMLElement; input: HTMLElementTagNameMap['vscode-textfield'] } {
  const input = textField(label, { oninput: onInput });
  return {
    element: element('div', { class: 'control' }, element('span', { 'aria-hidden': 'true' }, label), input),
    input,
  };
}
