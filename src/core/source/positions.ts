/** Places in texts. */

/** A place in a text: zero-based line, and column in UTF-16 units as VS Code counts. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** A stretch of a source file. */
export interface SourceRange extends Range {
  /** Path of the file, as `SourceFiles` was asked for it. */
  readonly file: string;
}

/** Equal for equal ranges. */
export function rangeKey({ file, start, end }: SourceRange): string {
  return `${file}:${start.line}:${start.column}-${end.line}:${end.column}`;
}

export function contains({ start, end }: Range, { line, column }: Position): boolean {
  const isAfterStart = line > start.line || (line === start.line && column >= start.column);
  return isAfterStart && (line < end.line || (line === end.line && column <= end.column));
}
