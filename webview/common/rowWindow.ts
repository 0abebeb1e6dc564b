/** Arithmetic of a long list of which only the rows in sight exist. Lengths are in CSS pixels. */

export interface RowWindow {
  /** Half-open. */
  readonly first: number;
  readonly end: number;
}

/** Rows kept ready above and below those in sight. */
const MARGIN = 12;

/** The rows of `count` that exist while `height` pixels of the list are seen from `scrollTop` on. */
export function rowWindow(scrollTop: number, height: number, rowHeight: number, count: number): RowWindow {
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - MARGIN);
  const end = Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + MARGIN);
  return { first: Math.min(first, end), end };
}

/** Where to scroll so that a row is wholly seen; `scrollTop` where it is already. */
export function scrollToRow(row: number, scrollTop: number, height: number, rowHeight: number): number {
  const top = row * rowHeight;
  if (top < scrollTop) {
    return top;
  }
  return top + rowHeight > scrollTop + height ? top + rowHeight - height : scrollTop;
}

/** The row that a key leads to from `row` (-1 for none); undefined for a key that leads nowhere. */
export function rowAfterKey(key: string, row: number, count: number, page: number): number | undefined {
  if (count === 0) {
    return undefined;
  }
  const within = (next: number): number => Math.max(0, Math.min(count - 1, next));
  switch (key) {
    case 'ArrowDown':
      return within(row + 1);
    case 'ArrowUp':
      return within(row - 1);
    case 'PageDown':
      return within(row + page);
    case 'PageUp':
      return within(row - page);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}
