import { describe, expect, it } from 'vitest';

import {
  MOST_SHOWN,
  photosToShow,
  SHOWN_AT_FIRST,
} from '../../../../../webview/panels/predictions/photosToShow.js';

const photos = Array.from({ length: 60 }, (_, index) => ({
  id: `file:///${index}.jpg`,
  name: `${index}.jpg`,
}));
const shown = (selected: number | null, chosen?: readonly number[]): string[] =>
  photosToShow(
    photos,
    selected === null ? null : `file:///${selected}.jpg`,
    chosen?.map((index) => `file:///${index}.jpg`),
  ).map(({ name }) => name.replace('.jpg', ''));

describe('photosToShow', () => {
  it('begins with the selected photo before any choice, or shows the last where fewer follow it', () => {
    expect(shown(0)).toEqual(['0', '1', '2', '3', '4', '5', '6', '7']);
    expect(shown(20)).toEqual(['20', '21', '22', '23', '24', '25', '26', '27']);
    expect(shown(58)).toEqual(['52', '53', '54', '55', '56', '57', '58', '59']);
    expect(shown(null)).toHaveLength(SHOWN_AT_FIRST);
  });

  it('shows the chosen photos in the order of the list', () => {
    expect(shown(5, [9, 5, 2])).toEqual(['2', '5', '9']);
  });

  it('follows the selection to a photo that was not chosen', () => {
    expect(shown(7, [9, 2])).toEqual(['2', '7', '9']);
    expect(shown(7, [])).toEqual(['7']);
  });

  it('forgets photos that are gone', () => {
    expect(shown(null, [3, 999])).toEqual(['3']);
  });

  it('never shows more than it may', () => {
    const all = shown(59, [...photos.keys()]);
    expect(all).toHaveLength(MOST_SHOWN);
    expect(all.at(-1)).toBe('59');
  });
});
