/** A few choices side by side, one of which is taken. */

import { element, icon } from '../../common/dom.js';

export interface Segment<V extends string> {
  readonly value: V;
  readonly label: string;
  readonly icon: string;
}

export interface Segments<V extends string> {
  readonly element: HTMLElement;
  readonly value: V;
}

export function segments<V extends string>(
  label: string,
  choices: readonly Segment<V>[],
  first: V,
  onChange: (value: V) => void,
): Segments<V> {
  let value = first;
  const buttons = choices.map((choice) =>
    element(
      'button',
      {
        type: 'button',
        'aria-pressed': String(choice.value === value),
        onclick: () => {
          value = choice.value;
          buttons.forEach((button, place) => {
            button.setAttribute('aria-pressed', String(choices[place]?.value === value));
          });
          onChange(value);
        },
      },
      icon(choice.icon),
      choice.label,
    ),
  );
  return {
    element: element('div', { class: 'segments', role: 'group', 'aria-label': label }, ...buttons),
    get value() {
      return value;
    },
  };
}
