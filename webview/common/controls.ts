/** Labelled controls of a panel's tool bar. */

import '@vscode-elements/elements/dist/vscode-checkbox/index.js';
import '@vscode-elements/elements/dist/vscode-option/index.js';
import '@vscode-elements/elements/dist/vscode-single-select/index.js';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';

import { element } from './dom.js';
import type { Attributes } from './dom.js';

export interface Choice<V extends string> {
  readonly value: V;
  readonly label: string;
  readonly description?: string;
}

export interface SelectControl<V extends string> {
  readonly element: HTMLElement;
  value: V;
  setChoices(choices: readonly Choice<V>[], value: V): void;
}

/**
 * A labelled drop-down list.
 * @param filters lets the user type a part of the name, for long lists
 */
export function select<V extends string>(
  label: string,
  choices: readonly Choice<V>[],
  value: V,
  onChange: (value: V) => void,
  filters = false,
): SelectControl<V> {
  const list = element('vscode-single-select', { label, combobox: filters });
  const setChoices = (next: readonly Choice<V>[], chosen: V): void => {
    list.options = next.map((choice) => ({ description: '', selected: false, disabled: false, ...choice }));
    list.value = chosen;
  };
  setChoices(choices, value);
  if (filters) {
    acceptTyped(list);
  }
  list.addEventListener('change', () => {
    onChange(list.value as V);
  });
  return {
    element: element('div', { class: 'control' }, element('span', { 'aria-hidden': 'true' }, label), list),
    get value() {
      return list.value as V;
    },
    set value(next) {
      list.value = next;
    },
    setChoices,
  };
}

/**
 * Makes Enter choose the first name that matches what was typed. By itself the list chooses nothing then, for
 * typing takes the highlight away.
 */
function acceptTyped(list: HTMLElement): void {
  let isTyped = false;
  list.addEventListener('input', () => {
    isTyped = true;
  });
  list.addEventListener(
    'keydown',
    ({ key }) => {
      if (key === 'Enter' && isTyped) {
        isTyped = false;
        list.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown' }));
      } else if (key.startsWith('Arrow')) {
        isTyped = false;
      }
    },
    { capture: true },
  );
}

export interface SliderRange {
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

export interface SliderControl {
  readonly element: HTMLElement;
  value: number;
  /** Allows other values; the present one moves to the nearest allowed. */
  setRange(range: SliderRange): void;
}

/** A labelled slider; `text` says its value in words. */
export function slider(
  label: string,
  range: SliderRange,
  value: number,
  text: (value: number) => string,
  onChange: (value: number) => void,
): SliderControl {
  const input = element('input', { type: 'range', 'aria-label': label, ...range });
  const output = element('output');
  const show = (): void => {
    output.textContent = text(input.valueAsNumber);
    input.setAttribute('aria-valuetext', output.textContent);
  };
  input.valueAsNumber = value;
  show();
  input.addEventListener('input', () => {
    show();
    onChange(input.valueAsNumber);
  });
  return {
    element: element('label', { class: 'control' }, element('span', {}, label), input, output),
    get value() {
      return input.valueAsNumber;
    },
    set value(next) {
      input.valueAsNumber = next;
      show();
    },
    setRange: ({ min, max, step }) => {
      Object.assign(input, { min, max, step });
      show();
    },
  };
}

export interface SwitchControl {
  readonly element: HTMLElement;
  isOn: boolean;
}

/** A labelled box to tick. */
export function checkbox(label: string, isOn: boolean, onChange: (isOn: boolean) => void): SwitchControl {
  const box = element('vscode-checkbox', { label });
  box.checked = isOn;
  box.addEventListener('change', () => {
    onChange(box.checked);
  });
  return {
    element: box,
    get isOn() {
      return box.checked;
    },
    set isOn(next) {
      box.checked = next;
    },
  };
}

/**
 * A field for a line of text.
 * @param label what a screen reader says of it
 */
export function textField(
  label: string,
  attributes: Attributes,
  ...children: readonly HTMLElement[]
): HTMLElementTagNameMap['vscode-textfield'] {
  const field = element('vscode-textfield', attributes, ...children);
  // Of this control it is no attribute, unlike of the others.
  field.label = label;
  return field;
}
