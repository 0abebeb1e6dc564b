/** Plain text tables. */

/** Lines of a table with aligned columns; numbers are right-aligned. */
export function table(headings: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = rows.map((row) =>
    row.map((cell) => (typeof cell === 'number' ? cell.toLocaleString('en') : cell)),
  );
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...cells.map((row) => row[column]?.length ?? 0)),
  );
  const line = (texts: readonly string[], alignRight: (column: number) => boolean): string =>
    texts
      .map((text, column) =>
        alignRight(column) ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  const numeric = (column: number): boolean => rows.some((row) => typeof row[column] === 'number');
  return [line(headings, numeric), ...cells.map((row) => line(row, numeric))].join('\n');
}
