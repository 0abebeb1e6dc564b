/** Comma-separated values, as RFC 4180 has them. */

import { UserError } from '../errors.js';

/** A row and the line, from 1, that it begins on. */
export interface CsvRow {
  readonly line: number;
  readonly fields: readonly string[];
}

/**
 * The rows of a text: fields between commas, quoted where they hold commas, quotes (doubled) or line ends. Lines end in
 * CRLF or LF; a byte order mark in front and empty lines are passed over.
 * @param file for messages
 * @throws UserError naming the line of a quote that is not closed, or that stands within an unquoted field
 */
export function* csvRows(text: string, file: string): Generator<CsvRow> {
  const fault = (line: number, what: string): UserError => new UserError(`${file}: line ${line}: ${what}`);
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  let line = 1;
  while (at < text.length) {
    const begun = line;
    const fields: string[] = [];
    for (;;) {
      let field: string;
      if (text[at] === '"') {
        const end = closingQuote(text, at + 1);
        if (end < 0) {
          throw fault(line, 'a quote is opened and never closed');
        }
        field = text.slice(at + 1, end).replaceAll('""', '"');
        line += field.split('\n').length - 1;
        at = end + 1;
        if (at < text.length && !/[,\r\n]/.test(text[at] ?? '')) {
          throw fault(line, 'behind a closing quote there should be a comma or the end of the line');
        }
      } else {
        const end = fieldEnd(text, at);
        field = text.slice(at, end);
        if (field.includes('"')) {
          throw fault(line, 'a field with a quote in it should stand in quotes, with the quote doubled');
        }
        at = end;
      }
      fields.push(field);
      if (text[at] !== ',') {
        break;
      }
      at++;
    }
    at += text.startsWith('\r\n', at) ? 2 : 1;
    line++;
    if (fields.length > 1 || fields[0] !== '') {
      yield { line: begun, fields };
    }
  }
}

/** Where the quote is that ends a quoted field; -1 where there is none. */
function closingQuote(text: string, from: number): number {
  let at = text.indexOf('"', from);
  while (at >= 0 && text[at + 1] === '"') {
    at = text.indexOf('"', at + 2);
  }
  return at;
}

const FIELD_END = /[,\r\n]/g;

function fieldEnd(text: string, from: number): number {
  FIELD_END.lastIndex = from;
  return FIELD_END.exec(text)?.index ?? text.length;
}
