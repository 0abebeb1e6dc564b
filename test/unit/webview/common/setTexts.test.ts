import { describe, expect, it } from 'vitest';

import { countText, setText } from '../../../../webview/common/setTexts.js';

const l10n = (text: string, ...values: readonly (string | number)[]): string =>
  text.replace(/\{(\d)\}/g, (_, place: string) => String(values[Number(place)]));
const layer = { name: 'relu5', maps: 80, rows: 7, columns: 7, vectors: false };
const index = { set: 'caltech101', photos: 9144, indexed: 9144, layers: [layer, layer] };
const [all, some] = [9144, 512].map((count) => count.toLocaleString());

describe('what is said of an index', () => {
  it('has the number of photos of a whole one', () => {
    expect(setText(index, l10n)).toBe(`caltech101 (${all})`);
    expect(countText(index, l10n)).toBe(`${all} photos, 2 layers`);
  });

  it('says how many are there of one that is still being made', () => {
    const growing = { ...index, indexed: 512 };
    expect(setText(growing, l10n)).toBe(`caltech101 (${some} of ${all})`);
    expect(countText(growing, l10n)).toBe(`${some} of ${all} photos, 2 layers`);
  });
});
