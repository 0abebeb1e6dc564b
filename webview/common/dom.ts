/** Building elements without HTML text, so that no data is ever read as markup. */

type Listener = (event: Event) => void;

/** `on...` listens to an event; a boolean is a boolean attribute; everything else is an attribute. */
export type Attributes = Readonly<Record<string, string | number | boolean | Listener | undefined>>;

/** @param children elements and texts; what is null or false is left out */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly (Node | string | null | false)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') {
      made.addEventListener(name.slice(2), value);
    } else if (typeof value === 'boolean') {
      made.toggleAttribute(name, value);
    } else if (value !== undefined) {
      made.setAttribute(name, String(value));
    }
  }
  made.append(...children.filter((child) => child !== null && child !== false));
  return made;
}

/** A codicon beside a text that says the same. */
export function icon(name: string): HTMLElement {
  return element('span', { class: `codicon codicon-${name}`, 'aria-hidden': 'true' });
}
