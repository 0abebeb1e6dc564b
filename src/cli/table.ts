/** Plain text tables. */

/** Lines of a table with aligned columns; numbers are right-aligned. */
export function table(headings: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = rows.map((row) =>
    row.map((cell) => (typeof cell === 'number' ? cell.toLocaleString('en') : cell)),
  );
  const widths = headings.map((heading, column) =>
    cells.reduce((width, row) => Math.max(width, row[column]?.length ?? 0), heading.length),
  );
  const isNumeric = headings.map((_, column) => rows.some((row) => typeof row[column] === 'number'));
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, column) =>
        isNumeric[column] ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [headings, ...cells].map(line).join('\n');
}
