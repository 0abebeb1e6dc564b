import { describe, expect, it } from 'vitest';

import { bundle, textsInCode } from '../../scripts/l10n.mjs';

const texts = textsInCode();
const korean = bundle('ko');

describe('texts of the extension', () => {
  it('finds the texts of the host and of webviews', () => {
    expect(texts).toContain('Try Again');
    expect(texts).toContain('Unpool: Choose Layer');
  });

  it('are all in the English bundle: `npm run l10n` writes it', () => {
    expect(Object.keys(bundle('en')).sort()).toEqual(texts);
  });

  it('are all translated, and nothing else is', () => {
    expect(Object.keys(korean).sort()).toEqual(texts);
  });

  it.each(Object.entries(korean))('%j keeps its placeholders in %j', (text, translation) => {
    const placeholders = (each: string): string[] => (each.match(/\{\d+\}/g) ?? []).sort();
    expect(placeholders(translation)).toEqual(placeholders(text));
    expect(translation.trim()).not.toBe('');
  });
});
