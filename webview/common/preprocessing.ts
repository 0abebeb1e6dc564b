/** How a photo becomes the network's input: shown in a line, and changed in a form. */

import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import '@vscode-elements/elements/dist/vscode-toolbar-button/index.js';

import type { Client } from '../../src/protocol/channel.js';
import type { EveryPanelEvents, EveryPanelRequests } from '../../src/protocol/everyPanel.js';
import type { ModelView, PreprocessingView } from '../../src/protocol/view.js';
import { select } from './controls.js';
import type { Choice } from './controls.js';
import { element, icon } from './dom.js';
import type { ErrorLine } from './errors.js';
import { l10n } from './host.js';
import { numbersOf } from './numbers.js';

type Preprocessing = Omit<PreprocessingView, 'source'>;

const CUSTOM = 'custom';

export class PreprocessingLine {
  private readonly text = element('span', { class: 'text' });
  private readonly editor = element('vscode-toolbar-button', {
    icon: 'edit',
    label: l10n('Edit preprocessing'),
    title: l10n('Edit preprocessing'),
    'aria-expanded': 'false',
    onclick: () => {
      this.toggle();
    },
  });
  private readonly size = element('span', { class: 'muted' });
  private readonly sizeChooser = element('vscode-toolbar-button', {
    icon: 'screen-full',
    label: l10n('Choose image size'),
    title: l10n('Choose image size'),
    onclick: () => {
      this.client.request('chooseImageSize', null).catch((error: unknown) => {
        this.errors.show(error);
      });
    },
  });
  private readonly formPlace = element('div', { hidden: true });
  readonly element = element(
    'div',
    { class: 'preprocessing' },
    element('div', { class: 'line' }, icon('settings'), this.text, this.editor, this.size, this.sizeChooser),
    this.formPlace,
  );
  private present: PreprocessingView | undefined;

  constructor(
    private readonly client: Client<EveryPanelRequests, EveryPanelEvents>,
    private readonly errors: ErrorLine,
  ) {}

  update(preprocessing: PreprocessingView, model: ModelView): void {
    this.size.textContent = l10n('Images of {0} pixels', `${model.inputHeight}×${model.inputWidth}`);
    this.size.hidden = this.sizeChooser.hidden = !model.hasFreeSize;
    this.present = preprocessing;
    this.text.replaceChildren(
      element('span', {}, `${l10n('Preprocessing')}: ${inWords(preprocessing)} `),
      element('span', { class: 'muted' }, `(${preprocessing.source})`),
    );
  }

  private toggle(): void {
    if (!this.formPlace.hidden) {
      this.close();
    } else if (this.present !== undefined) {
      this.open(this.present).catch((error: unknown) => {
        this.errors.show(error);
      });
    }
  }

  private close(): void {
    this.formPlace.hidden = true;
    this.formPlace.replaceChildren();
    this.editor.setAttribute('aria-expanded', 'false');
  }

  private async open(present: PreprocessingView): Promise<void> {
    const presets = await this.client.request('presets', null);
    const store = async (chosen: Preprocessing): Promise<void> => {
      await this.client.request('setPreprocessing', chosen);
      this.close();
    };
    this.formPlace.replaceChildren(
      form(
        present,
        presets,
        (chosen) => {
          store(chosen).catch((error: unknown) => {
            this.errors.show(error);
          });
        },
        () => {
          this.close();
        },
      ),
    );
    this.formPlace.hidden = false;
    this.editor.setAttribute('aria-expanded', 'true');
  }
}

/** `imagenet: RGB / 255, mean 0.485 0.456 0.406, std 0.229 0.224 0.225, centre crop` */
function inWords({ name, channels, scale, mean, std, resize }: Preprocessing): string {
  return [
    `${name}: ${channels} / ${scale}`,
    l10n('mean {0}', mean.join(' ')),
    l10n('std {0}', std.join(' ')),
    {
      crop: l10n('centre crop'),
      margin: l10n('centre crop with a margin'),
      squash: l10n('squashed to fit'),
    }[resize],
  ].join(', ');
}

function form(
  present: Preprocessing,
  presets: readonly Preprocessing[],
  store: (chosen: Preprocessing) => void,
  cancel: () => void,
): HTMLElement {
  const names = [...presets.map(({ name }) => name), CUSTOM];
  const nameOf = (name: string): string => (names.includes(name) ? name : CUSTOM);
  const presetChoices = names.map((name) => ({
    value: name,
    label: name === CUSTOM ? l10n('custom') : name,
  }));
  const preset = select(l10n('Preset'), presetChoices, nameOf(present.name), (name) => {
    const chosen = presets.find((each) => each.name === name);
    if (chosen !== undefined) {
      fill(chosen);
    }
  });
  const becomesCustom = (): void => {
    preset.value = CUSTOM;
  };
  const orders: readonly Choice<Preprocessing['channels']>[] = [
    { value: 'RGB', label: 'RGB' },
    { value: 'BGR', label: 'BGR' },
    { value: 'grey', label: l10n('grey') },
  ];
  const channels = select(l10n('Channels'), orders, present.channels, becomesCustom);
  const fits: readonly Choice<Preprocessing['resize']>[] = [
    { value: 'crop', label: l10n('centre crop') },
    { value: 'margin', label: l10n('centre crop with a margin') },
    { value: 'squash', label: l10n('squash') },
  ];
  const resize = select(l10n('Resize'), fits, present.resize, becomesCustom);
  const scale = field(l10n('Divide by'), becomesCustom);
  const mean = field(l10n('Subtract mean'), becomesCustom);
  const std = field(l10n('Divide by std'), becomesCustom);
  const problem = element('div', { class: 'problem', role: 'alert' });
  const fill = (values: Preprocessing): void => {
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
      problem.textContent = l10n(
        'Enter {0} numbers each for mean and std, separated by commas; std and the divisor must be above zero.',
        count,
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
        const { key } = event as KeyboardEvent;
        if (key === 'Escape') {
          cancel();
        } else if (
          key === 'Enter' &&
          event.target instanceof HTMLElement &&
          event.target.matches('vscode-textfield')
        ) {
          submit();
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
    problem,
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
  const input = element('vscode-textfield', { label, oninput: onInput });
  return {
    element: element('div', { class: 'control' }, element('span', { 'aria-hidden': 'true' }, label), input),
    input,
  };
}
