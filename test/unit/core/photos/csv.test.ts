import { describe, expect, it } from 'vitest';

import { csvRows } from '../../../../src/core/photos/csv.js';
import { UserError } from '../../../../src/core/errors.js';

const rows = (text: string): (readonly string[])[] =>
  Array.from(csvRows(text, 'a.csv'), ({ fields }) => fields);

describe('csvRows', () => {
  it('reads fields with commas, quotes and line ends in quotes', () => {
    expect(rows('path,label\r\n"a,b.jpg","say ""cat"""\r\n"two\nlines",\r\n')).toEqual([
      ['path', 'label'],
      ['a,b.jpg', 'say "cat"'],
      ['two\nlines', ''],
    ]);
  });

  it('passes over a byte order mark, empty lines and a missing last line end', () => {
    expect(rows('\uFEFFpath\n\na.jpg\n\r\nb.jpg')).toEqual([['path'], ['a.jpg'], ['b.jpg']]);
  });

  it('reads an empty last field, an empty quoted field, and nothing', () => {
    expect(rows('a,\n"",b')).toEqual([
      ['a', ''],
      ['', 'b'],
    ]);
    expect(rows('')).toEqual([]);
  });

  it('tells the line that a row begins on', () => {
    expect(Array.from(csvRows('h\n"a\nb"\nc', 'a.csv'), ({ line }) => line)).toEqual([1, 2, 4]);
  });

  it.each([
    ['a\n"b', 'a.csv: line 2: a quote is opened and never closed'],
    ['a\n"b"c', 'a.csv: line 2: behind a closing quote there should be a comma or the end of the line'],
    ['a\nb"c', 'a.csv: line 2: a field with a quote in it should stand in quotes, with the quote doubled'],
  ])('refuses %j', (text, message) => {
    expect(() => rows(text)).toThrow(new UserError(message));
  });
});
