/** Points of a plane on the screen: where they are seen, which is the nearest, which lies in a direction. */

import type { Point } from './lasso.js';

/** A point p of the unit square is seen at k * p + (x, y), in CSS pixels. */
export interface Viewport {
  readonly k: number;
  readonly x: number;
  readonly y: number;
}

/**
 * Positions moved and scaled into the unit square, both axes by the same, y downwards as on the screen.
 * @param positions right and up by turns
 */
export function intoUnitSquare(positions: Float32Array): Float32Array {
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let at = 0; at < positions.length; at += 2) {
    const [x = NaN, y = NaN] = [positions[at], positions[at + 1]];
    if (Number.isFinite(x) && Number.isFinite(y)) {
      [left, right] = [Math.min(left, x), Math.max(right, x)];
      [bottom, top] = [Math.min(bottom, y), Math.max(top, y)];
    }
  }
  const scale = 1 / (Math.max(right - left, top - bottom) || 1);
  const [middleX, middleY] = [(left + right) / 2, (bottom + top) / 2];
  return Float32Array.from(positions, (value, at) =>
    at % 2 === 0 ? 0.5 + (value - middleX) * scale : 0.5 - (value - middleY) * scale,
  );
}

/** The viewport that shows the whole square with a margin. */
export function fitted(width: number, height: number, margin: number): Viewport {
  const k = Math.max(1, Math.min(width, height) - 2 * margin);
  return { k, x: (width - k) / 2, y: (height - k) / 2 };
}

/** The point that is seen nearest to a place, among those shown, or undefined where none is as near as `reach`. */
export function nearestTo(
  positions: Float32Array,
  { k, x, y }: Viewport,
  at: Point,
  reach: number,
  isShown: (point: number) => boolean,
): number | undefined {
  const [right, down] = [(at.x - x) / k, (at.y - y) / k];
  let [best, least] = [-1, (reach / k) ** 2];
  for (let point = 0; point < positions.length / 2; point++) {
    const away =
      ((positions[2 * point] ?? NaN) - right) ** 2 + ((positions[2 * point + 1] ?? NaN) - down) ** 2;
    if (away <= least && isShown(point)) {
      [best, least] = [point, away];
    }
  }
  return best < 0 ? undefined : best;
}

const DIRECTIONS: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

/** The nearest point in the direction of an arrow key, within 45 degrees of it; undefined where there is none. */
export function pointTowards(
  positions: Float32Array,
  from: number,
  key: string,
  isShown: (point: number) => boolean,
): number | undefined {
  const direction = DIRECTIONS[key];
  const [x = NaN, y = NaN] = positions.subarray(2 * from, 2 * from + 2);
  if (direction === undefined) {
    return undefined;
  }
  let [best, least] = [-1, Infinity];
  for (let point = 0; point < positions.length / 2; point++) {
    const [right, down] = [(positions[2 * point] ?? NaN) - x, (positions[2 * point + 1] ?? NaN) - y];
    const ahead = right * direction.x + down * direction.y;
    const aside = Math.abs(right * direction.y) + Math.abs(down * direction.x);
    const away = right * right + down * down;
    if (point !== from && ahead > 0 && ahead >= aside && away < least && isShown(point)) {
      [best, least] = [point, away];
    }
  }
  return best < 0 ? undefined : best;
}
