/** What lies directly in one frame, laid out, with room for the frame and its title. */

import { FRAME_TITLE } from '../../protocol/graphView.js';
import type { DrawnFrame } from './graphDrawing.js';
import { IN, lineKey, OUT } from './levels.js';
import type { Box, Level, Line } from './levels.js';
import { RANK_GAP } from './rankLayout.js';
import type { Crossing, Rank, Size } from './rankLayout.js';
import { seriesLayout } from './series.js';
import type { KnownStretches } from './series.js';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Lengths are from the top left corner of the frame. */
export interface PlacedLevel extends Size {
  /** Top left corners of the boxes; a port's is a point. */
  readonly corners: ReadonlyMap<Box, Point>;
  readonly ranks: ReadonlyMap<Box, Rank>;
  /** What each line passes between its ends, by `lineKey`. */
  readonly crossings: ReadonlyMap<string, readonly Crossing[]>;
}

/** Around the whole drawing. */
const MARGIN = 16;
/** Between a frame and what is in it. */
const PADDING = 14;
/** Room in the title for a letter, and for the sign before the first one. */
const LETTER = 6.5;
const SIGN = 34;
const LONGEST_TITLE = 260;
const PORT: Size = { width: 0, height: 0 };

/**
 * @param sizeOf gives the size of a node, or of a frame that has been placed
 * @param frame around the level; undefined for that of the whole drawing
 * @param known of the levels placed before
 */
export function placeLevel(
  { boxes, lines }: Level,
  sizeOf: (box: Box) => Size,
  frame: DrawnFrame | undefined,
  known: KnownStretches,
): PlacedLevel {
  const placeOf = new Map(boxes.map((box, place) => [box, place]));
  const list = [...lines.values()];
  const layout = seriesLayout(
    boxes.map((box) => (box === IN || box === OUT ? PORT : sizeOf(box))),
    [...list, ...holdingPorts(boxes, list)].map(({ from, to }) => [
      placeOf.get(from) ?? 0,
      placeOf.get(to) ?? 0,
    ]),
    known,
  );
  const { side, top, bottom } = frame === undefined ? AROUND_ALL : roomAround(list);
  const width = Math.max(layout.width + 2 * side, frame === undefined ? 0 : titleWidth(frame));
  const x = (width - layout.width) / 2;
  const shifted = ({ top: high, bottom: low }: Rank): Rank => ({ top: high + top, bottom: low + top });
  return {
    width,
    height: top + layout.height + bottom,
    corners: new Map(
      boxes.map((box, place) => {
        const corner = layout.corners[place] ?? { x: 0, y: 0 };
        return [box, { x: corner.x + x, y: corner.y + top }];
      }),
    ),
    ranks: new Map(boxes.map((box, place) => [box, shifted(layout.ranks[place] ?? { top: 0, bottom: 0 })])),
    crossings: new Map(
      list.map((line, place) => [
        lineKey(line),
        (layout.crossings[place] ?? []).map((each) => ({ x: each.x + x, ...shifted(each) })),
      ]),
    ),
  };
}

/** Lines that keep the ports above and below all boxes, so that no box is in the way to them. */
function holdingPorts(boxes: readonly Box[], lines: readonly Line[]): Line[] {
  const [readers, read] = [new Set(lines.map(({ to }) => to)), new Set(lines.map(({ from }) => from))];
  return boxes
    .filter((box) => box !== IN && box !== OUT)
    .flatMap((box) => [
      ...(boxes.includes(IN) && !readers.has(box) ? [{ from: IN, to: box }] : []),
      ...(boxes.includes(OUT) && !read.has(box) ? [{ from: box, to: OUT }] : []),
    ]);
}

interface Room {
  readonly side: number;
  readonly top: number;
  readonly bottom: number;
}

const AROUND_ALL: Room = { side: MARGIN, top: MARGIN, bottom: MARGIN };

/** A port stands on its frame, with a gap to the first or last box, which may be smaller where but one line passes. */
function roomAround(lines: readonly Line[]): Room {
  const entering = lines.filter(({ from }) => from === IN).length;
  const leaving = lines.filter(({ to }) => to === OUT).length;
  return {
    side: PADDING,
    top: entering === 1 ? FRAME_TITLE + PADDING - RANK_GAP : FRAME_TITLE,
    bottom: leaving === 0 ? PADDING : leaving === 1 ? PADDING - RANK_GAP : 0,
  };
}

function titleWidth({ group, part }: DrawnFrame): number {
  const letters = group.length + (part === null ? 0 : ' (1 of 2)'.length);
  return Math.min(LONGEST_TITLE, SIGN + LETTER * letters);
}
