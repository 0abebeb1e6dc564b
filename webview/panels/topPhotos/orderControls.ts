/** The controls that say which maps come first. */

import { select, textField } from '../../common/controls.js';
import type { Choice } from '../../common/controls.js';
import { element } from '../../common/dom.js';
import { l10n } from '../../common/host.js';
import { kindsFor } from './order.js';
import type { OrderChoice, OrderKind } from './order.js';
import type { TopLayerView } from '../../../src/protocol/panels/topPhotos.js';

function kindTexts(): Readonly<Record<OrderKind, string>> {
  return {
    index: l10n('index'),
    strength: l10n('largest activation'),
    deadness: l10n('fewest photos answered'),
    selectivity: l10n('selectivity'),
    label: l10n('answers to a class'),
    contrast: l10n('tells two classes apart'),
    likeness: l10n('like a map'),
  };
}

export class OrderControls {
  private readonly kind;
  private readonly label;
  private readonly other;
  private readonly map = textField(l10n('Map'), { type: 'number', min: 0, step: 1 });
  private readonly likeMap: HTMLElement;
  readonly element: HTMLElement;
  private choice: OrderChoice = { kind: 'index', label: '', other: '', map: 0 };

  /** @param onChange is given what was chosen, which may need completing */
  constructor(onChange: (choice: OrderChoice) => void) {
    const change = (changes: Partial<OrderChoice>): void => {
      onChange({ ...this.choice, ...changes });
    };
    this.kind = select<string>(l10n('Sort by'), [], '', (kind) => {
      change({ kind: kind as OrderKind });
    });
    this.label = select<string>(l10n('Class'), [], '', (label) => change({ label }), true);
    this.other = select<string>(l10n('and'), [], '', (other) => change({ other }), true);
    this.map.addEventListener('change', () => {
      change({ map: Number(this.map.value) });
    });
    this.likeMap = element(
      'div',
      { class: 'control map-number' },
      element('span', { 'aria-hidden': 'true' }, l10n('Map')),
      this.map,
    );
    this.element = element(
      'div',
      { class: 'order', role: 'group', 'aria-label': l10n('Order of the maps') },
      this.kind.element,
      this.label.element,
      this.other.element,
      this.likeMap,
    );
  }

  /** Shows what a layer allows, and what is chosen. */
  show(layer: TopLayerView, choice: OrderChoice): void {
    const texts = kindTexts();
    const labels: Choice<string>[] = layer.labels.map((label) => ({ value: label, label }));
    this.kind.setChoices(
      kindsFor(layer).map((kind) => ({ value: kind, label: texts[kind] })),
      choice.kind,
    );
    this.label.setChoices(labels, choice.label);
    this.other.setChoices(labels, choice.other);
    this.choose(choice);
  }

  choose(choice: OrderChoice): void {
    this.choice = choice;
    const { kind, label, other, map } = choice;
    this.kind.value = kind;
    this.label.value = label;
    this.other.value = other;
    this.map.value = String(map);
    this.label.element.hidden = kind !== 'label' && kind !== 'contrast';
    this.other.element.hidden = kind !== 'contrast';
    this.likeMap.hidden = kind !== 'likeness';
  }
}
