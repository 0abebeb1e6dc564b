/** Which part of the drawing is seen: a scale and an offset, as d3-zoom has them. Lengths are in CSS pixels. */

/** A point p of the drawing is seen at k * p + (x, y). */
export interface Viewport {
  readonly k: number;
  readonly x: number;
  readonly y: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Texts are readable down to this scale, and well from the other. */
export const READABLE = 0.6;
const WELL_READABLE = 0.8;
/** A narrow drawing in a wide window is enlarged so far. */
const LARGEST_AT_FIRST = 1.25;

/** The viewport that shows all of a drawing in the middle of a window. */
export function fitAll(drawing: Size, window: Size): Viewport {
  const k = Math.min(1, widthScale(drawing, window), heightScale(drawing, window));
  return centred(k, middleOf(drawing), window);
}

/**
 * The viewport to begin with: all of the drawing where its texts are well readable then, else its whole width, as far
 * as they are readable then, with `focus` in the middle, without leaving the drawing.
 */
export function firstLook(drawing: Size, window: Size, focus: Point): Viewport {
  const wide = Math.min(LARGEST_AT_FIRST, widthScale(drawing, window));
  const all = Math.min(wide, heightScale(drawing, window));
  return all >= WELL_READABLE
    ? centred(all, middleOf(drawing), window)
    : lookAt(drawing, window, focus, Math.max(READABLE, wide));
}

function widthScale(drawing: Size, window: Size): number {
  return window.width / Math.max(1, drawing.width);
}

function heightScale(drawing: Size, window: Size): number {
  return window.height / Math.max(1, drawing.height);
}

function middleOf({ width, height }: Size): Point {
  return { x: width / 2, y: height / 2 };
}

/** `focus` in the middle, or as near to it as can be without seeing more than the drawing. */
export function lookAt(drawing: Size, window: Size, focus: Point, k: number): Viewport {
  const within = (at: number, length: number, seen: number): number =>
    seen >= length ? length / 2 : Math.min(Math.max(at, seen / 2), length - seen / 2);
  const x = within(focus.x, drawing.width, window.width / k);
  const y = within(focus.y, drawing.height, window.height / k);
  return centred(k, { x, y }, window);
}

export function centred(k: number, point: Point, window: Size): Viewport {
  return { k, x: window.width / 2 - k * point.x, y: window.height / 2 - k * point.y };
}

/** Keeps a point of the drawing where another was seen, as near as can be without seeing more than the drawing. */
export function kept(viewport: Viewport, drawing: Size, window: Size, before: Point, after: Point): Viewport {
  const { k } = viewport;
  const middle = drawnAt(viewport, { x: window.width / 2, y: window.height / 2 });
  const focus = { x: middle.x + after.x - before.x, y: middle.y + after.y - before.y };
  return lookAt(drawing, window, focus, k);
}

/** The viewport in a window that became wider by so much, or narrower: what was in its middle stays there. */
export function widened({ k, x, y }: Viewport, by: number): Viewport {
  return { k, x: x + by / 2, y };
}

/** Moves the viewport no further than it takes to see a box with `margin` pixels around it. */
export function revealed(viewport: Viewport, box: Point & Size, window: Size, margin: number): Viewport {
  const { k, x, y } = viewport;
  const shift = (start: number, length: number, seen: number): number => {
    if (length + 2 * margin > seen) {
      return seen / 2 - (start + length / 2);
    }
    return Math.max(0, margin - start) + Math.min(0, seen - margin - (start + length));
  };
  return {
    k,
    x: x + shift(k * box.x + x, k * box.width, window.width),
    y: y + shift(k * box.y + y, k * box.height, window.height),
  };
}

/** The point of the drawing that is seen at a point of the window. */
export function drawnAt({ k, x, y }: Viewport, at: Point): { x: number; y: number } {
  return { x: (at.x - x) / k, y: (at.y - y) / k };
}
