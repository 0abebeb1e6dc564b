/** Where the cells of a confusion matrix are: a square part of it fills a square of the canvas. */

/** The part of the matrix that is seen, in cells: from `left` and `top`, `span` of them each way. */
export interface Part {
  readonly left: number;
  readonly top: number;
  readonly span: number;
}

/** A column and a row of the matrix. */
export interface Place {
  readonly column: number;
  readonly row: number;
}

/** Fewer cells are not enlarged further. */
const LEAST = 4;

export const whole = (classes: number): Part => ({ left: 0, top: 0, span: Math.max(1, classes) });

/** The part, so large and so placed that nothing beside the matrix is seen. */
export function inside({ left, top, span }: Part, classes: number): Part {
  const size = Math.min(Math.max(span, Math.min(LEAST, classes)), Math.max(1, classes));
  const within = (value: number): number => Math.max(0, Math.min(value, classes - size));
  return { left: within(left), top: within(top), span: size };
}

/**
 * Shows more or less of the matrix.
 * @param factor above 1 shows less of it, larger @param x @param y what stays in place, as shares of the canvas
 */
export function zoomed(part: Part, factor: number, x: number, y: number, classes: number): Part {
  const { span } = inside({ ...part, span: part.span / factor }, classes);
  const [left, top] = [part.left + x * (part.span - span), part.top + y * (part.span - span)];
  return inside({ left, top, span }, classes);
}

/** @param x @param y by which it is dragged, as shares of the canvas */
export function dragged(part: Part, x: number, y: number, classes: number): Part {
  return inside({ ...part, left: part.left - x * part.span, top: part.top - y * part.span }, classes);
}

/** The cell at a point, given as shares of the canvas; undefined beside the matrix. */
export function placeAt(part: Part, x: number, y: number, classes: number): Place | undefined {
  const [column, row] = [Math.floor(part.left + x * part.span), Math.floor(part.top + y * part.span)];
  const isIn = [x, y].every((each) => each >= 0 && each < 1) && Math.max(column, row) < classes;
  return isIn ? { column, row } : undefined;
}

/** The part moved as little as shows a cell. */
export function showing(part: Part, { column, row }: Place, classes: number): Part {
  const moved = (from: number, place: number): number =>
    Math.max(Math.min(from, place), place + 1 - part.span);
  return inside({ ...part, left: moved(part.left, column), top: moved(part.top, row) }, classes);
}

/** Where a key leads; undefined for keys that do not move. */
export function moved({ column, row }: Place, key: string, classes: number): Place | undefined {
  const last = classes - 1;
  const within = (value: number): number => Math.max(0, Math.min(last, value));
  switch (key) {
    case 'ArrowLeft':
      return { column: within(column - 1), row };
    case 'ArrowRight':
      return { column: within(column + 1), row };
    case 'ArrowUp':
      return { column, row: within(row - 1) };
    case 'ArrowDown':
      return { column, row: within(row + 1) };
    case 'Home':
      return { column: 0, row };
    case 'End':
      return { column: last, row };
    default:
      return undefined;
  }
}
