/** Boxes that everything passes: all others lie above or below, and no line passes beside. */

import { downwards } from './trunks.js';
import type { Line } from './trunks.js';

/** A part of a drawing between two boxes that everything passes, both included; the first or last part may lack one. */
export interface Stretch {
  /** Indices, those read before those that read them. */
  readonly boxes: readonly number[];
  /** Indices of the lines in it. */
  readonly lines: readonly number[];
}

/**
 * Takes a drawing apart at the boxes that everything passes: each is the last of one stretch and the first of the next.
 * @param count of boxes
 * @param lines in no circle
 */
export function stretchesOf(count: number, lines: readonly Line[]): readonly Stretch[] {
  const order = downwards(count, lines);
  const places = new Uint32Array(count);
  order.forEach((box, place) => {
    places[box] = place;
  });
  const placeOf = (box: number): number => places[box] ?? 0;
  /** The last place that a box at this place or before is read at. */
  const reach = new Uint32Array(count);
  /** Boxes that are read by none, or read none. */
  const [last, first] = [new Uint8Array(count).fill(1), new Uint8Array(count).fill(1)];
  for (const [from, to] of lines) {
    const [start, end] = [placeOf(from), placeOf(to)];
    reach[start] = Math.max(reach[start] ?? 0, end);
    last[start] = 0;
    first[end] = 0;
  }
  // What comes before a dead end, and what comes behind a second beginning, may lie beside other boxes.
  const deadEnd = last.indexOf(1);
  const lastBeginning = first.lastIndexOf(1);
  const cuts: number[] = [];
  let furthest = 0;
  for (let place = 0; place < count; place++) {
    if (furthest <= place && place <= deadEnd && place >= lastBeginning) {
      cuts.push(place);
    }
    furthest = Math.max(furthest, reach[place] ?? 0);
  }
  const bounds = [...new Set([0, ...cuts, Math.max(0, count - 1)])];
  const inside = bounds.slice(0, -1).map((start, at) => ({
    boxes: order.slice(start, (bounds[at + 1] ?? start) + 1),
    lines: [] as number[],
  }));
  const stretchAt = new Uint32Array(count);
  bounds.slice(0, -1).forEach((start, at) => stretchAt.fill(at, start));
  lines.forEach(([from], place) => inside[stretchAt[placeOf(from)] ?? 0]?.lines.push(place));
  return inside.length > 0 ? inside : [{ boxes: order, lines: [...lines.keys()] }];
}
