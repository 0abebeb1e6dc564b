/** Counts as people of the page's language write them. */

const language = document.documentElement.lang === '' ? undefined : document.documentElement.lang;
const WHOLE = new Intl.NumberFormat(language);
const COMPACT = new Intl.NumberFormat(language, { notation: 'compact', maximumSignificantDigits: 3 });

/** `105,415,200` */
export function whole(count: number): string {
  return WHOLE.format(count);
}

/** `105M` */
export function compact(count: number): string {
  return COMPACT.format(count);
}
