/** What is asked of the checkpoints: photos, projections or kernels, the layer, the maps. */

import '@vscode-elements/elements/dist/vscode-toolbar-button/index.js';

import type { EvolutionChoice } from '../../../src/protocol/panels/evolution.js';
import type { LayerView } from '../../../src/protocol/view.js';
import { select, textField } from '../../common/controls.js';
import { element } from '../../common/dom.js';
import { l10n } from '../../common/host.js';
import { mapsIn } from './state.js';
import type { EvolutionState } from './state.js';

export interface ChoiceActions {
  choose(changes: Parameters<EvolutionState['choose']>[0]): void;
  /** Asks for photos that are not in the list yet. */
  add(kind: 'folder' | 'file'): void;
  /** Looks into the folder again. */
  refresh(): void;
  /** Asks for another folder. */
  openOther(): void;
}

/** Stands for a choice of none. */
const NONE = '';

export class ChoiceBar {
  private readonly set;
  private readonly kind;
  private readonly layer;
  private readonly maps;
  readonly element: HTMLElement;

  constructor(
    private readonly state: EvolutionState,
    actions: ChoiceActions,
    ...more: readonly HTMLElement[]
  ) {
    this.set = select<string>(l10n('Photos'), [], NONE, (set) => {
      actions.choose({ set: set === NONE ? null : set });
    });
    this.kind = select<EvolutionChoice['kind']>(
      l10n('Show'),
      [
        { value: 'projections', label: l10n('projections') },
        { value: 'kernels', label: l10n('kernels') },
      ],
      'projections',
      (kind) => {
        actions.choose({ kind });
      },
    );
    this.layer = select<string>(
      l10n('Layer'),
      [],
      NONE,
      (layer) => {
        actions.choose({ layer });
      },
      true,
    );
    this.maps = textField(l10n('Maps'), { placeholder: l10n('such as 3, 17') });
    this.maps.addEventListener('change', () => {
      const maps = mapsIn(this.maps.value);
      this.maps.toggleAttribute('invalid', maps === undefined);
      if (maps !== undefined) {
        actions.choose({ maps });
      }
    });
    const button = (icon: string, label: string, act: () => void): HTMLElement =>
      element('vscode-toolbar-button', { icon, label, title: label, onclick: act });
    this.element = element(
      'div',
      { class: 'toolbar choice' },
      this.set.element,
      element(
        'div',
        { class: 'adding' },
        button('new-folder', l10n('Add a folder of photos'), () => {
          actions.add('folder');
        }),
        button('file-zip', l10n('Add a zip or a list of photos'), () => {
          actions.add('file');
        }),
      ),
      this.kind.element,
      this.layer.element,
      element(
        'div',
        { class: 'control' },
        element('span', { 'aria-hidden': 'true' }, l10n('Maps')),
        this.maps,
      ),
      element(
        'div',
        { class: 'adding' },
        button('refresh', l10n('Look for new checkpoints'), () => {
          actions.refresh();
        }),
        button('folder-opened', l10n('Open other checkpoints'), () => {
          actions.openOther();
        }),
      ),
      ...more,
    );
  }

  update(layers: readonly LayerView[]): void {
    const { offer, choice, wall } = this.state;
    this.set.setChoices(
      [
        { value: NONE, label: l10n('none') },
        ...offer.sets.map(({ root, name }) => ({ value: root, label: name, description: root })),
      ],
      choice.set ?? NONE,
    );
    this.kind.element.hidden = choice.set === null;
    this.kind.value = choice.kind;
    const offered = layers.filter(({ hasKernels, hasMaps }) =>
      choice.kind === 'kernels' ? hasKernels : hasMaps,
    );
    this.layer.setChoices(
      offered.map(({ name, output }) => ({ value: name, label: name, description: output })),
      choice.layer ?? wall?.layer ?? NONE,
    );
    this.maps.value = choice.maps?.join(', ') ?? '';
    this.maps.removeAttribute('invalid');
  }
}
