/** A few choices side by side, one of which is taken. */

import { element, icon } from './dom.js';

export interface Segment<V extends string> {
  readonly value: V;
  readonly label: string;
  readonly icon: string;
}

export interface Segments<V extends string> {
  readonly element: HTMLElement;
  /** Setting it does not tell. */
  value: V;
}

export function segments<V extends string>(
  label: string,
  choices: readonly Segment<V>[],
  first: V,
  onChange: (value: V) => void,
): Segments<V> {
  let value = first;
  const show = (): void => {
    buttons.forEach((button, place) => {
      button.setAttribute('aria-pressed', String(choices[place]?.value === value));
    });
  };
  const buttons = choices.map((choice) =>
    element(
      'button',
      {
        type: 'button',
        // Where there is little room, the icon stands alone.
        'aria-label': choice.label,
        title: choice.label,
        onclick: () => {
          value = choice.value;
          show();
          onChange(value);
        },
      },
      icon(choice.icon),
      element('span', {}, choice.label),
    ),
  );
  show();
  return {
    element: element('div', { class: 'segments', role: 'group', 'aria-label': label }, ...buttons),
    get value() {
      return value;
    },
    set value(next) {
      value = next;
      show();
    },
  };
}
