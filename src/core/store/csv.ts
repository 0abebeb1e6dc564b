/** Tables as comma-separated values (RFC 4180). */

import type { Table } from './table.js';

/** Lines end in CRLF, the first one names the columns; null is an empty field. */
export function csvText(table: Table): string {
  return [...lines(table)].join('');
}

function* lines({ columns, groups }: Table): Generator<string> {
  yield line(columns.map(({ name }) => name));
  for (const rows of groups()) {
    const cells = columns.map(({ name }) => rows[name] ?? []);
    for (let row = 0; row < (cells[0]?.length ?? 0); row++) {
      yield line(cells.map((column) => column[row] ?? ''));
    }
  }
}

function line(fields: readonly unknown[]): string {
  return `${fields.map((field) => quoted(String(field))).join(',')}\r\n`;
}

function quoted(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
