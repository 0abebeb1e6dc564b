/** HTML as text: everything put into a template is escaped unless it is HTML already. */

/** Markup that needs no escaping. */
export class Html {
  constructor(readonly text: string) {}
}

type Part = Html | string | number | readonly Html[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Tag of templates: html`<b>${text}</b>`. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(
    strings.reduce((text, literal, index) => text + markupOf(parts[index - 1] ?? '') + literal),
  );
}

function markupOf(part: Part): string {
  if (part instanceof Html) {
    return part.text;
  }
  if (typeof part === 'object') {
    return part.map((each) => each.text).join('\n');
  }
  return String(part).replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** JSON for a script element; `<` is escaped, so that no text can end the element. */
export function jsonScript(id: string, value: unknown): Html {
  const json = JSON.stringify(value).replaceAll('<', '\\u003c');
  return new Html(`<script type="application/json" id="${id}">${json}</script>`);
}
